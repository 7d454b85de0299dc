import type { CallbackSummary } from '#shared/model/callback.ts'
import type { Clock } from '../../base/clock.ts'
import type { Provider } from '../../providers/contract.ts'
import type { KeyPair } from '../../providers/kit/signatures/ed25519.ts'
import type { NewCallback, Store } from '../../store/store.ts'
import { summaryOf } from '../edge/capture.ts'
import type { Identity } from '../https/certificates.ts'
import { createExchange } from '../edge/exchange.ts'
import { noteForwards, type LookedAt } from '../send/forward.ts'
import { createForwarder, defaultForwardLimits, type Forwarder, type ForwardLimits } from '../send/forwarder.ts'
import type { Limits } from '../edge/limits.ts'
import { oncePerTurn, readKnowledge, rememberKnowledge } from './knowledge.ts'
import { createLooker } from './look.ts'
import { fromNetwork, type Origins } from '../origins.ts'
import { createLeadsHere } from '../send/own-place.ts'
import { createRecent } from './recent.ts'
import { createReplies } from '../rules/replies.ts'
import { newSequence, type Sequence } from '../rules/sequence.ts'
import type { Running } from '../running.ts'
import { openEdge } from '../edge/server.ts'
import { createTlsEdge } from '../edge/tls.ts'
import { createWriter } from './writer.ts'

/** A listener that is open. */
export type Engine = {
  port: number
  /** Of the https edge, as `TlsEdge.set`. faults: port-taken, port-forbidden. */
  secure(identity: Identity | null, port: number): Promise<number | null>
  stop(): Promise<void>
}

export type EngineDeps = {
  store: Pick<
    Store,
    | 'endpoints'
    | 'accounts'
    | 'rules'
    | 'callbacks'
    | 'profiles'
    | 'targets'
    | 'attempts'
    | 'together'
    | 'options'
    | 'othersVersion'
  >
  /** For looks and forwards, which are done again where they were lost: a connection whose writes wait for no disk. Without it the one above. */
  looks?: EngineDeps['store']
  registry: { get: (id: string) => Provider }
  clock: Clock
  limits: Limits
  origins: Pick<Origins, 'of'>
  secretsFor(accountId: string): Promise<Record<string, string>>
  keyFor(endpointId: string): Promise<string | undefined>
  samples: KeyPair
  /** As `LookDeps.looking`. */
  looking?: (id: number) => void
  /** Answers that go before all rules. */
  sequence?: Sequence
  /** A row, when it is durable and again when it was looked at. */
  tell(summary: CallbackSummary): void
  /** Whether anybody wants to be told of rows; without it: yes. */
  isWatched?: () => boolean
  /** There are rows of which nobody wanted to be told, or forwards were begun or have ended. */
  changed: () => void
  /** Without it the usual ones. */
  forwardLimits?: Partial<ForwardLimits>
  running: Pick<Running, 'countUnknown' | 'noteCommit' | 'noteBug' | 'fail'>
}

/**
 * Opens the capture path: edge, writer and looker, over functions and plain data alone, so that the whole of it can move
 * to a thread with a store connection of its own. What senders get is chosen in `replies`; forwards come in after the look.
 * faults: port-taken, port-forbidden.
 */
export async function openEngine(deps: EngineDeps, port: number): Promise<Engine> {
  const { looks = deps.store, clock, limits, origins, running, isWatched = () => true } = deps
  const onBug = (error: unknown) => running.noteBug(error)
  const store = deps.looks ? askedLess(deps.store) : deps.store
  const knowledge = deps.looks ? rememberKnowledge(store, clock) : readKnowledge(store, clock)
  const recent = createRecent(looks.callbacks)
  const stopping = new AbortController()
  const answered: Store['callbacks']['answered'] = (id, answer) => {
    recent.forget(id)
    store.callbacks.answered(id, answer)
  }
  const noted = { ...store, callbacks: { ...store.callbacks, answered } }
  const replies = createReplies({
    ...deps,
    store: noted,
    sequence: deps.sequence ?? newSequence(),
    stopping: stopping.signal,
    onBug
  })
  let forwarder: Forwarder | undefined
  let isNoted = false
  const forwards = {
    note(looked: LookedAt[]) {
      isNoted = noteForwards(looks, looked, clock.now())
    },
    wake() {
      if (isNoted) forwarder?.wake()
    }
  }
  const looker = createLooker({
    httpsPort: () => tls.port(),
    ...deps,
    store: { ...looks, callbacks: { ...looks.callbacks, raw: recent.raw } },
    onBug,
    late: replies.late,
    forwards,
    rest: tookMs => restAfter(tookMs, () => replies.late.wanted().length === 0 && writer.crowd() > crowdOfSenders)
  })
  const writer = createWriter(batch => {
    try {
      const ids = store.callbacks.addAll(batch)
      running.noteCommit(undefined)
      return ids
    } catch (error) {
      running.noteCommit(error)
      throw error
    }
  })

  async function keep(callback: NewCallback): Promise<number> {
    const id = await writer.add(callback)
    recent.note(id, callback)
    try {
      if (isWatched()) deps.tell(summaryOf(id, callback))
      else deps.changed()
    } catch (error) {
      // The row is durable: whoever watches must not keep the sender from its answer.
      onBug(error)
    }
    looker.wake()
    return id
  }

  const exchange = createExchange({
    clock,
    limits,
    routeOf: knowledge.routeOf,
    tunnelHosts: knowledge.hosts,
    choose: replies.choose,
    settle: replies.settle,
    stopping: stopping.signal,
    markOf(socket) {
      const mark = origins.of(socket)
      return mark === fromNetwork ? (knowledge.markOf(socket) ?? mark) : mark
    },
    keep,
    countUnknown: () => running.countUnknown(),
    onBug
  })
  const edges = { limits, onRequest: exchange.handle, onFailure: (error: Error) => running.fail(error) }
  const tls = createTlsEdge(edges)
  const edge = await openEdge({ ...edges, port })
  forwarder = createForwarder({
    store: looks,
    clock,
    limits: { ...defaultForwardLimits, ...deps.forwardLimits },
    leadsHere: createLeadsHere(store, () => [edge.port, tls.port()]),
    changed: deps.changed,
    onBug
  })
  // What a crash left without a look.
  looker.wake()
  return {
    port: edge.port,
    secure: (identity, port) => tls.set(identity, port),
    async stop() {
      stopping.abort()
      await Promise.all([edge.stop(), tls.stop()])
      await writer.settled()
      await looker.stop()
      await forwarder?.stop()
    }
  }
}

/** So many in one group come from a flood. */
const crowdOfSenders = 16

/** After looks; while callbacks come in faster than they can be looked at, most of the time is theirs. */
async function restAfter(tookMs: number, isFlood: () => boolean): Promise<void> {
  await new Promise(resolve => setImmediate(resolve))
  if (isFlood()) await new Promise(resolve => setTimeout(resolve, Math.min(tookMs * 20, 400)))
}

/** For a connection of the engine's own, through which nothing of this is written: asked for once for all that come at once. */
function askedLess(store: EngineDeps['store']): EngineDeps['store'] {
  return { ...store, rules: { ...store.rules, version: oncePerTurn(() => store.rules.version()) } }
}
