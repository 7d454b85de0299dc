import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

/** How a secret may be written down: as it is, base64 (also inside other text), hex, URL-encoded, JSON-escaped, UTF-16. */
export function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret, 'utf8')
  // Base64 inside a longer text may begin at any of three offsets; the ends that depend on neighbours are cut off.
  const shifted = [0, 1, 2].map(shift => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(shift === 0 ? 0 : shift + 1, -2)
  })
  const texts = [
    secret,
    ...shifted,
    ...shifted.map(text => text.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1)
  ]
  return [...texts.map(text => Buffer.from(text, 'utf8')), Buffer.from(secret, 'utf16le')]
}

/** Where a secret can be found in any form. out: the files' paths in the folder; empty is what a test wants. */
export function tracesIn(folder: string, secret: string): string[] {
  const forms = formsOf(secret)
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => hasForm(readFileSync(path), forms) || hasForm(Buffer.from(path), forms))
    .map(path => relative(folder, path))
}

/** Whether a text holds the secret in any form. */
export function isTraceIn(text: string, secret: string): boolean {
  return hasForm(Buffer.from(text, 'utf8'), formsOf(secret))
}

function hasForm(bytes: Buffer, forms: Buffer[]): boolean {
  return forms.some(form => bytes.includes(form))
}
