import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { headerPair, type HeaderPair } from '#shared/model/callback.ts'
import type { NewCallback } from '../../store/store.ts'
import type { Route } from '../edge/capture.ts'

const param = z.object({
  name: z.string(),
  value: z.string().default(''),
  fileName: z.string().optional(),
  contentType: z.string().optional()
})
const postData = z.object({
  mimeType: z.string().default(''),
  text: z.string().optional(),
  encoding: z.string().optional(),
  params: z.array(param).nullish()
})
const extras = z.object({
  target: z.string(),
  httpVersion: z.string(),
  headers: z.array(headerPair),
  trailers: z.array(headerPair),
  remoteAddress: z.string(),
  truncated: z.boolean()
})
const entry = z.object({
  startedDateTime: z.string(),
  request: z.object({
    method: z.string().min(1).max(100),
    url: z.string(),
    httpVersion: z.string().default('HTTP/1.1'),
    headers: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
    postData: postData.nullish()
  }),
  response: z.object({ status: z.number().int() }).nullish(),
  _plugboard: extras.optional()
})
const harFile = z.object({ log: z.object({ entries: z.array(entry).max(10_000) }) })
type Entry = z.infer<typeof entry>

export type ImportOrder = Route & { bodyBytes: number }

/**
 * Reads the requests of a HAR file, Plugboard's own without any loss; those of other programs as far as HAR tells: what they
 * sent in HTTP/2 gets a Host header. `bodyBytes`: longer bodies are cut, as the listener does.
 * faults: invalid-input, with the place in the file.
 */
export function readHar(text: string, order: ImportOrder): NewCallback[] {
  const parsed = harFile.safeParse(parseJson(text))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw wrong(issue?.path.map(String).join('.') || 'the file', issue?.message ?? 'it is not a HAR file')
  }
  return parsed.data.log.entries.map((each, at) => callbackOf(each, `log.entries.${at}`, order))
}

function wrong(place: string, reason: string): Fault {
  return new Fault('invalid-input', {
    message: `The HAR file cannot be read at ${place}: ${reason}`,
    field: 'har',
    advice: 'Nothing was imported. Export the file again, or correct it there.'
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw wrong('the file', error instanceof Error ? error.message : 'it is not JSON')
  }
}

function callbackOf(own: Entry, place: string, { bodyBytes, ...route }: ImportOrder): NewCallback {
  const body = bodyOf(own, `${place}.request.postData`)
  const receivedMs = Date.parse(own.startedDateTime)
  if (Number.isNaN(receivedMs)) throw wrong(`${place}.startedDateTime`, 'it is not a time')
  const isCut = body.length > bodyBytes
  return {
    ...route,
    receivedMs,
    method: own.request.method,
    ...headOf(own, place),
    origin: 'import',
    body: isCut ? body.subarray(0, bodyBytes) : body,
    truncated: isCut || (own._plugboard?.truncated ?? false),
    answerStatus: own.response?.status ?? 0,
    ruleId: null,
    replayOf: null
  }
}

type Head = Pick<NewCallback, 'target' | 'httpVersion' | 'headers' | 'trailers' | 'remoteAddress'>

function headOf(own: Entry, place: string): Head {
  if (own._plugboard) {
    const { target, httpVersion, headers, trailers, remoteAddress } = own._plugboard
    return { target, httpVersion, headers, trailers, remoteAddress }
  }
  const { request } = own
  const url = URL.parse(request.url)
  if (!url) throw wrong(`${place}.request.url`, 'it is not a URL')
  const headers = request.headers
    // HTTP/2 has its request line among the headers.
    .filter(({ name }) => !name.startsWith(':'))
    .map(({ name, value }): HeaderPair => [name, latin1Of(value)])
  const hasHost = headers.some(([name]) => name.toLowerCase() === 'host')
  return {
    target: targetOf(request.url) ?? `${url.pathname}${url.search}`,
    httpVersion: /^HTTP\/1\.0$/i.test(request.httpVersion) ? '1.0' : '1.1',
    headers: hasHost ? headers : [['Host', url.host], ...headers],
    trailers: [],
    remoteAddress: ''
  }
}

/** As it stands in the file: a URL that was parsed has other escapes. */
function targetOf(url: string): string | undefined {
  const rest = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1]
  if (rest === undefined || !/^[\x21-\x7e]*$/.test(rest)) return undefined
  return rest.startsWith('/') ? rest : `/${rest}`
}

/** One character a byte, as the listener keeps header values. */
function latin1Of(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1')
}

function bodyOf({ request }: Entry, place: string): Buffer {
  const data = request.postData
  if (!data) return Buffer.alloc(0)
  if (data.encoding === 'base64') return fromBase64(data.text ?? '', `${place}.text`)
  if (data.text !== undefined && (data.text !== '' || !data.params?.length)) return Buffer.from(data.text, 'utf8')
  if (!data.params?.length) return Buffer.alloc(0)
  const boundary = /multipart\/form-data.*boundary="?([^";]+)/i.exec(data.mimeType)?.[1]
  if (boundary !== undefined) return multipartOf(data.params, boundary)
  return Buffer.from(new URLSearchParams(data.params.map(({ name, value }) => [name, value])).toString())
}

function multipartOf(params: z.infer<typeof param>[], boundary: string): Buffer {
  const parts = params.map(({ name, value, fileName, contentType }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`
    const type = contentType === undefined ? '' : `\r\nContent-Type: ${contentType}`
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}${type}\r\n\r\n${value}\r\n`
  })
  return Buffer.from(`${parts.join('')}--${boundary}--\r\n`)
}

function fromBase64(text: string, place: string): Buffer {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw wrong(place, 'it is not base64')
  return Buffer.from(text, 'base64')
}
