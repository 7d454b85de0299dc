import type { Change, SettingChange } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Settings } from '#shared/model/field.ts'
import { sentValues } from './absorb.ts'
import { namesOf, normalised, reliedOn, remoteRules, sameValue, valueAt, withValues } from './trees.ts'
import type { KindRules } from './trees.ts'

/**
 * How a planned change stands against what is at the provider now. `at-target`: it is so already. `to-send`: what it
 * relied on still holds, and these settings are left to send. `other`: somebody changed something there.
 */
export type Standing = { state: 'at-target' } | { state: 'to-send'; settings: SettingChange[] } | { state: 'other' }

/** in: what is there, as a tree with its hidden settings filled in (`asSeen`); undefined where it does not exist there. */
export function standingOf(change: Change, seen: Settings | undefined, kind: KindRules): Standing {
  if (change.action === 'create') return createStanding(change, seen, kind)
  if (seen === undefined) return change.action === 'delete' ? { state: 'at-target' } : { state: 'other' }
  return change.action === 'delete' ? deleteStanding(change, seen, kind) : updateStanding(change, seen, kind)
}

/** Whether the user still wants what was planned: an edit made after the review stops the change, it was not shown. */
export function isStillWanted(change: Change, record: ProfileRecord, kind: KindRules): boolean {
  if (change.action === 'delete') return record.local === null
  if (record.local === null) return false
  const own = normalised(kind, record.local)
  const { isReadOnly } = remoteRules(kind, record.local)
  const wanted = normalised(kind, withValues(change.action === 'create' ? null : record.local, sentValues(change)))
  const names = change.action === 'create' ? namesOf(own, wanted) : change.settings.map(({ setting }) => setting)
  return names.every(name => isReadOnly(name) || sameValue(valueAt(own, name), valueAt(wanted, name)))
}

function createStanding(change: Change, seen: Settings | undefined, kind: KindRules): Standing {
  if (seen === undefined) return { state: 'to-send', settings: change.settings }
  return unsent(change, seen, kind).length === 0 ? { state: 'at-target' } : { state: 'other' }
}

function updateStanding(change: Change, seen: Settings, kind: KindRules): Standing {
  const settings = unsent(change, seen, kind)
  const left = new Set(settings.map(({ setting }) => setting))
  const arrived = new Set(change.settings.map(({ setting }) => setting).filter(name => !left.has(name)))
  if (!holds(change, seen, arrived, kind)) return { state: 'other' }
  return settings.length === 0 ? { state: 'at-target' } : { state: 'to-send', settings }
}

function deleteStanding(change: Change, seen: Settings, kind: KindRules): Standing {
  return holds(change, seen, new Set(), kind) ? { state: 'to-send', settings: change.settings } : { state: 'other' }
}

/** Whether what the change relied on still holds, apart from settings that have arrived. */
function holds(change: Change, seen: Settings, arrived: ReadonlySet<string>, kind: KindRules): boolean {
  const now = reliedOn(kind, seen)
  return namesOf(change.reliesOn, now).every(
    name => arrived.has(name) || sameValue(valueAt(change.reliesOn, name), valueAt(now, name))
  )
}

/** Whether all that the change was to send is there. in: what is there, as for `standingOf`. */
export function isArrived(change: Change, seen: Settings, kind: KindRules): boolean {
  return unsent(change, seen, kind).length === 0
}

function unsent(change: Change, seen: Settings, kind: KindRules): SettingChange[] {
  const now = normalised(kind, seen)
  const target = normalised(kind, withValues(seen, sentValues(change)))
  return change.settings.filter(({ setting }) => !sameValue(valueAt(target, setting), valueAt(now, setting)))
}
