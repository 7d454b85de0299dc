import type { HeaderPair } from '#shared/model/callback.ts'
import { headerValues } from '../address.ts'

/** A request as it goes out, byte for byte. `url` in full, its request target letter by letter. */
export type Outgoing = {
  url: string
  method: string
  headers: HeaderPair[]
  trailers: HeaderPair[]
  body: Uint8Array
}

// They concern one connection and not the message (RFC 9110 §7.6.1). Expect is answered by us: the body is here already.
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'upgrade',
  'expect'
])

type Framing = { body: Uint8Array; trailers: HeaderPair[] }

/**
 * The headers with which a callback is sent on: in order and case, without those of the sender's connection, with the new
 * host in the place of the old one, which goes into X-Forwarded-Host unless a proxy before us said it already.
 */
export function forwardedHeaders(
  headers: readonly HeaderPair[],
  { host, ...framing }: Framing & { host: string }
): HeaderPair[] {
  const named = headerValues(headers, 'connection').flatMap(value => value.toLowerCase().split(',').map(trimmed))
  const kept = headers.filter(([name]) => {
    const lower = name.toLowerCase()
    return !ofConnection.has(lower) && (!named.includes(lower) || isFraming(lower) || lower === 'host')
  })
  const [before] = headerValues(headers, 'host')
  const isSaid = headerValues(headers, 'x-forwarded-host').length > 0
  const more: HeaderPair[] = before === undefined || isSaid ? [] : [['X-Forwarded-Host', before]]
  // Another coding below the chunks, which is the body's as it was kept.
  const isCoded = headerValues(headers, 'transfer-encoding').some(value => value.trim().toLowerCase() !== 'chunked')
  return [...framed(withHost(kept, host), framing, isCoded || framing.trailers.length > 0), ...more]
}

/** The headers with which a callback is sent again to the listener itself: all of them as they stand, the length corrected. */
export function replayedHeaders(
  headers: readonly HeaderPair[],
  { host, ...framing }: Framing & { host: string }
): HeaderPair[] {
  const isChunked = headerValues(headers, 'transfer-encoding').length > 0
  return framed(withHost(headers, host), framing, isChunked || framing.trailers.length > 0)
}

/** Puts the new values where the old ones stood, in their spelling; what was not there comes to the end. */
export function replaceHeaders(headers: readonly HeaderPair[], news: readonly HeaderPair[]): HeaderPair[] {
  const left = new Map(news.map(([name, value]) => [name.toLowerCase(), value]))
  const replaced = headers.flatMap(([name, value]): HeaderPair[] => {
    const lower = name.toLowerCase()
    if (!news.some(pair => pair[0].toLowerCase() === lower)) return [[name, value]]
    const next = left.get(lower)
    left.delete(lower)
    return next === undefined ? [] : [[name, next]]
  })
  return [...replaced, ...news.filter(([name]) => left.has(name.toLowerCase()))]
}

function withHost(headers: readonly HeaderPair[], host: string): HeaderPair[] {
  const replaced = replaceHeaders(headers, [['Host', host]])
  return headerValues(headers, 'host').length > 0 ? replaced : [['Host', host], ...replaced.slice(0, -1)]
}

/** Trailers need chunks; everything else is sent with its length, in the place where the sender said how long it is. */
function framed(headers: HeaderPair[], { body }: Framing, isChunked: boolean): HeaderPair[] {
  const length = String(body.byteLength)
  let isSaid = false
  const result = headers.flatMap(([name, value]): HeaderPair[] => {
    const lower = name.toLowerCase()
    if (!isFraming(lower)) return [[name, value]]
    if (isSaid) return []
    isSaid = true
    if (isChunked) return [lower === 'transfer-encoding' ? [name, value] : ['Transfer-Encoding', 'chunked']]
    return [[lower === 'content-length' ? name : 'Content-Length', length]]
  })
  if (isSaid || (body.byteLength === 0 && !isChunked)) return result
  return [...result, isChunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', length]]
}

function isFraming(lower: string): boolean {
  return lower === 'content-length' || lower === 'transfer-encoding'
}

function trimmed(text: string): string {
  return text.trim()
}
