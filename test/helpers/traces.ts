import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * How a secret may be written down: as it is, base64 (also inside other text), hex, URL-encoded as browsers, forms and others do,
 * JSON-escaped once and twice, UTF-16 of either order.
 */
export function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret, 'utf8')
  // Base64 inside a longer text may begin at any of three offsets; the ends that depend on neighbours are cut off.
  const shifted = [0, 1, 2].map(shift => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(shift === 0 ? 0 : shift + 1, -2)
  })
  const url = encodeURIComponent(secret)
  const json = JSON.stringify(secret).slice(1, -1)
  const texts = [
    secret,
    ...shifted,
    ...shifted.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    url,
    url.replaceAll(/%../g, code => code.toLowerCase()),
    url.replaceAll('%20', '+'),
    url.replaceAll(/[!'()*]/g, mark => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`),
    new URLSearchParams([['', secret]]).toString().slice(1),
    json,
    JSON.stringify(json).slice(1, -1)
  ]
  const wide = Buffer.from(secret, 'utf16le')
  return [...new Set(texts)].map(text => Buffer.from(text, 'utf8')).concat(wide, Buffer.from(wide).swap16())
}

/** Where a secret can be found in any form. out: the files' paths in the folder; empty is what a test wants. */
export function tracesIn(folder: string, secret: string): string[] {
  const forms = formsOf(secret)
  return filesIn(folder)
    .filter(path => hasForm(read(path), forms) || hasForm(Buffer.from(path), forms))
    .map(path => relative(folder, path))
}

/** Whether a text holds the secret in any form. */
export function isTraceIn(text: string, secret: string): boolean {
  return hasForm(Buffer.from(text, 'utf8'), formsOf(secret))
}

/** Whether a text holds twelve characters of the secret in a row, in the order they have there. */
export function isPieceIn(text: string, secret: string): boolean {
  const pieces = Array.from({ length: Math.max(0, secret.length - 11) }, (_, at) => secret.slice(at, at + 12))
  return pieces.some(piece => text.includes(piece))
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
}

function read(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    // It was moved away meanwhile; where it went is looked at as well.
    return Buffer.alloc(0)
  }
}

function hasForm(bytes: Buffer, forms: Buffer[]): boolean {
  return forms.some(form => bytes.includes(form))
}
