import type { Conflict, Profile, ProfileRecord, Tree } from '#shared/model/profile.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Kind } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { mergeSettings, stateOf } from './merge.ts'
import type { PlanEntry } from './plan.ts'
import { normalised } from './trees.ts'

/** Shows a record: its title, what the merge says of each setting, what that amounts to, and what looks odd. */
export function viewOf({ record, kind, account, was }: PlanEntry, outcomeUnknown: boolean): Profile {
  const decisions = mergeSettings(record, kind)
  const state = outcomeUnknown || !record.remoteKnown ? 'unknown' : stateOf(record, kind, decisions)
  const warnings = record.local === null ? [] : (kind.warnings?.(record.local, account.baseUrl) ?? [])
  return { ...record, title: titleOf(record, kind, was), state, warnings, decisions }
}

/** The name of a profile for people: as it is wanted, else as it is there, else as it was. in: was: as `wasOf` says. */
export function titleOf(record: ProfileRecord, kind: Kind, was: Tree = null): string {
  return titleOfTree(record.local ?? record.remote ?? record.base ?? was, record.id, kind)
}

/** What a profile last was here, where none of its trees has anything any more: its create was taken back before it was settled. */
export function wasOf(store: Pick<Store, 'history'>, record: ProfileRecord): Tree {
  return (record.local ?? record.remote ?? record.base) ? null : lastTree(store, record.id)
}

/** The newest settings in the history of a profile; null where it has none. */
export function lastTree({ history }: Pick<Store, 'history'>, profileId: string): Tree {
  return history.list({ profileId, limit: 1_000 }).find(({ after }) => after !== null)?.after ?? null
}

export function titleOfTree(tree: Tree, otherwise: string, kind: Kind): string {
  return tree === null ? otherwise : kind.title(tree) || otherwise
}

/** What names the profile at the provider; undefined where nothing does. */
export function naturalKeyOf(settings: Settings | null, kind: Kind): string | undefined {
  if (settings === null) return undefined
  const key = kind.naturalKey(normalised(kind, settings))
  return key === '' ? undefined : key
}

/** The conflicts of a record: one for each setting that both sides changed, or one for the whole profile. */
export function conflictsOf(record: ProfileRecord, kind: Kind): Conflict[] {
  const decisions = mergeSettings(record, kind)
  if (stateOf(record, kind, decisions) !== 'conflict') return []
  const of = { profileId: record.id, accountId: record.accountId, title: titleOf(record, kind) }
  if (record.local === null || record.remote === null) {
    return [{ ...of, setting: null, label: wholeLabel(record) }]
  }
  return decisions
    .filter(({ decision }) => decision === 'edited-both-then-ask')
    .map(({ setting, label, base, local, remote }) => ({ ...of, setting, label, base, local, remote }))
}

function wholeLabel({ local }: ProfileRecord): string {
  return local === null ? 'Deleted here, changed at the provider' : 'Changed here, removed at the provider'
}
