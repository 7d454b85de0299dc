import type { Agent } from 'node:http'
import { Fault } from '#shared/faults.ts'
import type { Target } from '#shared/model/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import type { NewCallback, Store, StoredAttempt } from '../../store/store.ts'
import { answered, failed } from './attempts.ts'
import { nextAttempt } from './forward.ts'
import { forwardedHeaders } from './outgoing.ts'
import { createAgent, defaultSendLimits, send, type Received, type SendLimits } from './send.ts'
import { partsOf } from './target-url.ts'

export type ForwardLimits = SendLimits & {
  /** How long after each try the next one comes; after the last one there is none. */
  waitsMs: readonly number[]
  /** Requests under way at once: to one target, and to all of them. */
  perTarget: number
  inAll: number
  /** Bodies that are under way at once; one alone may be longer. */
  bytes: number
  /** How often it looks for what other processes have added. */
  pollMs: number
  /** How long a stop waits for answers. */
  stopGraceMs: number
}

export const defaultForwardLimits: ForwardLimits = {
  ...defaultSendLimits,
  waitsMs: [1_000, 5_000, 30_000, 120_000],
  perTarget: 4,
  inAll: 64,
  bytes: 64 * 1024 * 1024,
  pollMs: 1_000,
  stopGraceMs: 3_000
}

export type ForwardStore = Pick<Store, 'attempts' | 'targets' | 'callbacks' | 'together'>

export type ForwarderDeps = {
  store: ForwardStore
  clock: Clock
  limits: ForwardLimits
  /** Whether what is sent there comes back to the listener itself. */
  leadsHere: (address: string) => boolean
  /** Attempts were begun or have ended. */
  changed: () => void
  onBug: (error: unknown) => void
}

export type Forwarder = {
  /** There may be something to send. */
  wake(): void
  /** Bounded: what has no answer by then is `unknown` and sent again after the next start. */
  stop(): Promise<void>
}

type Outcome = { received: Received } | { fault: Fault }
type Ended = { attempt: StoredAttempt; outcome: Outcome; atMs: number }

/**
 * Sends on what the looks have noted, for as long as this process holds the listener. The queue is the store: an attempt is
 * `sending` there before its first byte leaves, and what a crash leaves in that state is tried again (at least once, so that
 * a target may get a callback twice, and never not at all). Each target has its own connections and its own share, so that
 * one that hangs holds up nobody else. Callbacks may overtake each other.
 */
export function createForwarder(deps: ForwarderDeps): Forwarder {
  const { store, clock, limits } = deps
  const agents = new Map<string, { url: string; agent: Agent }>()
  const underWay = new Map<string, { targetId: string | null; bytes: number; done: Promise<void> }>()
  const abort = new AbortController()
  let ended: Ended[] = []
  let stopped = false
  let isAsked = false
  let timer: NodeJS.Timeout | undefined

  function pass(): void {
    isAsked = false
    clearTimeout(timer)
    try {
      const begun = stopped ? [] : workThrough()
      for (const each of begun) begin(each)
      if (!stopped) sleep()
    } catch (error) {
      if (!(error instanceof Fault)) deps.onBug(error)
      if (!stopped) timer = setTimeout(wake, limits.pollMs).unref()
    }
  }

  /** Writes what has ended and chooses what begins, in one transaction. */
  function workThrough(): Begun[] {
    const nowMs = clock.now()
    const next = store.attempts.nextDueMs()
    const isDue = next !== undefined && next <= nowMs
    if (ended.length === 0 && !isDue) return []
    const settled = ended
    const begun = store.together(() => {
      for (const each of settled) settle(each)
      return isDue ? choose(nowMs) : []
    })
    ended = ended.slice(settled.length)
    if (settled.length + begun.length > 0) deps.changed()
    return begun
  }

  function choose(nowMs: number): Begun[] {
    for (const orphan of store.attempts.due({ targetId: null, nowMs, limit: 100 }))
      store.attempts.update(failed(orphan, targetGone().report(), nowMs))
    const begun: Begun[] = []
    const counts = new Map<string | null, number>()
    for (const { targetId } of underWay.values()) counts.set(targetId, (counts.get(targetId) ?? 0) + 1)
    let bytes = [...underWay.values()].reduce((sum, each) => sum + each.bytes, 0)
    for (const target of inTurn(store.targets.list(), nowMs)) {
      const limit = Math.min(
        limits.perTarget - (counts.get(target.id) ?? 0),
        limits.inAll - underWay.size - begun.length
      )
      for (const attempt of limit > 0 ? store.attempts.due({ targetId: target.id, nowMs, limit }) : []) {
        const callback = store.callbacks.raw(attempt.callbackId)
        bytes += callback?.body.byteLength ?? 0
        if (bytes > limits.bytes && underWay.size + begun.length > 0) return begun
        const sending = { ...attempt, state: 'sending' as const, startedMs: nowMs }
        store.attempts.update(sending)
        begun.push({ attempt: sending, target, callback })
      }
    }
    return begun
  }

  function settle({ attempt, outcome, atMs }: Ended): void {
    // Somebody may have cleared the callbacks meanwhile.
    if (!store.attempts.get(attempt.id)) return
    const isCut = 'fault' in outcome && outcome.fault.code === 'cancelled'
    const row =
      'fault' in outcome ? failed(attempt, outcome.fault.report(), atMs) : answered(attempt, outcome.received, atMs)
    store.attempts.update(isCut ? { ...row, state: 'unknown' } : row)
    const waitMs = isCut ? 0 : limits.waitsMs[attempt.number - 1]
    if (waitMs !== undefined && row.fault !== null && (isCut || row.fault.retry === 'later'))
      addNext(store, row, atMs + waitMs)
  }

  function begin(begun: Begun): void {
    const bytes = begun.callback?.body.byteLength ?? 0
    underWay.set(begun.attempt.id, { targetId: begun.target.id, bytes, done: carryOut(begun) })
  }

  async function carryOut({ attempt, target, callback }: Begun): Promise<void> {
    const outcome = await tryOnce(attempt, { target, callback })
    underWay.delete(attempt.id)
    ended.push({ attempt, outcome, atMs: clock.now() })
    wake()
  }

  async function tryOnce(
    attempt: StoredAttempt,
    { target, callback }: { target: Target; callback: NewCallback | undefined }
  ): Promise<Outcome> {
    try {
      if (!callback) throw new Fault('not-found', { message: `There is no callback ${attempt.callbackId} any more.` })
      const way = { agent: agentOf(target), limits, signal: abort.signal }
      return { received: await sendForward(attempt, callback, { ...way, leadsHere: deps.leadsHere }) }
    } catch (error) {
      if (error instanceof Fault) return { fault: error }
      deps.onBug(error)
      return { fault: new Fault('bug', { cause: error }) }
    }
  }

  function agentOf({ id, url }: Target): Agent {
    const known = agents.get(id)
    if (known?.url === url) return known.agent
    known?.agent.destroy()
    const agent = createAgent(url, limits.perTarget)
    agents.set(id, { url, agent })
    return agent
  }

  function sleep(): void {
    const next = store.attempts.nextDueMs()
    const inMs = next === undefined ? limits.pollMs : next - clock.now()
    // What is due already waits for a place, which wakes by itself.
    timer = setTimeout(wake, inMs > 0 ? Math.min(inMs, limits.pollMs) : limits.pollMs)
    timer.unref()
  }

  function wake(): void {
    if (isAsked) return
    isAsked = true
    setImmediate(pass)
  }

  recover(deps)
  wake()
  return {
    wake,
    async stop() {
      stopped = true
      clearTimeout(timer)
      const cut = setTimeout(() => abort.abort(), limits.stopGraceMs)
      await Promise.all([...underWay.values()].map(each => each.done))
      clearTimeout(cut)
      for (const { agent } of agents.values()) agent.destroy()
      try {
        store.together(() => ended.forEach(settle))
        deps.changed()
      } catch (error) {
        // They stay `sending` in the store, and are tried again like after a crash.
        if (!(error instanceof Fault)) deps.onBug(error)
      }
      ended = []
    }
  }
}

type Begun = { attempt: StoredAttempt; target: Target; callback: NewCallback | undefined }

/** Sends a callback on as an attempt says. faults: as `send`; invalid-input where it would come back here. */
export async function sendForward(
  attempt: StoredAttempt,
  callback: Pick<NewCallback, 'headers' | 'trailers' | 'body'>,
  { leadsHere, ...way }: Parameters<typeof send>[1] & { leadsHere: (address: string) => boolean }
): Promise<Received> {
  if (leadsHere(attempt.url)) throw loopFault('url')
  const { trailers, body } = callback
  const headers = forwardedHeaders(callback.headers, { host: partsOf(attempt.url).host, trailers, body })
  return send({ url: attempt.url, method: attempt.method, headers, trailers, body }, way)
}

/** A target that is the listener would get its own callbacks again and again. */
export function loopFault(field: string): Fault {
  return new Fault('invalid-input', {
    message: 'The address is the listener itself: what is sent there would come back without end.',
    advice: 'Name the program that is to get the callbacks.',
    field
  })
}

/** What was under way when Plugboard ended: a forward is tried again, a replay is not. */
function recover({ store, clock, changed }: ForwarderDeps): void {
  if (store.attempts.underWay().length === 0) return
  const nowMs = clock.now()
  store.together(() => {
    for (const attempt of store.attempts.underWay()) {
      store.attempts.update({ ...attempt, state: 'unknown', finishedMs: nowMs })
      if (attempt.kind === 'forward') addNext(store, attempt, nowMs)
    }
  })
  changed()
}

function addNext(store: ForwardStore, before: StoredAttempt, dueMs: number): void {
  const target = before.targetId === null ? undefined : store.targets.get(before.targetId)
  const callback = store.callbacks.get(before.callbackId)
  if (!target?.enabled || !callback) return
  store.attempts.add(nextAttempt(before, { target, callbackTarget: callback.target, dueMs }))
}

/** What waits for a target that was removed or switched off. */
export function targetGone(how: 'removed' | 'switched off' = 'removed'): Fault {
  return new Fault('held-back', { message: `It was not sent on: its target was ${how}.` })
}

/** Every target comes first at some time, so that many that hang cannot keep the last ones out. */
function inTurn(targets: Target[], nowMs: number): Target[] {
  const first = targets.length === 0 ? 0 : nowMs % targets.length
  return [...targets.slice(first), ...targets.slice(0, first)]
}
