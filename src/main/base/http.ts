import { EnvHttpProxyAgent, errors, request as undiciRequest, type Dispatcher } from 'undici'
import { Fault } from '#shared/faults.ts'
import type { HeaderPair } from '#shared/model/callback.ts'
import { proxyClient } from './proxy-client.ts'

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: string
  timeoutMs?: number
  /** An answer over this size is a fault `protocol`. */
  limitBytes?: number
  signal?: AbortSignal
}

export type HttpAnswer = { status: number; headers: HeaderPair[]; text: string }

/**
 * One HTTP exchange, never repeated. out: any status is an answer; a redirect is one too.
 * faults: `unreachable` (nothing was sent: name not found, connection refused, TLS failure, not connected in time),
 * `timeout`, `outcome-unknown` (the connection broke after the request may have gone out), `protocol` (not HTTP, too
 * large, body cut short), `cancelled`, `invalid-input` (not an http or https URL).
 */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>

export type HttpClient = {
  send: Http
  /** Ends all connections; what is under way fails. */
  close(): Promise<void>
}

type Progress = {
  /** Where the request goes, for messages: no path, no query, no user-info. */
  host: string
  /** Whether a first byte may have left. */
  isStarted: boolean
  hasAnswer: boolean
  headers: HeaderPair[]
}

class Deadline extends Error {}
class TooLarge extends Error {}

const defaultTimeoutMs = 20_000
const defaultLimitBytes = 8 * 1024 * 1024
const usualConnectTimeoutMs = 10_000

/**
 * An HTTP client that follows no redirect and takes its proxy from the environment (HTTP_PROXY, HTTPS_PROXY, NO_PROXY),
 * never for this computer itself. Idle connections do not keep the process alive. in: connectTimeoutMs: to the host, to a proxy, and
 * for its tunnel. faults: bad-usage (a proxy's address that is none).
 */
export function createHttp(options: { userAgent?: string; connectTimeoutMs?: number } = {}): HttpClient {
  const agent = createAgent(options.connectTimeoutMs ?? usualConnectTimeoutMs)
  const common = {
    'accept-encoding': 'identity',
    ...(options.userAgent !== undefined && { 'user-agent': options.userAgent })
  }
  return {
    send: request => exchange(agent, { ...request, headers: { ...common, ...request.headers } }),
    close: () => agent.destroy()
  }
}

function createAgent(connectTimeoutMs: number): EnvHttpProxyAgent {
  const never = [process.env['no_proxy'] ?? process.env['NO_PROXY'], 'localhost', '127.0.0.1', '[::1]']
  try {
    return new EnvHttpProxyAgent({
      noProxy: never.filter(entry => entry !== undefined && entry !== '').join(','),
      connect: { timeout: connectTimeoutMs },
      // Not of TLS within the tunnel: what is said of that replaces the name that it is for. There it is undici's own, the same.
      proxyTls: { timeout: connectTimeoutMs },
      clientFactory: proxyClient(connectTimeoutMs),
      // The one deadline of the exchange is kept here.
      headersTimeout: 0,
      bodyTimeout: 0
    })
  } catch {
    // The reason quotes the address, and a password may be in it.
    throw new Fault('bad-usage', {
      message: 'HTTPS_PROXY or HTTP_PROXY is not the address of a proxy',
      advice: 'Correct the environment variable, for example http://proxy.example:3128, or remove it.'
    })
  }
}

async function exchange(agent: Dispatcher, request: HttpRequest): Promise<HttpAnswer> {
  const url = httpUrl(request.url)
  const progress: Progress = { host: url.host, isStarted: false, hasAnswer: false, headers: [] }
  if (request.signal?.aborted) throw cancelled(progress)
  const timeoutMs = request.timeoutMs ?? defaultTimeoutMs
  const stop = new AbortController()
  const timer = setTimeout(() => stop.abort(new Deadline(`${timeoutMs} ms`)), timeoutMs)
  const onAbort = () => stop.abort(new Error('aborted'))
  request.signal?.addEventListener('abort', onAbort, { once: true })
  try {
    // While undici connects it does not look at the signal.
    return await Promise.race([perform(agent, url, request, stop.signal, progress), rejectOn(stop.signal)])
  } catch (error) {
    throw faultOf(error, request, stop.signal, progress)
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', onAbort)
  }
}

async function perform(
  agent: Dispatcher,
  url: URL,
  request: HttpRequest,
  signal: AbortSignal,
  progress: Progress
): Promise<HttpAnswer> {
  const answer = await undiciRequest(url, {
    method: request.method,
    headers: request.headers,
    body: request.body,
    signal,
    dispatcher: agent.compose(dispatch => (sending, handler) => dispatch(sending, watch(handler, progress)))
  })
  progress.hasAnswer = true
  const body = await readBody(answer.body, request.limitBytes ?? defaultLimitBytes)
  return { status: answer.statusCode, headers: progress.headers, text: body.toString('utf8') }
}

/**
 * Notes what `request` does not tell. undici calls `onRequestStart` once it is connected, just before it writes the
 * request; its raw headers are names and values in turn.
 */
function watch(handler: Dispatcher.DispatchHandler, progress: Progress): Dispatcher.DispatchHandler {
  return {
    onRequestStart(controller, context) {
      progress.isStarted = true
      handler.onRequestStart?.(controller, context)
    },
    onResponseStart(controller, ...parts) {
      progress.headers = pairsOf(controller.rawHeaders)
      handler.onResponseStart?.(controller, ...parts)
    },
    onResponseData: (...parts) => handler.onResponseData?.(...parts),
    onResponseEnd: (...parts) => handler.onResponseEnd?.(...parts),
    onResponseError: (...parts) => handler.onResponseError?.(...parts)
  }
}

async function readBody(body: AsyncIterable<Buffer>, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of body) {
    sizeBytes += chunk.length
    if (sizeBytes > limitBytes) throw new TooLarge(`over ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function pairsOf(rawHeaders: unknown): HeaderPair[] {
  const flat = Array.isArray(rawHeaders) ? rawHeaders.map(String) : []
  return Array.from({ length: flat.length / 2 }, (_, index) => [flat[index * 2] ?? '', flat[index * 2 + 1] ?? ''])
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Fault('invalid-input', { message: 'The base URL is not an http or https address', field: 'baseUrl' })
}

function cancelled({ host }: Progress): Fault {
  return new Fault('cancelled', { message: `The request to ${host} was cancelled` })
}

function faultOf(error: unknown, request: HttpRequest, signal: AbortSignal, progress: Progress): Fault | Error {
  const { host, isStarted, hasAnswer } = progress
  const code = codeOf(error)
  if (request.signal?.aborted) return cancelled(progress)
  if (error instanceof TooLarge) return new Fault('protocol', { message: `The answer of ${host} is too large` })
  if (code === 'UND_ERR_INVALID_ARG') return error instanceof Error ? error : new Error(String(error))
  if (!isStarted) return new Fault('unreachable', { message: whyUnreachable(error, code, host) })
  if (signal.reason instanceof Deadline) {
    return new Fault('timeout', { message: `${host} did not answer within ${signal.reason.message}` })
  }
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return new Fault('protocol', { message: `What ${host} answered is not valid HTTP` })
  }
  if (hasAnswer) return new Fault('protocol', { message: `The answer of ${host} broke off before its end` })
  return new Fault('outcome-unknown', { message: `The connection to ${host} broke before it answered` })
}

function whyUnreachable(error: unknown, code: string, host: string): string {
  if (error instanceof Deadline || code === 'UND_ERR_CONNECT_TIMEOUT') return `${host} could not be reached in time`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The name ${host} was not found`
  if (code === 'ECONNREFUSED') return `${host} refused the connection`
  if (/CERT|SIGNED|TLS|SSL|ISSUER/.test(code)) return `No safe connection to ${host} could be made (${code})`
  if (code === 'UND_ERR_ABORTED') return `The proxy did not open a way to ${host}`
  return `${host} could not be reached${code === '' ? '' : ` (${code})`}`
}

/** Node gives several failed addresses of one name as one error without a code of its own. */
function codeOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors[0] : error
  return inner instanceof Error && 'code' in inner && typeof inner.code === 'string' ? inner.code : ''
}
