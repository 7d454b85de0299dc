import type * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { HttpAnswer, HttpRequest } from '../../base/http.ts'
import type { ProviderSession } from '../contract.ts'
import { faultOfRefusal, faultOfShape, faultOfStatus, faultOfText } from './answer-fault.ts'
import type { Intent, Refusal, Speaker } from './answer-fault.ts'
import type { RateQueue } from './rate-queue.ts'

export type Call<T> = {
  intent: Intent
  method: HttpRequest['method']
  /** Below the base URL, with a leading slash. */
  path: string
  query?: Record<string, string>
  headers?: Record<string, string>
  json?: unknown
  /** The answer of a success. */
  answer: z.ZodType<T>
}

/**
 * One request, JSON in both directions, never repeated. faults: those of ProviderApi. Of a write every answer that says
 * neither done nor refused is `outcome-unknown`.
 */
export type Exchange = <T>(call: Call<T>) => Promise<T>

/** in: refusalOf: what the body says of a failure; undefined when it says success or nothing known. */
export function createExchange(options: {
  session: ProviderSession
  speaker: Speaker
  queue: RateQueue
  refusalOf: (body: unknown) => Refusal | undefined
}): Exchange {
  const { session, speaker, queue, refusalOf } = options

  function understand<T>(call: Call<T>, answer: HttpAnswer): T {
    const body = parseJson(answer.text)
    const refusal = body === undefined ? undefined : refusalOf(body)
    if (answer.status < 200 || answer.status > 299) throw faultOfStatus(speaker, call.intent, answer, refusal)
    if (body === undefined) throw faultOfText(speaker, answer)
    if (refusal) throw faultOfRefusal(speaker, call.intent, answer, refusal)
    const parsed = call.answer.safeParse(body)
    if (!parsed.success) throw faultOfShape(speaker, body, { quiet: call.intent === 'login' })
    return parsed.data
  }

  return async call => {
    try {
      return understand(call, await queue(() => session.http(requestOf(session, call))))
    } catch (error) {
      throw call.intent === 'write' ? unknownInsteadOfUnclear(error) : error
    }
  }
}

function requestOf(session: ProviderSession, call: Call<unknown>): HttpRequest {
  const hasBody = call.json !== undefined
  return {
    method: call.method,
    url: urlOf(session.baseUrl, call.path, call.query),
    headers: { accept: 'application/json', ...(hasBody && { 'content-type': 'application/json' }), ...call.headers },
    ...(hasBody && { body: JSON.stringify(call.json) }),
    ...(session.signal && { signal: session.signal })
  }
}

/** The base URL may have a path and a last slash of its own. */
export function urlOf(baseUrl: string, path: string, query: Record<string, string> = {}): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return `${baseUrl.trim().replace(/\/+$/, '')}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

function unknownInsteadOfUnclear(error: unknown): unknown {
  if (!(error instanceof Fault) || error.code !== 'protocol') return error
  const { excerpt } = error.detail
  return new Fault('outcome-unknown', { message: `${error.message}; it may have been carried out`, excerpt })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
