import type { HeaderPair } from '#shared/model/callback.ts'
import { bodyBytes, headerText, mediaTypeOf, urlOf, type Exportable } from './request.ts'

/** What HAR has no place for; with it nothing is lost when Plugboard reads the file again. */
export type HarExtras = {
  target: string
  httpVersion: string
  /** In order, one character a byte. */
  headers: HeaderPair[]
  trailers: HeaderPair[]
  remoteAddress: string
  truncated: boolean
  redacted: boolean
}

/** HAR 1.2. The answer is known by its status alone. */
export function harOf(callbacks: Exportable[], isRedacted: boolean, version: string): string {
  const log = {
    version: '1.2',
    creator: { name: 'Plugboard', version },
    ...(isRedacted && { comment: 'What is secret was taken out: it reads "redacted".' }),
    pages: [],
    entries: callbacks.map(callback => entryOf(callback, isRedacted))
  }
  return `${JSON.stringify({ log }, null, 2)}\n`
}

function entryOf(callback: Exportable, isRedacted: boolean) {
  const extras: HarExtras = {
    target: callback.target,
    httpVersion: callback.httpVersion,
    headers: callback.headers,
    trailers: callback.trailers,
    remoteAddress: callback.remoteAddress,
    truncated: callback.truncated,
    redacted: isRedacted
  }
  return {
    startedDateTime: new Date(callback.receivedMs).toISOString(),
    time: 0,
    request: {
      method: callback.method,
      url: urlOf(callback),
      httpVersion: `HTTP/${callback.httpVersion}`,
      cookies: [],
      headers: callback.headers.map(([name, value]) => ({ name, value: headerText(value) })),
      queryString: queryOf(callback.target),
      ...(callback.bodyBase64 !== '' && { postData: postDataOf(callback) }),
      headersSize: -1,
      bodySize: bodyBytes(callback).length
    },
    response: {
      status: callback.answerStatus,
      statusText: '',
      httpVersion: `HTTP/${callback.httpVersion}`,
      cookies: [],
      headers: [],
      content: { size: 0, mimeType: 'x-unknown' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1
    },
    cache: {},
    timings: { send: 0, wait: 0, receive: 0 },
    _plugboard: extras
  }
}

/** HAR has no encoding for what is sent; this is the one of its answers. */
function postDataOf(callback: Exportable) {
  const mimeType = headerText(mediaTypeOf(callback)) || 'application/octet-stream'
  if (callback.bodyText !== null) return { mimeType, text: callback.bodyText }
  return { mimeType, text: callback.bodyBase64, encoding: 'base64' }
}

function queryOf(target: string): { name: string; value: string }[] {
  const at = target.indexOf('?')
  if (at < 0) return []
  return Array.from(new URLSearchParams(target.slice(at + 1)), ([name, value]) => ({ name, value }))
}
