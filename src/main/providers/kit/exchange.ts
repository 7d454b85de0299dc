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
  /** The body: JSON, or else a form (form-urlencoded, UTF-8). */
  json?: unknown
  form?: Record<string, string>
  /** The answer of a success; one without a body (204, say) is undefined. */
  answer: z.ZodType<T>
}

/**
 * One request, answered with JSON, never repeated. faults: those of ProviderApi. Of a write every answer that says
 * neither done nor refused is `outcome-unknown`.
 */
export type Exchange = <T>(call: Call<T>) => Promise<T>

/**
 * in: refusalOf: what the answer says of a failure; undefined when it says success or nothing known. isMissing: whether the
 * body of a 404 says that the profile does not exist; without it every 404 does.
 */
export function createExchange(options: {
  session: ProviderSession
  speaker: Speaker
  queue: RateQueue
  refusalOf: (body: unknown, status: number) => Refusal | undefined
  isMissing?: (body: unknown) => boolean
}): Exchange {
  const { session, speaker, queue, refusalOf, isMissing } = options

  function understand<T>(call: Call<T>, answer: HttpAnswer): T {
    const body = parseJson(answer.text)
    const refusal = refusalOf(body, answer.status)
    if (answer.status === 404 && isMissing?.(body) === false) {
      throw body === undefined ? faultOfText(speaker, answer) : faultOfShape(speaker, body, { quiet: true })
    }
    if (answer.status < 200 || answer.status > 299) throw faultOfStatus(speaker, call.intent, answer, refusal)
    if (refusal) throw faultOfRefusal(speaker, call.intent, answer, refusal)
    const parsed = call.answer.safeParse(body)
    if (body === undefined && !(parsed.success && answer.text === '')) throw faultOfText(speaker, answer)
    if (!parsed.success) throw faultOfShape(speaker, body, { quiet: call.intent === 'login' })
    return parsed.data
  }

  return async call => {
    try {
      return understand(call, await queue(() => session.http(requestOf(session, call))))
    } catch (error) {
      throw call.intent === 'write' ? unknownInsteadOfUnclear(error) : unreachableInsteadOfUnknown(error)
    }
  }
}

function requestOf(session: ProviderSession, call: Call<unknown>): HttpRequest {
  const body = bodyOf(call)
  return {
    method: call.method,
    url: urlOf(session.baseUrl, call.path, call.query),
    headers: { accept: 'application/json', ...(body && { 'content-type': body.type }), ...call.headers },
    ...(body && { body: body.text }),
    ...(session.signal && { signal: session.signal })
  }
}

function bodyOf({ json, form }: Call<unknown>): { type: string; text: string } | undefined {
  if (json !== undefined) return { type: 'application/json', text: JSON.stringify(json) }
  if (form !== undefined)
    return { type: 'application/x-www-form-urlencoded', text: new URLSearchParams(form).toString() }
  return undefined
}

/** The base URL may have a path and a last slash of its own. */
export function urlOf(baseUrl: string, path: string, query: Record<string, string> = {}): string {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
  return `${baseUrl.trim().replace(/\/+$/, '')}${path}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`
}

/** A read that broke off changed nothing: it is only that the answer did not come. */
function unreachableInsteadOfUnknown(error: unknown): unknown {
  if (!(error instanceof Fault) || error.code !== 'outcome-unknown') return error
  return new Fault('unreachable', { message: error.message })
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
