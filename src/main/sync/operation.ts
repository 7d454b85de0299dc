import { Fault } from '#shared/faults.ts'
import type { Operation, SettingChange } from '#shared/model/plan.ts'
import type { RemoteProfile } from '../providers/contract.ts'
import { dropIfNothing } from './ledger.ts'
import { weighHits } from './look.ts'
import { findOut, lost, readFailed, severalNote, skipped, writeFailed } from './outcome.ts'
import { isSamePlace } from './park.ts'
import { backoffMs, pause } from './pause.ts'
import { requestOf } from './request.ts'
import { conclude, turnAway } from './settlement.ts'
import { isStillWanted } from './standing.ts'
import type { Attempt, Outcome, Work } from './work.ts'

/**
 * Carries out one operation of the journal: fresh read, request, read-back. It never throws a provider's fault; what
 * became of it is in the journal. faults: those of the store.
 */
export async function carryOut(work: Work, prepared: Operation): Promise<Outcome> {
  let operation = prepared
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(work, operation)
    if (!outcome.again) return outcome
    const { fault } = outcome.again
    const isLast = attempt >= work.tuning.attempts
    if (!fault) {
      operation = outcome.operation
      if (isLast) return lost(work, operation)
      if (!(await pauseBefore(work, operation, attempt))) return { operation: cancelled(work, operation) }
      continue
    }
    const untilMs = fault.retryAtMs ?? work.clock.now() + backoffMs(attempt)
    operation = work.journal.waiting(outcome.operation, fault, untilMs)
    if (isLast || untilMs - work.clock.now() > work.tuning.longestWaitMs) return { operation, stop: fault }
    work.onWaiting(operation, untilMs, fault.message)
    if (!(await pause(work, untilMs))) return { operation: cancelled(work, operation) }
  }
}

/** A provider in trouble is given time; a create was waited for already. out: false when it was cancelled. */
async function pauseBefore(work: Work, operation: Operation, attempt: number): Promise<boolean> {
  if (operation.change.action === 'create') return !work.cancel.aborted
  const untilMs = work.clock.now() + backoffMs(attempt)
  work.onWaiting(operation, untilMs, operation.fault?.message ?? 'It did not arrive and is sent again')
  return pause(work, untilMs)
}

/** Marks an operation that was not begun when the run was cancelled. */
export function cancelled(work: Pick<Work, 'journal'>, operation: Operation): Operation {
  return work.journal.finish(operation, 'skipped', { fault: new Fault('cancelled').report() })
}

async function attemptOnce(work: Work, operation: Operation): Promise<Attempt> {
  await work.onStep('prepared')
  if (work.cancel.aborted) return { operation: cancelled(work, operation) }
  if (!isWanted(work, operation)) return { operation: unwanted(work, operation) }
  let hits: RemoteProfile[]
  try {
    hits = await work.look(operation.change, operation.attempts > 0)
  } catch (error) {
    return readFailed(work, operation, error)
  }
  await work.onStep('read')
  const standing = weighHits(operation, hits, work)
  if (standing.state === 'to-send') return send(work, operation, hits[0], standing.settings)
  return { operation: notSent(work, operation, hits, standing.state) }
}

function notSent(
  work: Work,
  operation: Operation,
  hits: RemoteProfile[],
  state: 'at-target' | 'other' | 'several'
): Operation {
  if (state === 'at-target') return conclude(work, operation, hits[0], 'It was so already; nothing was sent.')
  if (state === 'several') return work.journal.finish(operation, 'skipped', { note: severalNote })
  return turnAway(work, operation, hits[0], {
    note: 'It was changed at the provider since the plan was made; nothing was sent.'
  })
}

async function send(
  work: Work,
  operation: Operation,
  found: RemoteProfile | undefined,
  settings: SettingChange[]
): Promise<Attempt> {
  let request: () => Promise<string>
  try {
    request = await requestOf(work, operation, found, settings)
  } catch (error) {
    const fault = work.reportOf(error)
    return skipped(work, operation, fault)
  }
  await work.onStep('before-inflight')
  if (work.cancel.aborted) return { operation: cancelled(work, operation) }
  // Looked at last, with nothing awaited between here and the request.
  if (!isWanted(work, operation)) return { operation: unwanted(work, operation) }
  if (!work.isOurs()) {
    const fault = new Fault('in-use-elsewhere').report()
    return { operation: work.journal.finish(operation, 'skipped', { fault }), stop: fault }
  }
  const inflight = work.journal.inflight(operation)
  await work.onStep('inflight')
  let remoteId: string
  try {
    remoteId = await request()
  } catch (error) {
    return writeFailed(work, inflight, work.reportOf(error))
  }
  await work.onStep('written')
  return readBack(work, inflight, remoteId)
}

async function readBack(work: Work, operation: Operation, remoteId: string): Promise<Attempt> {
  let found: RemoteProfile | undefined
  try {
    found = await work.api.get(operation.change.kind, remoteId)
  } catch (error) {
    const fault = work.reportOf(error)
    return findOut(work, work.journal.unknown(operation, fault, 'It was accepted, but could not be read back.'), true)
  }
  await work.onStep('read-back')
  const isThereAsSent = (found === undefined) === (operation.change.action === 'delete')
  if (!isThereAsSent)
    return findOut(work, work.journal.unknown(operation, null, 'It was accepted, but does not read back.'), true)
  const concluded = conclude(work, operation, found)
  await work.onStep('done')
  return { operation: concluded }
}

/** Whether it is still what was reviewed: the same profile, wanted alike, at the same place. */
function isWanted({ store, kind, account }: Work, { change, profileId }: Operation): boolean {
  const [record, now] = [store.profiles.get(profileId), store.accounts.get(account.id)]
  return record !== undefined && now !== undefined && isSamePlace(now, account) && isStillWanted(change, record, kind)
}

function unwanted({ journal, store }: Work, operation: Operation): Operation {
  const why = { note: 'It was changed here after the plan was reviewed; nothing was sent.' }
  return journal.finish(operation, 'skipped', why, () => dropIfNothing(store, operation.profileId))
}
