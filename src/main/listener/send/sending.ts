import { Fault } from '#shared/faults.ts'
import type { Attempt, Target } from '#shared/model/attempt.ts'
import type { ReplayOrder } from '#shared/model/lab.ts'
import type { Store } from '../../store/store.ts'
import { attemptView } from './attempts.ts'
import { createLeadsHere } from './own-place.ts'
import { replay, type ReplayDeps } from './replay.ts'
import { createSign, type SignDeps } from './resign.ts'
import { retryForward } from './retry.ts'
import { addTarget, removeTarget, updateTarget } from './targets.ts'

/** What the listener sends, asked for by people: where to, what became of it, and once more. */
export type Sending = {
  targets(endpointId?: string): Target[]
  /** faults: not-found, invalid-input. */
  addTarget(input: { endpointId: string; url: string; label?: string }): Target
  updateTarget(input: { id: string; url?: string; label?: string; enabled?: boolean }): Target
  removeTarget(id: string): void
  /** Oldest first. faults: not-found (the callback). */
  attempts(callbackId: number): Attempt[]
  /** Those that ended at that time or later, in that order. */
  ended(sinceMs: number, limit: number): Attempt[]
  /** faults: as `retryForward`. */
  retry(id: string, signal?: AbortSignal): Promise<Attempt>
  /** faults: as `replay`. */
  replay(order: ReplayOrder, signal?: AbortSignal): Promise<Attempt>
  /** Breaks off what is under way, whose outcome is unknown then. */
  close(): Promise<void>
}

export type SendingDeps = Omit<ReplayDeps, 'store' | 'sign'> & SignDeps & { store: Store }

export function createSending(deps: SendingDeps): Sending {
  const { store } = deps
  const closing = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  const sign = createSign(deps)

  const own = { ...deps, sign, leadsHere: createLeadsHere(store, () => [deps.port()]) }

  function inHand<T>(work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const working = work(signal ? AbortSignal.any([signal, closing.signal]) : closing.signal)
    underWay.add(working)
    return working.finally(() => underWay.delete(working))
  }

  function told<T>(change: () => T): T {
    const result = change()
    deps.changed()
    return result
  }

  return {
    targets: endpointId => store.targets.list(endpointId),
    addTarget: input => told(() => addTarget(own, input)),
    updateTarget: input => told(() => updateTarget(own, input)),
    removeTarget: id => told(() => removeTarget(own, id)),
    attempts(callbackId) {
      if (!store.callbacks.get(callbackId))
        throw new Fault('not-found', { message: `There is no callback ${callbackId}.` })
      return store.attempts.ofCallback(callbackId).map(attemptView)
    },
    ended: (sinceMs, limit) => store.attempts.ended(sinceMs, limit).map(attemptView),
    retry: (id, signal) => inHand(either => retryForward(own, id, either), signal),
    replay: (order, signal) => inHand(either => replay(own, order, either), signal),
    async close() {
      closing.abort()
      await Promise.allSettled(underWay)
    }
  }
}
