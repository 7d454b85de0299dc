import { Fault } from '#shared/faults.ts'
import type { Attempt, Target } from '#shared/model/attempt.ts'
import type { Clock } from '../../base/clock.ts'
import type { NewCallback, Store, StoredAttempt } from '../../store/store.ts'
import { answered, attemptView, failed } from './attempts.ts'
import { nextAttempt } from './forward.ts'
import { sendForward } from './forwarder.ts'
import { defaultSendLimits } from './send.ts'

export type RetryDeps = {
  store: Pick<Store, 'callbacks' | 'attempts' | 'targets' | 'together'>
  clock: Clock
  leadsHere: (address: string) => boolean
  changed: () => void
}

/**
 * Sends a forward that failed or was held back once more, now, wherever the listener runs; one that waits for its next try is
 * sent in its place. After it nothing is tried by itself. out: the attempt, finished.
 * faults: not-found, already-exists (it arrived, or it is under way), unsupported (a replay).
 */
export async function retryForward(deps: RetryDeps, id: string, signal: AbortSignal): Promise<Attempt> {
  const { store, clock } = deps
  const { attempt, callback } = store.together(() => take(deps, id))
  deps.changed()
  const way = { limits: defaultSendLimits, signal, leadsHere: deps.leadsHere }
  const ended = await sendForward(attempt, callback, way).then(
    received => answered(attempt, received, clock.now()),
    (error: unknown) => {
      if (!(error instanceof Fault)) throw error
      const row = failed(attempt, error.report(), clock.now())
      return error.code === 'cancelled' ? { ...row, state: 'unknown' as const } : row
    }
  )
  // Somebody may have cleared the callbacks meanwhile.
  if (store.attempts.get(attempt.id)) store.attempts.update(ended)
  deps.changed()
  return attemptView(ended)
}

/** Chooses the row and makes it `sending`. */
function take({ store, clock }: RetryDeps, id: string): { attempt: StoredAttempt; callback: NewCallback } {
  const asked = store.attempts.get(id)
  if (!asked) throw new Fault('not-found', { message: `There is no attempt ${id}.` })
  if (asked.kind === 'replay')
    throw new Fault('unsupported', {
      message: 'A replay is not tried again.',
      advice: 'Replay the callback once more.'
    })
  const target = asked.targetId === null ? undefined : store.targets.get(asked.targetId)
  if (!target) throw new Fault('not-found', { message: 'Its target was removed.', advice: 'Replay it to an address.' })
  const callback = store.callbacks.raw(asked.callbackId)
  if (!callback) throw new Fault('not-found', { message: `There is no callback ${asked.callbackId} any more.` })
  if (callback.truncated)
    throw new Fault('unsupported', {
      message: 'Its body was longer than the listener keeps, so that it cannot be sent whole.',
      advice: 'Let the sender send it to the target itself.'
    })
  const nowMs = clock.now()
  const last = store.attempts.ofCallback(asked.callbackId).findLast(each => each.targetId === target.id) ?? asked
  refuseNeedless(last, target)
  const begun = { state: 'sending' as const, startedMs: nowMs }
  if (last.state === 'waiting') {
    store.attempts.update({ ...last, ...begun })
    return { attempt: { ...last, ...begun }, callback }
  }
  const attempt = { ...nextAttempt(last, { target, callbackTarget: callback.target, dueMs: nowMs }), ...begun }
  store.attempts.add(attempt)
  return { attempt, callback }
}

function refuseNeedless(last: StoredAttempt, target: Target): void {
  if (last.state === 'done')
    throw new Fault('already-exists', {
      message: `${target.label} has taken it already.`,
      advice: 'Replay the callback to send it again.'
    })
  if (last.state === 'sending')
    throw new Fault('already-exists', {
      message: `It is on its way to ${target.label}.`,
      advice: 'Wait for the answer.'
    })
}
