// OpenTACT, REST API (`/rest`): how requests prove who they are from.
// Source: OpenTACT's pages "Authentication" and "Passing authentication", as summed up in providers/opentact.md §1, 2026-11.
// Not tested against the live service. A key or token is never put into a URL, though that would be taken too.

import { createExchange, type Call } from '../kit/exchange.ts'
import { createRateQueue } from '../kit/rate-queue.ts'
import { createReadRetry } from '../kit/read-retry.ts'
import { createRedaction } from '../kit/redaction.ts'
import { beforeWrite, createTokenSession } from '../kit/token-session.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { ProviderSession } from '../contract.ts'
import { refusalOf } from './map.ts'
import { failureAnswer, loginAnswer, loginPath, withoutPeople } from './wire.ts'

/** Requests with proof: reads repeat themselves, a write goes out once (twice where its token was too old). */
export type Requests = {
  read<T>(call: ReadCall<T>): Promise<T>
  write<T>(call: WriteCall<T>): Promise<T>
}

export type ReadCall<T> = Omit<Call<T>, 'headers' | 'method' | 'intent'> & { intent: 'list' | 'read' }
export type WriteCall<T> = Omit<Call<T>, 'headers' | 'intent'>

type Proof = {
  /** Has a token ready. */
  ensure(): Promise<void>
  run<T>(work: (headers: Record<string, string>) => Promise<T>): Promise<T>
}

/** Opens a session with the long-lived key where there is one, else with a login that is renewed once when it is rejected. */
export function createRequests(session: ProviderSession, rateLimit: ProviderCard['rateLimit']): Requests {
  const { email = '', password = '', token = '' } = session.credentials
  const redaction = createRedaction([password, token, `${email}:${password}`].filter(one => one.length > 1))
  const speaker = { name: 'OpenTACT', redaction, now: () => session.clock.now() }
  const queue = createRateQueue(rateLimit, session.signal)
  const retryRead = createReadRetry(session.clock, session.signal)
  const exchange = createExchange({ session: withoutPersons(session), speaker, queue, refusalOf, isMissing })
  const proof: Proof = token === '' ? login() : { ensure: async () => {}, run: work => work(keyHeader(token)) }

  function login(): Proof {
    const basic = `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${email}:${password}`)))}`
    const tokens = createTokenSession({
      redaction,
      request: async () => {
        const headers = { authorization: basic }
        const call = { intent: 'login', method: 'GET', path: loginPath, headers, answer: loginAnswer } as const
        return (await exchange(call)).payload.token
      }
    })
    return { ensure: () => tokens.ensure(), run: work => tokens.run(jwt => work({ 'x-auth-token': jwt })) }
  }

  return {
    read: call => retryRead(() => proof.run(headers => exchange({ ...call, method: 'GET', headers }))),
    async write(call) {
      await beforeWrite(() => retryRead(() => proof.ensure()))
      return proof.run(headers => exchange({ ...call, intent: 'write', headers }))
    }
  }
}

function keyHeader(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

/** Nothing behind this line, messages among it, ever has what the answers tell of people. */
function withoutPersons(session: ProviderSession): ProviderSession {
  return {
    ...session,
    http: async request => {
      const answer = await session.http(request)
      return { ...answer, text: withoutPeople(answer.text) }
    }
  }
}

/** Not found is what OpenTACT says in its own form; a page with that status is a wrong address. */
function isMissing(body: unknown): boolean {
  return failureAnswer.safeParse(body).success
}
