import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { sandboxAccount } from './account.ts'
import { Refusal } from './envelope.ts'
import { digestOf, type JframeworkState } from './state.ts'
import type { Switches } from './switches.ts'

const keyLifeMs = 24 * 60 * 60 * 1000
const keptKeys = 500
const noDate = '0001-01-01T00:00:00'

/** Logs a user in. The state keeps the digest of the key. */
export function logIn(
  state: JframeworkState,
  { headers, body }: { headers: IncomingHttpHeaders; body: Record<string, unknown> },
  { expiresIn, nowMs }: Pick<Switches, 'expiresIn'> & { nowMs: number }
): unknown {
  requireBrand(headers)
  const { username, emailAddress, password } = body
  const name = username ?? emailAddress
  if (typeof name !== 'string' || name === '') throw missing('username')
  if (typeof password !== 'string' || password === '') throw missing('password')
  const isKnown = name === sandboxAccount.username || name === sandboxAccount.emailAddress
  if (!isKnown || !isSame(password, sandboxAccount.password)) throw unauthorised('The user name or password is wrong.')
  const authKey = randomBytes(24).toString('base64url')
  const expiresAtMs = nowMs + keyLifeMs
  const living = state.keys.filter(one => one.expiresAtMs > nowMs)
  state.keys = [...living, { digest: digestOf(authKey), expiresAtMs }].slice(-keptKeys)
  return {
    id: sandboxAccount.userId,
    username: sandboxAccount.username,
    emailAddress: sandboxAccount.emailAddress,
    phoneNumber: null,
    authKey,
    refreshAuthKey: randomBytes(24).toString('base64url'),
    expiresIn: expiresIn === 'unknown' ? noDate : new Date(expiresAtMs).toISOString()
  }
}

/** Refuses a request without the brand or without a living key of it. */
export function requireKey(state: JframeworkState, headers: IncomingHttpHeaders, nowMs: number): void {
  requireBrand(headers)
  const key = headers['auth-key']
  if (typeof key !== 'string' || key === '') throw unauthorised('The Auth-Key header is required.')
  if (state.isFirstKeyValid && isSame(key, sandboxAccount.authKey)) return
  const digest = digestOf(key)
  const known = state.keys.find(one => one.digest === digest)
  if (!known || known.expiresAtMs <= nowMs) throw unauthorised('The auth key is invalid or has expired.')
}

function requireBrand(headers: IncomingHttpHeaders): void {
  if (headers['brand-url'] !== sandboxAccount.brandUrl) throw unauthorised('The brand was not found.')
}

function unauthorised(message: string): Refusal {
  return new Refusal(401, [{ code: 'Unauthorized', message }])
}

function missing(field: string): Refusal {
  return new Refusal(400, [{ code: 'ValidationError', message: `The ${field} field is required.`, field }])
}

function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(left)), Buffer.from(digestOf(right)))
}
