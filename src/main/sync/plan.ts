import { createHash } from 'node:crypto'
import type { Account } from '#shared/model/account.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Change, Guard, Held, Plan } from '#shared/model/plan.ts'
import type { Conflict, ProfileRecord, ProfileState, SettingDecision, Tree } from '#shared/model/profile.ts'
import type { Kind } from '../providers/contract.ts'
import { brakes, cannot, deletes } from './guards.ts'
import type { Sizes } from './guards.ts'
import { isSettled, mergeUnlike, stateOf } from './merge.ts'
import { hashSteps } from './plan-hash.ts'
import { conflictsOf, titleOf } from './profile-view.ts'
import { cardsFor, changeOfSetting, normalised, reliedOn, valueAt } from './trees.ts'

/** `was`: for the title of a record of which nothing is left. */
export type PlanEntry = { record: ProfileRecord; account: Account; kind: Kind; was?: Tree }

export type PlanInput = {
  /** All profiles, but that those that `isSettled` may be left out. */
  entries: Iterable<PlanEntry>
  /** Ids of profiles with a request whose outcome is not known yet. */
  unknown: ReadonlySet<string>
  accountId: string | null
  /** How many of those left out exist at the provider, by account. */
  alike?: Sizes
}

/** A plan, and what a part of it is guarded by. */
export type MadePlan = { plan: Plan; sizes: Sizes }

/**
 * Makes the plan: what would be sent, what needs a person, what is held back and why. Pure. A profile with a conflict, a
 * drift or an unknown side is not in `changes` at all, not even with its other edits; `held` names those that something
 * would be done about. What the provider cannot do is left out of `changes` too and stands in `guards` with the reason.
 */
export function makePlan(input: PlanInput): Plan {
  const steps = planSteps(input)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value.plan
  }
}

/** Makes the plan step by step, each far below a millisecond, so that whoever makes it may do something else in between. */
export function* planSteps({ entries, unknown, accountId, alike }: PlanInput): Generator<undefined, MadePlan> {
  const found: Weighed[] = []
  const sizes = new Map(alike)
  for (const entry of entries) {
    found.push(weigh(entry, unknown))
    if (entry.record.remote !== null) sizes.set(entry.account.id, (sizes.get(entry.account.id) ?? 0) + 1)
    yield
  }
  const changes = found.flatMap(({ change }) => change ?? []).sort(inOrder)
  yield
  const hash = createHash('sha256')
  yield* hashSteps(hash, changes)
  const plan = {
    hash: hash.digest('hex'),
    accountId,
    changes,
    conflicts: found.flatMap(({ conflicts }) => conflicts ?? []).sort(byProfile),
    guards: [...guardsOf(changes, sizes), ...found.flatMap(({ guard }) => guard ?? []).sort(byProfile)],
    held: found.flatMap(({ held }) => held ?? []).sort(byProfile)
  }
  return { plan, sizes }
}

/** The guards that hold for just these changes of the plan. */
export function guardsOf(changes: Change[], sizes: Sizes): Guard[] {
  return [...brakes(changes, sizes), ...deletes(changes)]
}

/** What would be sent for the record as its trees stand; undefined where there is nothing to send. */
export function changeOf({ record, kind }: Pick<PlanEntry, 'record' | 'kind'>): Change | undefined {
  const { decisions, there } = mergeUnlike(record, kind)
  return changeFor(record, kind, { state: stateOf(record, kind, decisions), decisions, there })
}

type Merged = { state: ProfileState; decisions: SettingDecision[]; there: Settings }

function changeFor(record: ProfileRecord, kind: Kind, { state: of, decisions, there }: Merged): Change | undefined {
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
    reliesOn: action === 'create' ? null : reliedOn(kind, record.remote, there)
  }
}

type Weighed = { change?: Change; guard?: Guard; conflicts?: Conflict[]; held?: Held }

function weigh({ record, account, kind, was }: PlanEntry, unknown: ReadonlySet<string>): Weighed {
  const outcomeUnknown = unknown.has(record.id)
  if (!outcomeUnknown && isSettled(record)) return {}
  const { decisions, there } = mergeUnlike(record, kind)
  const state = stateOf(record, kind, decisions)
  const hold = (reason: Held['reason'], message: string): Weighed => ({
    held: { profileId: record.id, accountId: account.id, title: titleOf(record, kind, was), reason, message }
  })
  if (outcomeUnknown)
    return hold('outcome-unknown', 'It is not known yet whether the last request was carried out. Pull to find out.')
  if (state === 'in-sync') return {}
  if (account.state === 'parked') {
    const why =
      account.parkedFault?.code === 'secret-missing'
        ? `The credentials of “${account.label}” are not here. Enter them.`
        : `The provider rejected the credentials of “${account.label}”. Enter or test them again.`
    return hold('account-parked', why)
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
  const change = changeFor(record, kind, { state, decisions, there })
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
