import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'
import type { NewCallback } from '../../store/store.ts'
import { isOurHost, rawHeaderValues, readTarget } from '../address.ts'
import { giveReply, type Reply } from './answer.ts'
import { readBody, type Budget, type ReadBody } from './body.ts'
import { captureRequest, type Route } from './capture.ts'
import { linger } from './linger.ts'
import type { Limits } from './limits.ts'
import type { Mark } from '../origins.ts'
import type { Replies } from '../rules/replies.ts'

export type ExchangeDeps = {
  clock: Clock
  limits: Limits
  /** Whose key it is; undefined for a stranger's. May throw store faults. */
  routeOf(key: string): Route | undefined
  /** The hosts of the tunnels that lead here. May throw store faults. */
  tunnelHosts(): string[]
  /** What the sender gets, as far as it is known before the row is stored. May throw store faults. */
  choose: Replies['choose']
  /** What it gets in the end. */
  settle: Replies['settle']
  /** Aborted when the listener stops: from then on every answer ends its connection. */
  stopping: AbortSignal
  markOf(socket: Socket): Mark
  /** Resolves when the row is durable. */
  keep(callback: NewCallback): Promise<number>
  countUnknown(): void
  /** Something that is neither the sender's nor the store's doing. */
  onBug: (error: unknown) => void
}

export type Exchange = {
  handle: (request: IncomingMessage, response: ServerResponse, sendContinue?: () => void) => void
}

/**
 * One request in its order of work: is it ours, read it, make it durable, answer. Looking at what it says comes later
 * and elsewhere. Whatever goes wrong, a 2xx is sent only after `keep` resolved.
 */
export function createExchange(deps: ExchangeDeps): Exchange {
  const budget: Budget = { bytes: 0 }

  async function work(request: IncomingMessage, response: ServerResponse, sendContinue?: () => void): Promise<void> {
    const receivedMs = deps.clock.now()
    const { authority, key } = readTarget(request.url ?? '')
    const refusal = refuseHead(request, authority, deps)
    if (refusal) return refuse(request, response, refusal, deps.limits)
    const route = findRoute(key, deps)
    if ('status' in route) return refuse(request, response, route, deps.limits)

    const tooLong = Number(request.headers['content-length']) > deps.limits.bodyBytes
    const reading = sendContinue && tooLong ? unread() : readBody(request, deps.limits, budget)
    if (sendContinue && !tooLong) sendContinue()
    const read = await reading.done
    const reply = await take(request, read, { ...route, receivedMs }).finally(() => reading.release())
    if (!reply) return
    if ('refusal' in reply) return refuse(request, response, reply.refusal, deps.limits)
    await giveReply(response, reply, deps)
  }

  /** Makes it durable. out: what the sender gets; undefined where it is gone. */
  async function take(
    request: IncomingMessage,
    read: ReadBody,
    known: Route & { receivedMs: number }
  ): Promise<Reply | { refusal: Refusal } | undefined> {
    if (read.state === 'gone') return undefined
    if (read.state === 'crowded') return { refusal: busy }
    try {
      const { origin, replayOf } = deps.markOf(request.socket)
      const callback = captureRequest(request, read, {
        ...known,
        origin,
        replayOf,
        answerStatus: tooLarge.status,
        ruleId: null
      })
      if (read.truncated) {
        await deps.keep(callback)
        return { refusal: tooLarge }
      }
      const choice = await deps.choose(callback)
      const row = { ...callback, ...choice.row }
      return await deps.settle(await deps.keep(row), row, choice)
    } catch (error) {
      return { refusal: refusalFor(error, deps.onBug) }
    }
  }

  return {
    handle(request, response, sendContinue) {
      work(request, response, sendContinue).catch((error: unknown) => {
        deps.onBug(error)
        if (response.headersSent) response.destroy()
        else
          refuse(
            request,
            response,
            { status: 500, body: 'Plugboard made a mistake; the request was not kept.\n' },
            deps.limits
          )
      })
    }
  }
}

type Refusal = { status: number; body: string }
const tooLarge: Refusal = { status: 413, body: 'The body is longer than the listener keeps.\n' }
const busy: Refusal = { status: 503, body: 'Too many bytes are on their way at once; send it again.\n' }

function refuseHead(request: IncomingMessage, authority: string | undefined, deps: ExchangeDeps): Refusal | undefined {
  const [host, ...more] = rawHeaderValues(request.rawHeaders, 'host')
  if (host === undefined || more.length > 0) return { status: 400, body: 'A request needs exactly one Host header.\n' }
  // Chunked in HTTP/1.0 is read differently by different proxies: the way a second request is smuggled in.
  if (request.httpVersion !== '1.1' && rawHeaderValues(request.rawHeaders, 'transfer-encoding').length > 0)
    return { status: 400, body: 'Transfer-Encoding needs HTTP/1.1.\n' }
  const port = request.socket.localPort ?? 0
  const names = authority === undefined ? [host] : [host, authority]
  if (names.every(name => isOurHost(name, port))) return undefined
  try {
    // Only now: what comes to this computer's own name needs no look into the store.
    const tunnels = deps.tunnelHosts()
    if (names.every(name => isOurHost(name, port, tunnels))) return undefined
  } catch (error) {
    return refusalFor(error, deps.onBug)
  }
  return { status: 421, body: 'The listener does not answer for this host.\n' }
}

function findRoute(key: string | undefined, deps: ExchangeDeps): Route | Refusal {
  try {
    const route = key === undefined ? undefined : deps.routeOf(key)
    if (route) return route
  } catch (error) {
    return refusalFor(error, deps.onBug)
  }
  deps.countUnknown()
  return { status: 404, body: 'There is no such endpoint.\n' }
}

/** 507: the disk is full. 503: anything else that kept the row from the disk; most senders come again. */
function refusalFor(error: unknown, onBug: (error: unknown) => void): Refusal {
  if (!(error instanceof Fault)) onBug(error)
  if (error instanceof Fault && error.code === 'store-full')
    return { status: 507, body: 'The disk is full; the request was not kept.\n' }
  return { status: 503, body: 'The request could not be kept; send it again.\n' }
}

function refuse(request: IncomingMessage, response: ServerResponse, refusal: Refusal, limits: Limits): void {
  const body = Buffer.from(refusal.body)
  const headers = [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(body.byteLength),
    'Connection',
    'close'
  ]
  if (refusal.status === 503) headers.push('Retry-After', '5')
  response.writeHead(refusal.status, headers)
  response.write(body)
  linger(request, limits, () => response.end())
}

function unread(): ReturnType<typeof readBody> {
  return { done: Promise.resolve({ state: 'read', body: Buffer.alloc(0), truncated: true }), release() {} }
}
