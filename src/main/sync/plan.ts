import type { Account } from '#shared/model/account.ts'
import type { Change, Guard, Held, Plan } from '#shared/model/plan.ts'
import type { Conflict, ProfileRecord, ProfileState, SettingDecision } from '#shared/model/profile.ts'
import type { Kind } from '../providers/contract.ts'
import { brakes, cannot, deletes } from './guards.ts'
import { isSettled, mergeSettings, stateOf } from './merge.ts'
import { planHash } from './plan-hash.ts'
import { conflictsOf, titleOf } from './profile-view.ts'
import { cardsFor, changeOfSetting, normalised, reliedOn, valueAt } from './trees.ts'

export type PlanEntry = { record: ProfileRecord; account: Account; kind: Kind }

export type PlanInput = {
  entries: PlanEntry[]
  /** Ids of profiles with a request whose outcome is not known yet. */
  unknown: ReadonlySet<string>
  accountId: string | null
}

/**
 * Makes the plan: what would be sent, what needs a person, what is held back and why. Pure. A profile with a conflict, a
 * drift or an unknown side is not in `changes` at all, not even with its other edits; `held` names those that something
 * would be done about. What the provider cannot do is left out of `changes` too and stands in `guards` with the reason.
 */
export function makePlan({ entries, unknown, accountId }: PlanInput): Plan {
  const found = entries.map(entry => weigh(entry, unknown))
  const changes = found.flatMap(({ change }) => change ?? []).sort(inOrder)
  return {
    hash: planHash(changes),
    accountId,
    changes,
    conflicts: found.flatMap(({ conflicts }) => conflicts ?? []).sort(byProfile),
    guards: [...guardsOf(changes, entries), ...found.flatMap(({ guard }) => guard ?? []).sort(byProfile)],
    held: found.flatMap(({ held }) => held ?? []).sort(byProfile)
  }
}

/** The guards that hold for just these changes of the plan. */
export function guardsOf(changes: Change[], entries: PlanEntry[]): Guard[] {
  return [...brakes(changes, entries), ...deletes(changes)]
}

/** What would be sent for the record as its trees stand; undefined where there is nothing to send. */
export function changeOf({ record, kind }: Pick<PlanEntry, 'record' | 'kind'>): Change | undefined {
  const decisions = mergeSettings(record, kind)
  return changeFor(record, kind, { state: stateOf(record, kind, decisions), decisions })
}

type Merged = { state: ProfileState; decisions: SettingDecision[] }

function changeFor(record: ProfileRecord, kind: Kind, { state: of, decisions }: Merged): Change | undefined {
  const action = of === 'created' ? 'create' : of === 'edited' ? 'update' : of === 'deleted' ? 'delete' : undefined
  if (!action) return undefined
  return {
    accountId: record.accountId,
    profileId: record.id,
    kind: record.kind,
    remoteId: action === 'create' ? null : record.remoteId,
    title: titleOf(record, kind),
    action,
    settings: { create: created, update: updated, delete: deleted }[action](record, kind, decisions),
    reliesOn: action === 'create' ? null : reliedOn(kind, record.remote)
  }
}

type Weighed = { change?: Change; guard?: Guard; conflicts?: Conflict[]; held?: Held }

function weigh({ record, account, kind }: PlanEntry, unknown: ReadonlySet<string>): Weighed {
  const outcomeUnknown = unknown.has(record.id)
  if (!outcomeUnknown && isSettled(record)) return {}
  const decisions = mergeSettings(record, kind)
  const state = stateOf(record, kind, decisions)
  const hold = (reason: Held['reason'], message: string): Weighed => ({
    held: { profileId: record.id, accountId: account.id, title: titleOf(record, kind), reason, message }
  })
  if (outcomeUnknown)
    return hold('outcome-unknown', 'It is not known yet whether the last request was carried out. Pull to find out.')
  if (state === 'in-sync') return {}
  if (account.state === 'parked') {
    return hold(
      'account-parked',
      `The provider rejected the credentials of “${account.label}”. Enter or test them again.`
    )
  }
  if (!record.remoteKnown) return hold('remote-unknown', 'The last read of it failed. Pull to see what is there now.')
  if (state === 'conflict') return { conflicts: conflictsOf(record, kind) }
  if (state === 'drifted') {
    return hold('drift', 'It was changed at the provider. Choose whether to adopt that or to put back what it was.')
  }
  if (state === 'removed-there') {
    return hold(
      'removed-there',
      'It was removed at the provider. Choose whether to drop it here or to create it again.'
    )
  }
  const change = changeFor(record, kind, { state, decisions })
  if (!change) return {}
  const guard = cannot(change, kind)
  return guard ? { guard } : { change }
}

function created({ local }: ProfileRecord, kind: Kind) {
  const cards = cardsFor(kind, local)
  return Object.keys(local ?? {})
    .filter(name => !cards.get(name)?.readOnly && valueAt(local, name) !== undefined)
    .sort()
    .map(name => changeOfSetting(name, cards.get(name), undefined, valueAt(local, name)))
}

function updated(record: ProfileRecord, kind: Kind, decisions: SettingDecision[]) {
  const cards = cardsFor(kind, record.local, record.remote)
  return decisions
    .filter(({ decision }) => decision === 'edited-here-then-push')
    .map(({ setting, remote, local }) => changeOfSetting(setting, cards.get(setting), remote, local))
}

function deleted({ remote }: ProfileRecord, kind: Kind) {
  const cards = cardsFor(kind, remote)
  return Object.keys(normalised(kind, remote))
    .filter(name => !cards.get(name)?.readOnly)
    .sort()
    .map(name => changeOfSetting(name, cards.get(name), valueAt(remote, name), undefined))
}

const actionRank = { create: 0, update: 1, delete: 2 }

function inOrder(one: Change, other: Change): number {
  return (
    actionRank[one.action] - actionRank[other.action] ||
    byText(one.accountId, other.accountId) ||
    byText(one.kind, other.kind) ||
    byText(one.title, other.title) ||
    byText(one.profileId, other.profileId)
  )
}

function byProfile(one: { profileId: string | null }, other: { profileId: string | null }): number {
  return byText(one.profileId ?? '', other.profileId ?? '')
}

/** By code units: the same on every machine, whatever its language. */
function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
