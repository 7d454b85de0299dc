import { createHash } from 'node:crypto'
import { randomWord } from '../../base/ids.ts'

/** Windows Credential Manager takes 2,560 bytes (CRED_MAX_CREDENTIAL_BLOB_SIZE) of keytar's UTF-8. */
export const sizeLimitBytes = 2560
const partBytes = 2400
const mark = 'plugboard-parts:'

/** A value as the keychain takes it: one head under the entry's own name, and the parts that the head announces. */
export type Packed = { head: string; parts: { name: string; value: string }[] }

/**
 * Keeps a short value as it is, so that a person finds it with the system's own tools; splits a long one. Values that a
 * keychain cannot hold as they are (empty, with a NUL, or looking like a head) go the way of the long ones.
 */
export function pack(name: string, value: string): Packed {
  const bytes = Buffer.from(value, 'utf8')
  const isPlain = value !== '' && bytes.length <= sizeLimitBytes && !value.includes('\0') && !value.startsWith(mark)
  if (isPlain) return { head: value, parts: [] }
  const text = bytes.toString('base64')
  const set = randomWord(8)
  const count = Math.ceil(text.length / partBytes)
  const parts = partNames(name, set, count).map((part, index) => ({
    name: part,
    value: text.slice(index * partBytes, (index + 1) * partBytes)
  }))
  return { head: `${mark}1:${set}:${count}:${digest(value)}`, parts }
}

/** out: the names of the parts in order, empty for a plain value. */
export function partsOf(name: string, head: string): string[] {
  const found = parseHead(head)
  return found ? partNames(name, found.set, found.count) : []
}

/** Puts a value together again. out: undefined where the parts do not make up what the head announced. */
export function unpack(head: string, parts: string[]): string | undefined {
  const found = parseHead(head)
  if (!found) return head
  const value = Buffer.from(parts.join(''), 'base64').toString('utf8')
  return digest(value) === found.digest ? value : undefined
}

/** The entry that a name in the keychain belongs to, whether it is its head or a part. */
export function entryOf(name: string): string {
  return name.replace(/#[0-9a-z]+\.\d+$/, '')
}

function partNames(name: string, set: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}#${set}.${index + 1}`)
}

function parseHead(head: string): { set: string; count: number; digest: string } | undefined {
  const found = /^plugboard-parts:1:([0-9a-z]+):(\d+):([0-9a-f]{64})$/.exec(head)
  return found ? { set: found[1] ?? '', count: Number(found[2]), digest: found[3] ?? '' } : undefined
}

function digest(value: string): string {
  return createHash('sha256').update(value, 'utf8').digest('hex')
}
