import { createHmac } from 'node:crypto'
import { sameBytes } from './judge.ts'

/** HMAC over the UTF-8 bytes of a text, in lower-case hex. */
export function hmacHex(hash: 'sha1' | 'sha256', key: string, text: string): string {
  return createHmac(hash, key).update(text, 'utf8').digest('hex')
}

/** Compares in constant time. */
export function isSameText(one: string, other: string): boolean {
  return sameBytes(Buffer.from(one), Buffer.from(other))
}
