import * as z from 'zod'
import { headerPair } from '#shared/model/callback.ts'

/** The SQL function that says whether a callback mentions a text: `mentions(target, headers, body, needle)`. */
export const mentionsName = 'mentions'

/** The text to look for in the form that `mentions` compares. */
export function needleOf(search: string): string {
  return search.toLowerCase()
}

/**
 * Compares whole Unicode text without case; SQLite's own LIKE and lower() know ASCII only and stop at a NUL byte. Every character
 * of the needle stands for itself. Bodies are read as UTF-8.
 */
export function mentions(target: unknown, headers: unknown, body: unknown, needle: unknown): 0 | 1 {
  const wanted = String(needle)
  const found =
    String(target).toLowerCase().includes(wanted) ||
    headerText(String(headers)).toLowerCase().includes(wanted) ||
    (body instanceof Uint8Array && bodyText(body).toLowerCase().includes(wanted))
  return found ? 1 : 0
}

function headerText(json: string): string {
  const pairs = z.array(headerPair).parse(JSON.parse(json))
  return pairs.map(([name, value]) => `${name}: ${value}`).join('\n')
}

function bodyText(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}
