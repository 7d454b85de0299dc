import type { IncomingMessage } from 'node:http'
import type { CallbackSummary, HeaderPair } from '#shared/model/callback.ts'
import type { NewCallback } from '../../store/store.ts'

/** Whose endpoint it is. */
export type Route = Pick<NewCallback, 'endpointId' | 'accountId' | 'provider'>

export type Reading = { body: Uint8Array; truncated: boolean }

/**
 * Makes the row of a request that was read to its end. Headers and trailers are as they stood, one character a byte
 * (latin1), without the blanks around a value; the body is what remains after the transfer encoding.
 */
export function captureRequest(
  request: IncomingMessage,
  reading: Reading,
  known: Route & Pick<NewCallback, 'receivedMs' | 'origin' | 'answerStatus' | 'ruleId' | 'replayOf'>
): NewCallback {
  return {
    endpointId: known.endpointId,
    accountId: known.accountId,
    provider: known.provider,
    receivedMs: known.receivedMs,
    method: request.method ?? '',
    target: request.url ?? '',
    httpVersion: request.httpVersion,
    remoteAddress: request.socket.remoteAddress ?? '',
    origin: known.origin,
    headers: pairs(request.rawHeaders),
    trailers: pairs(request.rawTrailers),
    body: reading.body,
    truncated: reading.truncated,
    answerStatus: known.answerStatus,
    ruleId: known.ruleId,
    replayOf: known.replayOf
  }
}

/** Node's flat list of names and values, two by two. */
export function pairs(flat: readonly string[]): HeaderPair[] {
  const result: HeaderPair[] = []
  for (let at = 0; at + 1 < flat.length; at += 2) result.push([flat[at] ?? '', flat[at + 1] ?? ''])
  return result
}

const noNote = { pinned: false, tags: [], note: '' }

type Look = Pick<CallbackSummary, 'verdict' | 'verdictText' | 'decoded'>

/** What a watcher is told of a row, without reading the row again. */
export function summaryOf(id: number, callback: NewCallback, look?: Look): CallbackSummary {
  const { headers: _headers, trailers: _trailers, body, ...rest } = callback
  return {
    id,
    ...rest,
    bodyBytes: body.byteLength,
    ...(look ?? { verdict: null, verdictText: null, decoded: null }),
    ...noNote
  }
}
