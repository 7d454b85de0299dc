import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: a prefix that says what it names and 80 random bits in Crockford's base 32, easy to read aloud. */
export function newId(
  prefix: 'acc' | 'pro' | 'run' | 'op' | 'his' | 'end' | 'inc' | 'tar' | 'msg' | 'att' | 'rul'
): string {
  return `${prefix}-${randomWord(16)}`
}

/** A word of `length` characters, 5 random bits each: for ids and for keys in URLs. */
export function randomWord(length: number): string {
  return Array.from(randomBytes(length), byte => alphabet[byte & 31]).join('')
}
