import type { Socket } from 'node:net'
import { Fault } from '#shared/faults.ts'
import type { Attempt } from '#shared/model/attempt.ts'
import type { Endpoint } from '#shared/model/callback.ts'
import type { ReplayOrder } from '#shared/model/lab.ts'
import type { Clock } from '../../base/clock.ts'
import { isLoopback } from '../../base/loopback.ts'
import type { NewCallback, Store, StoredAttempt } from '../../store/store.ts'
import { headerValues, isOurHost, readTarget } from '../address.ts'
import { answered, attemptView, failed, newAttempt } from './attempts.ts'
import { setFields } from './edit-body.ts'
import type { Origins } from '../origins.ts'
import { isOwnHttps, openMarked, ownAuthority } from './marked-connection.ts'
import { ownPlace } from './own-place.ts'
import { forwardedHeaders, replaceHeaders, replayedHeaders, type Outgoing } from './outgoing.ts'
import { publicAddressOf, publicHosts } from '../public-url.ts'
import type { Sign } from './resign.ts'
import { sendFault } from './send-fault.ts'
import { defaultSendLimits, send } from './send.ts'
import { addressAt, checkTargetUrl, leadsHere, partsOf } from './target-url.ts'

export type ReplayDeps = {
  store: Pick<Store, 'callbacks' | 'attempts' | 'endpoints' | 'options'>
  clock: Clock
  /** Of the listener, wherever it runs; null while it is stopped. */
  port(): number | null
  origins: Pick<Origins, 'mark'>
  sign: Sign
  /** Attempts were begun or have ended. */
  changed: () => void
}

/** A callback as it is sent again, before its headers are those of its way. */
type Edited = NewCallback & { id: number; isEdited: boolean; isBodyEdited: boolean }
type Way = { outgoing: Outgoing; isHere: boolean }

/**
 * Sends a callback again, once, and keeps what came of it as an attempt, which is durable before the first byte leaves. To
 * the listener itself it goes as it came, all its headers with it; elsewhere as a forward would. Where it was not edited it
 * is the same byte for byte, but for the host, the signature that was asked for, and a length that has to be right.
 * faults: not-found, invalid-input, unsupported, secret-missing, vault-*. A request that fails is an attempt that failed.
 */
export async function replay(deps: ReplayDeps, order: ReplayOrder, signal: AbortSignal): Promise<Attempt> {
  const { store, clock } = deps
  const callback = store.callbacks.raw(order.id)
  if (!callback) throw new Fault('not-found', { message: `There is no callback ${order.id}.` })
  const edited = edit(callback, order)
  const { outgoing, isHere } = await signed(wayOf(edited, order.to, deps), edited, { order, deps })
  const nowMs = clock.now()
  const attempt = newAttempt({
    callbackId: callback.id,
    targetId: null,
    kind: 'replay',
    url: outgoing.url,
    state: 'sending',
    number: 1,
    method: outgoing.method,
    editedHeaders: edited.isEdited || order.resign ? outgoing.headers : null,
    editedBody: edited.isBodyEdited ? edited.body : null,
    dueMs: nowMs,
    startedMs: nowMs
  })
  store.attempts.add(attempt)
  deps.changed()
  const mark = isHere ? (socket: Socket) => deps.origins.mark(socket, 'replay', callback.id) : undefined
  const ended = await outcomeOf(attempt, outgoing, { mark, signal, deps })
  // Somebody may have cleared the callbacks meanwhile.
  if (store.attempts.get(attempt.id)) store.attempts.update(ended)
  deps.changed()
  return attemptView(ended)
}

function edit(callback: NewCallback & { id: number }, order: ReplayOrder): Edited {
  const headers = order.headers ?? callback.headers
  const body = order.bodyBase64 === undefined ? callback.body : Buffer.from(order.bodyBase64, 'base64')
  const method = order.method ?? callback.method
  const edited = setFields({ ...callback, method, headers, body }, order.set)
  const isBodyEdited = edited.body !== callback.body
  return { ...edited, isBodyEdited, isEdited: isBodyEdited || order.headers !== undefined }
}

function wayOf(edited: Edited, to: string | null, deps: ReplayDeps): Way {
  const { store } = deps
  const port = deps.port()
  const address = to === null ? undefined : checkTargetUrl(to, 'to')
  const place = ownPlace(store, [port])
  const isHere = address === undefined || (port !== null && leadsHere(address, place))
  const { method, trailers, body } = edited
  if (!isHere) {
    const url = addressAt(address, edited.target)
    const headers = forwardedHeaders(edited.headers, { host: partsOf(url).host, trailers, body })
    return { outgoing: { url, method, headers, trailers, body }, isHere }
  }
  if (port === null)
    throw new Fault('not-found', {
      message: 'The listener is stopped.',
      advice: 'Start it first, or name an address to send to.'
    })
  const target = address === undefined ? edited.target : partsOf(addressAt(address, edited.target)).target
  const door = doorOf(address, port, store)
  const host = hostHere(edited, { port: door.port, publicUrls: place.publicUrls })
  const headers = replayedHeaders(edited.headers, { host, trailers, body })
  const url = `${door.scheme}://127.0.0.1:${door.port}${target.replace(/^https?:\/\/[^/?#]*/i, '')}`
  return { outgoing: { url, method, headers, trailers, body }, isHere }
}

type Door = { scheme: 'http' | 'https'; port: number }

/** Of the listener's two the one that was named; a tunnel leads to the plain one. */
function doorOf(address: string | undefined, port: number, store: ReplayDeps['store']): Door {
  const named = address === undefined ? undefined : partsOf(address).url
  if (named === undefined || !isOwnHttps(store, named)) return { scheme: 'http', port }
  return { scheme: 'https', port: Number(named.port || 443) }
}

/** The host as it came, for the signature may hold for it, unless the listener is elsewhere by now. */
function hostHere({ headers }: Edited, { port, publicUrls }: { port: number; publicUrls: readonly string[] }): string {
  const [host] = headerValues(headers, 'host')
  return host !== undefined && isOurHost(host, port, publicHosts([...publicUrls])) ? host : `127.0.0.1:${port}`
}

async function signed(
  way: Way,
  edited: Edited,
  { order, deps }: { order: ReplayOrder; deps: ReplayDeps }
): Promise<Way> {
  if (!order.resign) return way
  const { outgoing } = way
  const { target } = partsOf(outgoing.url)
  const endpoint = endpointOf(deps, way.isHere ? target : undefined, edited.endpointId)
  const { method, headers, body } = outgoing
  const receivedMs = deps.clock.now()
  const news = await deps.sign({
    captured: { method, target, headers, body, receivedMs },
    url: calledAddress(way, endpoint),
    endpoint,
    provider: edited.provider,
    accountId: edited.accountId
  })
  return { ...way, outgoing: { ...outgoing, headers: replaceHeaders(headers, news) } }
}

/** Of what goes to the listener the endpoint that gets it, else the one that got it. */
function endpointOf({ store }: ReplayDeps, target: string | undefined, id: string | null): Endpoint | undefined {
  const key = target === undefined ? undefined : readTarget(target).key
  if (key !== undefined) return store.endpoints.byKey(key)
  return id === null ? undefined : store.endpoints.get(id)
}

/** What a sender would say that it called: here the public URL, where there is one. */
function calledAddress({ outgoing, isHere }: Way, endpoint: Endpoint | undefined): string {
  const { target } = partsOf(outgoing.url)
  if (!isHere) return outgoing.url
  if (endpoint?.publicUrl) return publicAddressOf(endpoint.publicUrl, target)
  const [host = ''] = headerValues(outgoing.headers, 'host')
  return `${isLoopback(new URL(`http://${host}`).hostname) ? outgoing.url.replace(/:.*/, '') : 'https'}://${host}${target}`
}

async function outcomeOf(
  attempt: StoredAttempt,
  outgoing: Outgoing,
  {
    mark,
    signal,
    deps: { store, clock }
  }: { mark: ((socket: Socket) => void) | undefined; signal: AbortSignal; deps: ReplayDeps }
): Promise<StoredAttempt> {
  try {
    const socket = mark && (await openHere(outgoing.url, { mark, signal, store }))
    return answered(attempt, await send(outgoing, { limits: defaultSendLimits, signal, socket }), clock.now())
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const ended = failed(attempt, error.report(), clock.now())
    return error.code === 'cancelled' ? { ...ended, state: 'unknown' } : ended
  }
}

/** Connected, so that it can be marked before its first byte. faults: as `send`. */
async function openHere(
  address: string,
  { mark, signal, store }: { mark: (socket: Socket) => void; signal: AbortSignal; store: ReplayDeps['store'] }
): Promise<Socket> {
  const { url } = partsOf(address)
  try {
    const limitMs = defaultSendLimits.connectMs
    return await openMarked(url, { mark, authority: ownAuthority(store, url), limitMs, signal })
  } catch (problem) {
    throw sendFault(problem, address)
  }
}
