import type { CallbackDetail, CallbackSummary, HeaderPair } from '#shared/model/callback.ts'

/** A callback as `callbacks.list` gives it. */
export function summaryOf(more: Partial<CallbackSummary> = {}): CallbackSummary {
  return {
    id: 1,
    endpointId: null,
    accountId: null,
    provider: null,
    receivedMs: Date.UTC(2026, 2, 1, 9, 30, 0, 7),
    method: 'POST',
    target: '/in/key1',
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    origin: 'network',
    bodyBytes: 0,
    truncated: false,
    answerStatus: 200,
    verdict: 'valid',
    verdictText: 'Signed',
    decoded: null,
    ruleId: null,
    replayOf: null,
    pinned: false,
    tags: [],
    note: '',
    ...more
  }
}

/** A callback as `callbacks.get` gives it. `body`: text, or bytes. */
export function detailOf(more: Partial<CallbackDetail> & { body?: string | Uint8Array } = {}): CallbackDetail {
  const { body = '', ...rest } = more
  const bytes = Buffer.from(body)
  const text = bytes.toString('utf8')
  return {
    ...summaryOf({ bodyBytes: bytes.length }),
    verdictDetails: [],
    headers: [['Host', '127.0.0.1:4700']] satisfies HeaderPair[],
    trailers: [],
    bodyBase64: bytes.toString('base64'),
    bodyText: Buffer.from(text, 'utf8').equals(bytes) ? text : null,
    ...rest
  }
}
