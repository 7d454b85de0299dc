import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** Private tokens by their digest, in memory alone: after a restart nobody can sign with them until they are set again. */
export type PrivateTokens = Map<string, string>

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(left)), Buffer.from(digestOf(right)))
}

/** What fills `\s` here: the simulator's convention, not TextMarks'. Empty without a token. */
export function conventionSignature(
  token: string | undefined,
  parts: { phone: string; keyword: string; action: string; text: string },
  nowMs: number
): string {
  if (token === undefined) return ''
  const seconds = Math.floor(nowMs / 1000)
  const { phone, keyword, action, text } = parts
  const signed = createHmac('sha1', token).update(`${seconds}.${phone}.${keyword}.${action}.${text}`)
  return `${seconds}.${signed.digest('hex')}`
}
