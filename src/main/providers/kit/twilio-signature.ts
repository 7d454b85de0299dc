// Twilio's X-Twilio-Signature, as other providers' accounts receive it: they send through Twilio accounts of the customer.
// Source: twilio-node `src/webhooks/webhooks.ts`, as summed up in providers/webhook-signatures.md §2; its vectors are our tests.
// Not tested against the live service.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { parse, stringify } from 'node:querystring'

/** What a signature is made over beside the URL. `form`: names and values as they came, in any order, names repeated. */
export type SignedContent = { form: [string, string][] } | { raw: Uint8Array }

/**
 * base64 of HMAC-SHA1 over the URL and the sorted form parameters. The URL goes in as it stands; of a repeated name each
 * distinct value counts once.
 */
export function signTwilio(authToken: string, url: string, form: [string, string][]): string {
  return createHmac('sha1', authToken).update(signedTextOf(url, form), 'utf8').digest('base64')
}

/** What is signed. */
export function signedTextOf(url: string, form: [string, string][]): string {
  const names = [...new Set(form.map(([name]) => name))].sort()
  const parts = names.map(name => {
    const values = [...new Set(form.flatMap(([key, value]) => (key === name ? value : [])))].sort()
    return values.map(value => name + value).join('')
  })
  return url + parts.join('')
}

/**
 * The URLs that a signature may stand for when this one was called: without its port, with it or the usual one, and both
 * with the query as Twilio used to write it. The URL as it was given comes first.
 */
export function urlVariants(url: string): string[] {
  const parsed = URL.parse(url)
  if (!parsed) return [url]
  const plain = [withoutPort(parsed), withPort(parsed)]
  return [...new Set([url, ...plain, ...plain.map(withLegacyQuery)])]
}

/** The first of the URLs over which the token gives the signature. */
export function signedUrlOf(
  signature: string,
  { authToken, urls, form }: { authToken: string; urls: string[]; form: [string, string][] }
): string | undefined {
  return urls.find(url => isSame(signature, signTwilio(authToken, url, form)))
}

/** Whether the URL carries the SHA-256 of the body; undefined where it carries none. */
export function bodyHashHolds(url: string, body: Uint8Array): boolean | undefined {
  const given = URL.parse(url)?.searchParams.get('bodySHA256')
  if (given === null || given === undefined) return undefined
  return isSame(given.toLowerCase(), createHash('sha256').update(body).digest('hex'))
}

function isSame(given: string, computed: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(computed)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function withoutPort(parsed: URL): string {
  const copy = new URL(parsed)
  copy.port = ''
  return copy.href
}

/** A URL object drops the usual port, so that it has to be written in by hand. */
function withPort(parsed: URL): string {
  if (parsed.port !== '') return parsed.href
  const user = parsed.username + (parsed.password === '' ? '' : `:${parsed.password}`)
  const host = `${user === '' ? '' : `${user}@`}${parsed.hostname}:${parsed.protocol === 'https:' ? 443 : 80}`
  return `${parsed.protocol}//${host}${parsed.pathname}${parsed.search}${parsed.hash}`
}

function withLegacyQuery(url: string): string {
  const [path = '', ...query] = url.split('?')
  return query.length === 0 ? url : `${path}?${stringify(parse(query.join('?')))}`
}
