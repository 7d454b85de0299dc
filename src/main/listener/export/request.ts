import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import { headerValues } from '../address.ts'

/** What of a callback is written to a file. */
export type Exportable = CallbackDetail

export function bodyBytes({ bodyBase64 }: Pick<CallbackDetail, 'bodyBase64'>): Buffer {
  return Buffer.from(bodyBase64, 'base64')
}

/** Header values are one character a byte. */
export function headerBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** Header text for people: as UTF-8 where it is that, else one character a byte. */
export function headerText(text: string): string {
  const decoded = headerBytes(text).toString('utf8')
  return decoded.includes('\uFFFD') ? text : decoded
}

const authority = /^(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/

/** Where it was sent to, as far as it says. */
export function hostOf({ headers }: { headers: HeaderPair[] }): string {
  const [host = ''] = headerValues(headers, 'host')
  return authority.test(host) ? host : '127.0.0.1'
}

const plainTarget = /^\/(?:[\w.~!$&()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[\w.~!$&()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$/

/** Whether a URL can have the target as it stands, so that whoever sends it changes nothing. */
export function isPlainTarget(target: string): boolean {
  return plainTarget.test(target)
}

/** The nearest URL: what a URL cannot have is escaped. */
export function urlOf(callback: { target: string; headers: HeaderPair[] }): string {
  const { target } = callback
  if (/^https?:\/\//i.test(target) && URL.canParse(target)) return new URL(target).href
  const path = target.startsWith('/') ? target : `/${target}`
  const escaped = path.replaceAll(/%(?![0-9A-Fa-f]{2})|[^\w.~!$&'()*+,;=:@/?%-]/g, character => escapeBytes(character))
  return `http://${hostOf(callback)}${escaped}`
}

function escapeBytes(text: string): string {
  return Array.from(headerBytes(text), byte => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}

/** The text of a callback's media type, as it says. */
export function mediaTypeOf({ headers }: { headers: HeaderPair[] }): string {
  return headerValues(headers, 'content-type')[0] ?? ''
}
