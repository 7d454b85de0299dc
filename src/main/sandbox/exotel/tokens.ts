import { createHash, randomUUID, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { sandboxAccount } from './account.ts'
import { Refusal } from './envelope.ts'
import type { ExotelState } from './state.ts'

const tokenLifeMs = 90 * 24 * 60 * 60 * 1000
const keptTokens = 500

type Entity = 'app' | 'customer'

const secrets: Record<Entity, { id: string; secret: string }> = {
  app: { id: sandboxAccount.appId, secret: sandboxAccount.appSecret },
  customer: { id: sandboxAccount.customerId, secret: sandboxAccount.customerSecret }
}

/** Issues a token of the documented look (base64 of a UUID, but a random one). The state keeps its digest. */
export function issueToken(state: ExotelState, body: Record<string, unknown>, nowMs: number): string {
  const { Id: id, Secret: secret, Entity: entity } = body
  if (typeof id !== 'string' || id === '') throw new Refusal(400, 'Id is required and must be a string')
  if (typeof secret !== 'string' || secret === '') throw new Refusal(400, 'Secret is required and must be a string')
  if (entity !== 'app' && entity !== 'customer') throw new Refusal(400, 'Entity must be app or customer')
  const known = secrets[entity]
  if (id !== known.id || !isSame(secret, known.secret)) throw new Refusal(401, 'Check the entity id and secret')
  const token = Buffer.from(randomUUID()).toString('base64')
  const living = state.tokens.filter(one => one.expiresAtMs > nowMs)
  const issued: ExotelState['tokens'][number] = { digest: digestOf(token), entity, expiresAtMs: nowMs + tokenLifeMs }
  state.tokens = [...living, issued].slice(-keptTokens)
  return token
}

/** Refuses a request without a living token of this entity. in: bearer: whether the word may stand before the token. */
export function requireToken(
  state: ExotelState,
  headers: IncomingHttpHeaders,
  { entity, bearer, nowMs }: { entity: Entity; bearer: boolean; nowMs: number }
): void {
  const header = headers.authorization ?? ''
  const token = bearer ? header.replace(/^Bearer /, '') : header
  const digest = digestOf(token)
  const known = state.tokens.find(one => one.digest === digest)
  if (known?.entity !== entity || known.expiresAtMs <= nowMs) throw new Refusal(401, 'Unauthorized')
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function isSame(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(digestOf(left)), Buffer.from(digestOf(right)))
}
