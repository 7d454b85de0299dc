export const bytesPerLine = 16

export function lineCount(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / bytesPerLine)
}

const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** One line of bytes: where it begins, its bytes with a gap in the middle, and what of them are letters. */
export function hexLine(bytes: Uint8Array, line: number): { offset: string; hex: string; letters: string } {
  const from = line * bytesPerLine
  const part = bytes.subarray(from, from + bytesPerLine)
  let hex = ''
  let letters = ''
  for (let at = 0; at < part.length; at += 1) {
    const byte = part[at] ?? 0
    hex += `${at === 8 ? ' ' : ''}${hexOf[byte]} `
    letters += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
  }
  return { offset: from.toString(16).padStart(8, '0'), hex: hex.padEnd(bytesPerLine * 3 + 1), letters }
}

/** `1f40` or `0x1f40`: an offset as it stands before a line; undefined: it is none within the bytes. */
export function offsetOf(text: string, length: number): number | undefined {
  const [, digits] = /^\s*(?:0x)?([\da-f]{1,8})\s*$/i.exec(text) ?? []
  if (digits === undefined) return undefined
  const offset = Number.parseInt(digits, 16)
  return offset < length ? offset : undefined
}
