import type { Operation, SettingChange } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Clock } from '../base/clock.ts'
import type { Kind, RemoteProfile } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { absorb, link, settle, settleDeleted, unlikeSent } from './absorb.ts'
import type { Journal, Why } from './journal.ts'
import { addEntry, putRecord, putSeen } from './ledger.ts'

/** `who`: for the history. */
export type Settlement = { store: Store; clock: Clock; journal: Journal; kind: Kind; who: string }

/**
 * The change is carried out: in one transaction the operation is done, base and remote are what was read back, and the
 * history has its entry. in: what was read; undefined for a delete.
 */
export function conclude(
  of: Settlement,
  operation: Operation,
  found: RemoteProfile | undefined,
  note?: string
): Operation {
  const { store, journal, kind } = of
  const { change } = operation
  const unlike = found ? unlikeSent(change, found.settings, kind) : []
  const remark = unlikeNote(unlike, note)
  return journal.finish(operation, 'done', { ...(remark !== undefined && { note: remark }) }, () => {
    const record = store.profiles.get(operation.profileId)
    if (!record) return
    const after = settled(of, operation, record, found)
    putRecord(store, record, after)
    addEntry(store, {
      what: `applied-${change.action}`,
      profile: record,
      kind,
      from: change.action === 'create' ? null : record.base,
      to: change.action === 'delete' ? null : (after?.base ?? null),
      settings: change.settings,
      after: after?.local ?? null,
      runId: operation.runId,
      who: of.who,
      nowMs: of.clock.now()
    })
  })
}

/** Nothing is sent: the record takes in what is there now, so that it shows as the conflict or drift it is. */
export function turnAway(of: Settlement, operation: Operation, found: RemoteProfile | undefined, why: Why): Operation {
  return of.journal.finish(operation, 'skipped', why, () => {
    const record = of.store.profiles.get(operation.profileId)
    if (record) takeIn(of, record, found)
  })
}

/** Takes an authoritative read into the record, with its history; a profile that was created here is linked to it. */
export function takeIn(
  { store, clock, kind, who }: Pick<Settlement, 'store' | 'clock' | 'kind' | 'who'>,
  record: ProfileRecord,
  found: RemoteProfile | undefined
): { changed: boolean; removed: boolean } {
  const nowMs = clock.now()
  // Without a base it was created here, or is said to be there and was never read.
  if (found && (record.remoteId === null || record.base === null)) {
    putRecord(store, record, link(record, found, nowMs, kind))
    return { changed: false, removed: false }
  }
  if (!found && record.remoteId === null) return { changed: false, removed: false }
  return putSeen(store, {
    before: record,
    after: absorb(record, found?.settings ?? null, nowMs, kind),
    kind,
    who,
    nowMs
  })
}

function settled(
  { clock, kind }: Settlement,
  { change }: Operation,
  record: ProfileRecord,
  found: RemoteProfile | undefined
): ProfileRecord | undefined {
  const nowMs = clock.now()
  if (!found) return settleDeleted(record, nowMs)
  return settle(record, { change, remoteId: found.remoteId, readBack: found.settings }, nowMs, kind)
}

function unlikeNote(unlike: SettingChange[], note: string | undefined): string | undefined {
  if (unlike.length === 0) return note
  const labels = unlike.map(({ label }) => label).join(', ')
  return `The provider took it, but reads back differently: ${labels}.`
}
