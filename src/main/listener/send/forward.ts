import { Fault } from '#shared/faults.ts'
import type { Target } from '#shared/model/attempt.ts'
import type { Verdict } from '#shared/model/callback.ts'
import type { NewCallback, Store, StoredAttempt } from '../../store/store.ts'
import { newAttempt } from './attempts.ts'
import { addressAt } from './target-url.ts'

/** A callback that was just looked at. */
export type LookedAt = {
  id: number
  callback: Pick<NewCallback, 'endpointId' | 'ruleId' | 'method' | 'target' | 'truncated'>
  verdict: Verdict
}

/**
 * Notes for each callback what is to be sent on, one attempt for each enabled target of its endpoint. To be called in the
 * transaction that annotates them: a crash loses either both or none. out: whether there is anything to send.
 */
export function noteForwards(
  store: Pick<Store, 'targets' | 'rules' | 'attempts'>,
  looked: readonly LookedAt[],
  nowMs: number
): boolean {
  const targetsOf = remembered((endpointId: string) => store.targets.list(endpointId).filter(each => each.enabled))
  const forwardsOf = remembered((ruleId: string) => store.rules.get(ruleId)?.forwards ?? 'usual')
  let isAny = false
  for (const each of looked) {
    const { endpointId, ruleId } = each.callback
    const targets = endpointId === null ? [] : targetsOf(endpointId)
    const forwards = ruleId === null ? 'usual' : forwardsOf(ruleId)
    if (targets.length === 0 || forwards === 'never') continue
    const held = whyHeldBack(each, forwards)
    for (const target of targets) store.attempts.add(firstAttempt(each, target, { held, nowMs }))
    isAny ||= held === undefined
  }
  return isAny
}

/**
 * "Could not check" is never "ok", and whoever forges a callback can leave the signature out: without a rule that says
 * `always`, only what is right, and what its sender never signs, is sent on.
 */
function whyHeldBack({ callback, verdict }: LookedAt, forwards: 'usual' | 'always'): Fault | undefined {
  if (callback.truncated)
    return new Fault('held-back', {
      message: 'It was not sent on: its body was longer than the listener keeps.',
      advice: 'The sender was answered 413.'
    })
  if (forwards === 'always' || verdict === 'valid' || verdict === 'not-offered') return undefined
  return new Fault('held-back', { message: `It was not sent on: ${reasons[verdict]}.` })
}

const reasons: Record<Exclude<Verdict, 'valid' | 'not-offered'>, string> = {
  invalid: 'its signature is invalid',
  missing: 'it is not signed',
  'no-secret': 'its signature could not be checked'
}

function firstAttempt(
  { id, callback }: LookedAt,
  target: Target,
  { held, nowMs }: { held: Fault | undefined; nowMs: number }
): StoredAttempt {
  const known = {
    callbackId: id,
    targetId: target.id,
    kind: 'forward' as const,
    url: addressAt(target.url, callback.target),
    number: 1,
    method: callback.method,
    dueMs: nowMs
  }
  if (!held) return newAttempt({ ...known, state: 'waiting' })
  return newAttempt({ ...known, state: 'failed', fault: held.report(), finishedMs: nowMs })
}

/** The try after this one, at the target as it is now. */
export function nextAttempt(
  before: StoredAttempt,
  known: { target: Target; callbackTarget: string; dueMs: number }
): StoredAttempt {
  return newAttempt({
    callbackId: before.callbackId,
    targetId: known.target.id,
    kind: 'forward',
    url: addressAt(known.target.url, known.callbackTarget),
    state: 'waiting',
    number: before.number + 1,
    method: before.method,
    dueMs: known.dueMs
  })
}

/** Asks once for each name and batch. */
function remembered<T>(ask: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>()
  return name => {
    const answer = known.has(name) ? (known.get(name) as T) : ask(name)
    known.set(name, answer)
    return answer
  }
}
