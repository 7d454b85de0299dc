import type { CallbackDetail, HeaderPair } from '../../src/shared/model/callback.ts'

/** A request as it goes over the wire and as it has to come back; texts are one character a byte. */
export type WireRequest = {
  method: string
  target: string
  version: string
  headers: HeaderPair[]
  trailers: HeaderPair[]
  body: Buffer
  /** The bytes before and after the place where a sender waits for 100. */
  head: Buffer
  rest: Buffer
}

export type Place = { port: number; path: string }
export type WireOptions = {
  method?: string
  target?: string
  version?: string
  /** Name and value; a third text is what stands between colon and line end, where that is not a blank and the value. */
  headers?: (HeaderPair | [name: string, value: string, onWire: string])[]
  body?: string | Uint8Array
  /** The body in chunks of these sizes, the last one as often as needed; each with its extension. */
  chunks?: { sizes: number[]; extension?: string; number?: (size: number) => string }
  trailers?: HeaderPair[]
  /** No length: a request without a body. */
  bare?: boolean
}

export function wireRequest({ port, path }: Place, options: WireOptions): WireRequest {
  const { method = 'POST', target = path, version = '1.1', headers = [], trailers = [], chunks } = options
  const given = options.body ?? ''
  const body = typeof given === 'string' ? Buffer.from(given, 'latin1') : Buffer.from(given)
  const framing: HeaderPair[] = chunks
    ? [['Transfer-Encoding', 'chunked']]
    : options.bare
      ? []
      : [['Content-Length', String(body.length)]]
  const all: [string, string, string?][] = [['Host', `127.0.0.1:${port}`], ...headers, ...framing]
  const lines = all.map(([name, value, onWire]) => `${name}:${onWire ?? ` ${value}`}`)
  const head = Buffer.from([`${method} ${target} HTTP/${version}`, ...lines, '', ''].join('\r\n'), 'latin1')
  return {
    method,
    target,
    version,
    headers: all.map(([name, value]): HeaderPair => [name, value]),
    trailers,
    body,
    head,
    rest: chunks ? inChunks(body, chunks, trailers) : body
  }
}

function inChunks(body: Buffer, chunks: NonNullable<WireOptions['chunks']>, trailers: HeaderPair[]): Buffer {
  const { sizes, extension = '', number = size => size.toString(16) } = chunks
  const parts: Buffer[] = []
  for (let at = 0, turn = 0; at < body.length; turn++) {
    const part = body.subarray(at, at + (sizes[Math.min(turn, sizes.length - 1)] ?? 1))
    parts.push(Buffer.from(`${number(part.length)}${extension}\r\n`, 'latin1'), part, Buffer.from('\r\n'))
    at += part.length
  }
  const end = trailers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([...parts, Buffer.from(`0\r\n${end}\r\n`, 'latin1')])
}

/** What of a callback was on the wire, in the words of the request; bodies as text, which is compared faster. */
export function asWire(callback: CallbackDetail): ReturnType<typeof wireOf> {
  const { method, target, httpVersion: version, headers, trailers, bodyBase64 } = callback
  return { method, target, version, headers, trailers, body: Buffer.from(bodyBase64, 'base64').toString('latin1') }
}

export function wireOf({ method, target, version, headers, trailers, body }: WireRequest) {
  return { method, target, version, headers, trailers, body: body.toString('latin1') }
}
