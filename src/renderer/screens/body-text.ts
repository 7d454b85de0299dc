/** A body as JSON with indentation, or undefined where it is not JSON. */
export function prettyJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return undefined
  }
}

/** The fields of a form body, decoded; undefined where the content type says that it is no form. */
export function formPairs(text: string, contentType: string | undefined): [string, string][] | undefined {
  if (!contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded')) return undefined
  return [...new URLSearchParams(text)]
}

const perLine = 16
/** More than this is not drawn. */
export const drawnBytes = 64 * 1024

/** Offset, bytes and letters, sixteen a line. */
export function hexText(bytes: Uint8Array, limitBytes = drawnBytes): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, limitBytes); at += perLine) {
    const part = [...bytes.subarray(at, at + perLine)]
    const hex = part.map(byte => byte.toString(16).padStart(2, '0')).join(' ')
    const letters = part.map(byte => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(perLine * 3 - 1)}  ${letters}`)
  }
  return lines.join('\n')
}

export function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
}
