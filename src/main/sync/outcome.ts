import type { FaultCode, FaultReport } from '#shared/faults.ts'
import type { Operation } from '#shared/model/plan.ts'
import type { RemoteProfile } from '../providers/contract.ts'
import { weighHits } from './look.ts'
import { park } from './park.ts'
import { backoffMs, pause } from './pause.ts'
import { conclude, turnAway } from './settlement.ts'
import type { Attempt, Outcome, Work } from './work.ts'

const refusals: readonly FaultCode[] = [
  'refused',
  'forbidden',
  'conflict-there',
  'missing-there',
  'invalid-input',
  'secret-missing',
  'unsupported'
]

export function readFailed(work: Work, operation: Operation, error: unknown): Attempt {
  const fault = work.reportOf(error)
  if (fault.code === 'rate-limited') return { operation, again: { fault } }
  if (fault.code === 'auth') park(work, work.account, fault)
  return { operation: work.journal.finish(operation, 'skipped', { fault, note: 'Nothing was sent.' }), stop: fault }
}

export function writeFailed(work: Work, operation: Operation, fault: FaultReport): Attempt | Promise<Attempt> {
  const { journal } = work
  if (fault.code === 'rate-limited' || isPostponed(operation, fault)) return { operation, again: { fault } }
  if (fault.code === 'missing-there' && operation.change.action === 'delete') {
    return { operation: conclude(work, operation, undefined) }
  }
  if (refusals.includes(fault.code)) return { operation: journal.finish(operation, 'failed', { fault }) }
  if (fault.code === 'auth') {
    park(work, work.account, fault)
    return { operation: journal.finish(operation, 'skipped', { fault, note: 'Nothing was carried out.' }), stop: fault }
  }
  if (fault.code === 'unreachable' || fault.code === 'secret-missing') {
    return skipped(work, journal.notSent(operation), fault)
  }
  return findOut(work, journal.unknown(operation, fault, null))
}

/** A 503 with its Retry-After on what may go out twice. Whether it has made a new profile only a read can tell. */
function isPostponed({ change }: Operation, { code, retryAtMs }: FaultReport): boolean {
  return change.action !== 'create' && code === 'provider-error' && retryAtMs !== undefined
}

/**
 * Reads the provider until it is known what became of a request. Nothing is sent again before that. in: isAccepted: it
 * said that it is done.
 */
export async function findOut(work: Work, operation: Operation, isAccepted = false): Promise<Attempt> {
  const { journal, tuning } = work
  await work.onStep('unknown')
  const { fault: before } = operation
  // A create that met a 503, a read-back that was refused for its rate: the provider is not asked again before it said.
  if (before?.retryAtMs !== undefined && before.retryAtMs > work.clock.now()) {
    if (before.retryAtMs - work.clock.now() > tuning.longestWaitMs) return { operation, stop: before }
    work.onWaiting(operation, before.retryAtMs, before.message)
    if (!(await pause(work, before.retryAtMs))) return { operation, stop: before }
  }
  let isCertain = false
  for (let attempt = 1; ; attempt += 1) {
    let hits: RemoteProfile[]
    try {
      hits = await work.look(operation.change, true)
    } catch (error) {
      const fault = work.reportOf(error)
      const untilMs = fault.retryAtMs ?? work.clock.now() + backoffMs(attempt)
      const isHopeless = fault.code === 'auth' || untilMs - work.clock.now() > tuning.longestWaitMs
      if (fault.code === 'auth') park(work, work.account, fault)
      if (isHopeless || attempt >= tuning.reads) return { operation, stop: fault }
      work.onWaiting(operation, untilMs, fault.message)
      if (!(await pause(work, untilMs))) return { operation, stop: fault }
      continue
    }
    const standing = weighHits(operation, hits, work, isAccepted)
    if (standing.state === 'at-target') return { operation: conclude(work, operation, hits[0]) }
    if (standing.state === 'several') return { operation: journal.unknown(operation, operation.fault, severalNote) }
    if (standing.state === 'other') return { operation: turnAway(work, operation, hits[0], otherWhy(operation)) }
    // An update or delete may go out twice: it does the same. A create may only once the first one cannot arrive any more.
    if (operation.change.action !== 'create' || isCertain) return { operation, again: {} }
    // Slept through as a whole, not reckoned from when it went out: the clock may have been set since, either way.
    const certainMs = work.clock.now() + tuning.lostAfterMs
    work.onWaiting(operation, certainMs, 'The request may still arrive; it is sent again once it cannot any more')
    if (!(await pause(work, certainMs))) return { operation }
    isCertain = true
  }
}

/** A secret setting that the vault does not have is this profile's own; any other fault the account's others would meet too. */
export function skipped({ journal }: Work, operation: Operation, fault: FaultReport): Attempt {
  const finished = journal.finish(operation, 'skipped', { fault, note: 'Nothing was sent.' })
  return fault.code === 'secret-missing' ? { operation: finished } : { operation: finished, stop: fault }
}

export function lost(work: Work, operation: Operation): Outcome {
  const why = {
    note: 'It did not arrive at the provider; the edit stays.',
    ...(operation.fault && { fault: operation.fault })
  }
  return { operation: work.journal.finish(operation, 'skipped', why) }
}

export function otherWhy({ fault }: Operation): { fault?: FaultReport; note: string } {
  return { note: 'It was not carried out, or it was changed there since.', ...(fault && { fault }) }
}

export const severalNote = 'More than one profile there could be this one. Remove what is not wanted, then pull.'
