import { createHash, createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import type { SandboxRequest } from '../server.ts'
import { sandboxAccount, seededAt } from './account.ts'
import { Refusal } from './envelope.ts'
import type { OpentactState } from './state.ts'

const loginLifeMs = 86_400_000
const keptLogins = 500

/** The account's key that exists from the beginning. */
export function seededKeys(): OpentactState['keys'] {
  return [
    {
      uuid: '5a0e4c1d-9b27-4f63-8d10-2c7e6f5a4b3c',
      name: 'sandbox',
      ttl: 315_360_000,
      digest: digestOf(sandboxAccount.key),
      expiresAtMs: Date.UTC(2090, 0, 1),
      createdOn: seededAt
    }
  ]
}

/** Basic credentials for a JWT. The state keeps its digest. */
export function logIn(state: OpentactState, { headers }: SandboxRequest, nowMs: number): string {
  const [, encoded = ''] = /^Basic ([A-Za-z0-9+/=]+)$/.exec(headers.authorization ?? '') ?? []
  const given = Buffer.from(encoded, 'base64').toString('utf8')
  if (!isSame(given, `${sandboxAccount.email}:${sandboxAccount.password}`)) throw new Refusal(401, 'Unauthorized')
  const token = jwt({
    uuid: sandboxAccount.uuid,
    role: 'Admin',
    iat: seconds(nowMs),
    exp: seconds(nowMs + loginLifeMs)
  })
  const living = state.logins.filter(one => one.expiresAtMs > nowMs)
  state.logins = [...living, { digest: digestOf(token), expiresAtMs: nowMs + loginLifeMs }].slice(-keptLogins)
  return token
}

/** Makes a long-lived key. out: as the API shows it, this once with the key. */
export function makeKey(state: OpentactState, { name, ttl }: { name: string; ttl: number }, nowMs: number) {
  const token = Array.from(randomBytes(48), byte => alphabet[byte % alphabet.length]).join('')
  const key = {
    uuid: randomUUID(),
    name,
    ttl,
    digest: digestOf(token),
    expiresAtMs: nowMs + ttl * 1000,
    createdOn: new Date(nowMs).toISOString()
  }
  state.keys.push(key)
  return { ...shownKey(key), token }
}

export function shownKey({ uuid, name, ttl, expiresAtMs, createdOn }: OpentactState['keys'][number]) {
  const expired_on = new Date(expiresAtMs).toISOString()
  return { uuid, name, ttl, expired_on, created_on: createdOn, modified_on: createdOn }
}

/** Refuses a request without a living token or key, in any of the four places that are documented. */
export function requireProof(state: OpentactState, { headers, query }: SandboxRequest, nowMs: number): void {
  const jwtGiven = headers['x-auth-token'] ?? query.get('jwt')
  const [, bearer] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? []
  const keyGiven = bearer ?? query.get('bearer')
  const lives = (known: { digest: string; expiresAtMs: number }[], given: unknown) =>
    typeof given === 'string' && known.some(one => one.digest === digestOf(given) && one.expiresAtMs > nowMs)
  if (!lives(state.logins, jwtGiven) && !lives(state.keys, keyGiven)) throw new Refusal(401, 'Unauthorized')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function jwt(claims: Record<string, unknown>): string {
  const head = `${base64Url({ alg: 'HS256', typ: 'JWT' })}.${base64Url({ ...claims, jti: randomUUID() })}`
  return `${head}.${createHmac('sha256', randomBytes(32)).update(head).digest('base64url')}`
}

function base64Url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(left)), Buffer.from(digestOf(right)))
}
