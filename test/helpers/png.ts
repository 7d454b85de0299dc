import { readFileSync } from 'node:fs'
import { inflateSync } from 'node:zlib'

/** out: its size, and the colours of what is not transparent. For 8 bits RGBA, not interlaced. */
export function readPng(file: string): { width: number; height: number; colours: Set<string> } {
  const bytes = readFileSync(file)
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const parts: Buffer[] = []
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  const lines = unfiltered(inflateSync(Buffer.concat(parts)), width * 4, height)
  const colours = new Set<string>()
  for (let at = 0; at < lines.length; at += 4) {
    if ((lines[at + 3] ?? 0) > 0) colours.add([...lines.subarray(at, at + 3)].join(','))
  }
  return { width, height, colours }
}

/** Undoes what PNG does to each line before it is compressed (PNG specification, 9.2). */
function unfiltered(raw: Buffer, stride: number, height: number): Buffer {
  const out = Buffer.alloc(stride * height)
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x
      const a = x < 4 ? 0 : (out[at - 4] ?? 0)
      const b = y === 0 ? 0 : (out[at - stride] ?? 0)
      const c = x < 4 || y === 0 ? 0 : (out[at - stride - 4] ?? 0)
      const guess = [0, a, b, (a + b) >> 1, paeth(a, b, c)][filter] ?? 0
      out[at] = (raw[y * (stride + 1) + 1 + x] ?? 0) + guess
    }
  }
  return out
}

function paeth(a: number, b: number, c: number): number {
  const [da, db, dc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)]
  return da <= db && da <= dc ? a : db <= dc ? b : c
}
