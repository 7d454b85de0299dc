import { Fault } from '#shared/faults.ts'
import type { FaultCode, FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Change, Operation, SettingChange } from '#shared/model/plan.ts'
import type { Bus } from '../base/bus.ts'
import type { Kind, ProviderApi, RemoteProfile } from '../providers/contract.ts'
import { weighHits } from './look.ts'
import type { Look } from './look.ts'
import { dropIfNothing } from './ledger.ts'
import { isSamePlace, park } from './park.ts'
import { backoffMs, pause } from './pause.ts'
import type { SyncTuning } from './pause.ts'
import { conclude, turnAway } from './settlement.ts'
import type { Settlement } from './settlement.ts'
import { isStillWanted } from './standing.ts'
import { asSeen, isSecretMark, withValues } from './trees.ts'

/** What carrying out one operation needs. */
export type Work = Settlement & {
  bus: Bus
  api: ProviderApi
  /** As it was connected. */
  account: Account
  look: Look
  /** Aborted: nothing more is to be sent. */
  cancel: AbortSignal
  tuning: SyncTuning
  isOurs: () => boolean
  secretSetting: (profileId: string, setting: string, version: number) => Promise<string>
  reportOf: (error: unknown) => FaultReport
  onStep: (name: string) => Promise<void>
  onWaiting: (operation: Operation, untilMs: number, fault: FaultReport) => void
}

/** `stop`: the account's other operations would meet the same fault, so that they are not tried. */
export type Outcome = { operation: Operation; stop?: FaultReport }

/** `again`: nothing was carried out, and it may be sent once more; with a fault after waiting. */
type Attempt = Outcome & { again?: { fault?: FaultReport } }

const refusals: readonly FaultCode[] = [
  'refused',
  'forbidden',
  'conflict-there',
  'missing-there',
  'invalid-input',
  'secret-missing',
  'unsupported'
]

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
      if (isLast) return lost(work, outcome.operation)
      operation = outcome.operation
      continue
    }
    const untilMs = fault.retryAtMs ?? work.clock.now() + backoffMs(attempt)
    operation = work.journal.waiting(outcome.operation, fault, untilMs)
    if (isLast || untilMs - work.clock.now() > work.tuning.longestWaitMs) return { operation, stop: fault }
    work.onWaiting(operation, untilMs, fault)
    if (!(await pause(work, untilMs))) return { operation: cancelled(work, operation) }
  }
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
    return findOut(work, work.journal.unknown(operation, fault, 'It was accepted, but could not be read back.'))
  }
  await work.onStep('read-back')
  const isThereAsSent = (found === undefined) === (operation.change.action === 'delete')
  if (!isThereAsSent)
    return findOut(work, work.journal.unknown(operation, null, 'It was accepted, but does not read back.'))
  const concluded = conclude(work, operation, found)
  await work.onStep('done')
  return { operation: concluded }
}

/** The request, with the values of its secrets, ready to go. It gives the id there. */
async function requestOf(
  { api, kind, store, secretSetting }: Work,
  { change, profileId }: Operation,
  found: RemoteProfile | undefined,
  settings: SettingChange[]
): Promise<() => Promise<string>> {
  const reveal = async (tree: Settings): Promise<Settings> => {
    const values = Object.entries(tree).map(async ([name, value]): Promise<[string, Settings[string]]> => [
      name,
      isSecretMark(value) ? await secretSetting(profileId, name, value.$secret).catch(lacking(change, kind)) : value
    ])
    return Object.fromEntries(await Promise.all(values))
  }
  const planned = await reveal(Object.fromEntries(settings.map(({ setting, to }) => [setting, to ?? null])))
  if (change.action === 'create') return () => api.create(change.kind, planned)
  const { remoteId } = change
  if (remoteId === null) throw new Error(`a change without an id there: ${change.action}`)
  if (change.action === 'delete') return () => api.remove(change.kind, remoteId).then(() => remoteId)
  // Where the whole object is replaced, the secrets that are not planned must go along, or they would be cleared.
  const isWhole = kind.update === 'replace' && (kind.isWhole?.(Object.keys(planned)) ?? true)
  const known = isWhole ? (store.profiles.get(profileId)?.base ?? null) : null
  const before = asSeen(kind, found?.settings ?? {}, known)
  // A secret that the plan replaces is not looked up: the vault need not have its old version any more.
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(planned, name))
  const whole = withValues(
    await reveal(Object.fromEntries(kept)),
    Object.entries(planned).map(([name, value]) => [name, value ?? undefined])
  )
  return () => api.update(change.kind, remoteId, planned, whole).then(() => remoteId)
}

/** A secret setting that the vault does not have is this profile's own; any other fault the account's others would meet too. */
function skipped({ journal }: Work, operation: Operation, fault: FaultReport): Attempt {
  const finished = journal.finish(operation, 'skipped', { fault, note: 'Nothing was sent.' })
  return fault.code === 'secret-missing' ? { operation: finished } : { operation: finished, stop: fault }
}

/** Says of a missing secret whose it is. */
function lacking({ title }: Change, kind: Kind): (error: unknown) => never {
  return error => {
    if (!(error instanceof Fault) || error.code !== 'secret-missing') throw error
    const { field = '' } = error.detail
    const label = kind.card.form.fields.find(({ name }) => name === field)?.label ?? field
    const message = `${label} of “${title}” is not in the vault`
    throw new Fault('secret-missing', { message, field, advice: 'Enter it again in the profile, then apply.' })
  }
}

function readFailed(work: Work, operation: Operation, error: unknown): Attempt {
  const fault = work.reportOf(error)
  if (fault.code === 'rate-limited') return { operation, again: { fault } }
  if (fault.code === 'auth') park(work, work.account, fault)
  return { operation: work.journal.finish(operation, 'skipped', { fault, note: 'Nothing was sent.' }), stop: fault }
}

function writeFailed(work: Work, operation: Operation, fault: FaultReport): Attempt | Promise<Attempt> {
  const { journal } = work
  if (fault.code === 'rate-limited') return { operation, again: { fault } }
  if (fault.code === 'missing-there' && operation.change.action === 'delete') {
    return { operation: conclude(work, operation, undefined) }
  }
  if (refusals.includes(fault.code)) return { operation: journal.finish(operation, 'failed', { fault }) }
  if (fault.code === 'auth') {
    park(work, work.account, fault)
    return { operation: journal.finish(operation, 'skipped', { fault, note: 'Nothing was carried out.' }), stop: fault }
  }
  if (fault.code === 'unreachable' || fault.code === 'secret-missing') {
    journal.notSent(operation)
    return skipped(work, operation, fault)
  }
  return findOut(work, journal.unknown(operation, fault, null))
}

/** Reads the provider until it is known what became of a request. Nothing is sent again before that. */
async function findOut(work: Work, operation: Operation): Promise<Attempt> {
  const { journal, tuning } = work
  await work.onStep('unknown')
  for (let attempt = 1; ; attempt += 1) {
    let hits: RemoteProfile[]
    try {
      hits = await work.look(operation.change, true)
    } catch (error) {
      const fault = work.reportOf(error)
      const untilMs = fault.retryAtMs ?? work.clock.now() + backoffMs(attempt)
      const isHopeless = fault.code === 'auth' || untilMs - work.clock.now() > tuning.longestWaitMs
      if (fault.code === 'auth') park(work, work.account, fault)
      if (isHopeless || attempt >= tuning.reads || !(await pause(work, untilMs))) return { operation, stop: fault }
      continue
    }
    const standing = weighHits(operation, hits, work)
    if (standing.state === 'at-target') return { operation: conclude(work, operation, hits[0]) }
    if (standing.state === 'several') return { operation: journal.unknown(operation, operation.fault, severalNote) }
    if (standing.state === 'other') return { operation: turnAway(work, operation, hits[0], otherWhy(operation)) }
    // An update or delete may go out twice: it does the same. A create may only once the first one cannot arrive any more.
    const certainMs = (operation.inflightMs ?? 0) + tuning.lostAfterMs
    if (operation.change.action !== 'create' || work.clock.now() >= certainMs) return { operation, again: {} }
    if (!(await pause(work, certainMs))) return { operation }
  }
}

function lost(work: Work, operation: Operation): Outcome {
  const why = {
    note: 'It did not arrive at the provider; the edit stays.',
    ...(operation.fault && { fault: operation.fault })
  }
  return { operation: work.journal.finish(operation, 'skipped', why) }
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

export function otherWhy({ fault }: Operation): { fault?: FaultReport; note: string } {
  return { note: 'It was not carried out, or it was changed there since.', ...(fault && { fault }) }
}

export const severalNote = 'More than one profile there could be this one. Remove what is not wanted, then pull.'
