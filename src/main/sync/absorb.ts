import type { Settings, SettingValue } from '#shared/model/field.ts'
import type { Change, SettingChange } from '#shared/model/plan.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import type { RemoteProfile } from '../providers/contract.ts'
import { mergeSettings } from './merge.ts'
import { asSeen, isSecretMark, namesOf, normalised, remoteRules, sameValue, valueAt, withValues } from './trees.ts'
import type { KindRules } from './trees.ts'

type Values = [string, SettingValue | undefined][]

/** A profile that was first seen at the provider: all three trees are what is there. */
export function adopt(
  found: RemoteProfile,
  own: { id: string; accountId: string; nowMs: number },
  kind: KindRules
): ProfileRecord {
  const seen = asSeen(kind, found.settings, null)
  return {
    id: own.id,
    accountId: own.accountId,
    kind: found.kind,
    remoteId: found.remoteId,
    base: seen,
    local: seen,
    remote: seen,
    remoteKnown: true,
    remoteSeenMs: own.nowMs,
    policies: {},
    createdMs: own.nowMs,
    updatedMs: own.nowMs
  }
}

/**
 * The record after an authoritative read of it. in: null where the provider said that it does not exist. What both sides
 * agree on is settled, what a policy follows is taken; everything else is left for a person to decide.
 */
export function absorb(record: ProfileRecord, seen: Settings | null, nowMs: number, kind: KindRules): ProfileRecord {
  const remote = seen === null ? null : asSeen(kind, seen, record.base)
  const next = { ...record, remote, remoteKnown: true, remoteSeenMs: nowMs }
  return remote === null || record.base === null || record.local === null ? next : takeDecided(next, kind)
}

/**
 * A profile that was created here and is there too (same natural key): it is linked, never created twice. Settings that
 * were not named here are taken from there; the others are merged without a base, so that different ones are conflicts.
 */
export function link(record: ProfileRecord, found: RemoteProfile, nowMs: number, kind: KindRules): ProfileRecord {
  const seen = asSeen(kind, found.settings, null)
  if (record.local === null)
    return { ...absorb(record, found.settings, nowMs, kind), remoteId: found.remoteId, base: seen }
  const unnamed = Object.entries(seen).filter(([name]) => valueAt(record.local, name) === undefined)
  // A secret whose value nobody here has was entered there by somebody: it stays as it is.
  const untold = Object.entries(record.local).filter(([, value]) => isSecretMark(value) && value.$secret === 0)
  const linked = {
    ...record,
    remoteId: found.remoteId,
    base: Object.fromEntries([...unnamed, ...untold]),
    local: withValues(record.local, unnamed)
  }
  return absorb(linked, found.settings, nowMs, kind)
}

/**
 * The record after its change was carried out: base and remote become what was read back. What the user changed meanwhile
 * stays an edit; so does a setting that does not read back as it was sent, which shows as a difference and is not hidden.
 * A setting that was not planned and reads back differently was changed there by somebody: it shows as drift.
 */
export function settle(
  record: ProfileRecord,
  done: { change: Change; remoteId: string; readBack: Settings },
  nowMs: number,
  kind: KindRules
): ProfileRecord {
  const { change, remoteId, readBack } = done
  const sent = withValues(record.base, sentValues(change))
  const remote = asSeen(kind, readBack, sent)
  const planned = new Set(change.settings.map(({ setting }) => setting))
  const { isReadOnly } = remoteRules(kind, remote)
  const isOurs = (name: string) => change.action === 'create' || planned.has(name) || isReadOnly(name)
  const now = compare(kind, record.base, record.local, remote)
  const names = namesOf(record.base, record.local, remote)
  const base: Values = names.map(name => [
    name,
    isOurs(name) || now.isSame(name, 'remote', 'base') ? valueAt(remote, name) : valueAt(record.base, name)
  ])
  const local: Values = names.map(name => {
    const own = valueAt(record.local, name)
    if (isReadOnly(name) || now.isSame(name, 'local', 'remote')) return [name, valueAt(remote, name)]
    // A default that the provider filled in on creation is not a difference of opinion.
    return [name, change.action === 'create' && !planned.has(name) && own === undefined ? valueAt(remote, name) : own]
  })
  return {
    ...record,
    remoteId,
    base: withValues(null, base),
    local: record.local === null ? null : withValues(null, local),
    remote,
    remoteKnown: true,
    remoteSeenMs: nowMs,
    updatedMs: nowMs
  }
}

/** The record after its delete was carried out; undefined: nothing of it is left. */
export function settleDeleted(record: ProfileRecord, nowMs: number): ProfileRecord | undefined {
  if (record.local === null) return undefined
  // It was wanted again meanwhile: a new one is to be created.
  return {
    ...record,
    remoteId: null,
    base: null,
    remote: null,
    remoteKnown: true,
    remoteSeenMs: nowMs,
    updatedMs: nowMs
  }
}

/** The planned settings that do not read back as they were sent. Hidden ones cannot be told and count as sent. */
export function unlikeSent(change: Change, readBack: Settings, kind: KindRules): SettingChange[] {
  const { isHidden } = remoteRules(kind, readBack)
  const seen = normalised(kind, readBack)
  const wanted = normalised(kind, withValues(readBack, sentValues(change)))
  return change.settings.filter(
    ({ setting }) => !isHidden(setting) && !sameValue(valueAt(wanted, setting), valueAt(seen, setting))
  )
}

export function sentValues(change: Pick<Change, 'settings'>): Values {
  return change.settings.map(({ setting, to }) => [setting, to ?? undefined])
}

/** Takes over what a policy follows and settles what both sides changed alike. All three trees must be there. */
export function takeDecided(record: ProfileRecord, kind: KindRules): ProfileRecord {
  const taken = mergeSettings(record, kind).filter(
    ({ decision }) => decision === 'edited-there-then-pull' || decision === 'edited-alike-then-settle'
  )
  if (taken.length === 0) return record
  const values: Values = taken.map(({ setting, remote }) => [setting, remote])
  return { ...record, base: withValues(record.base, values), local: withValues(record.local, values) }
}

function compare(kind: KindRules, base: Tree, local: Tree, remote: Tree) {
  const trees = { base: normalised(kind, base), local: normalised(kind, local), remote: normalised(kind, remote) }
  type Side = keyof typeof trees
  return {
    isSame: (name: string, one: Side, other: Side) => sameValue(valueAt(trees[one], name), valueAt(trees[other], name))
  }
}
