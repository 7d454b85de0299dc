import { Fault } from '#shared/faults.ts'
import type { SettingValue } from '#shared/model/field.ts'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { ProfileRecord, SettingDecision, Tree } from '#shared/model/profile.ts'
import { able, checkUnique, inOneGo, isInFlight, newRecord, recordOf, saveEdit } from './edits.ts'
import type { EditDeps } from './edits.ts'
import { entryOf, goneProfile } from './history-diff.ts'
import { mergeSettings, stateOf } from './merge.ts'
import { titleOf } from './profile-view.ts'
import { remoteRules, withValues } from './trees.ts'
import { checkEdit, checkNew } from './validate.ts'

export type Use = 'local' | 'remote' | { value: SettingValue }

export type Resolutions = {
  /** out: false where the profile is gone with it. */
  resolve(profileId: string, setting: string | null, use: Use): boolean
  rollback(profileId: string, entryId: string): void
}

/** What a person decides: which side of a conflict or drift holds, and going back. Each is a local edit, nothing is sent. */
export function createResolutions(deps: EditDeps): Resolutions {
  const { store, kindOf } = deps

  return {
    resolve: (profileId, setting, use) =>
      inOneGo(deps, () => {
        const before = recordOf(store, profileId)
        const after = setting === null ? resolveWhole(deps, before, use) : resolveSetting(deps, before, setting, use)
        saveEdit(deps, { before, after, what: 'conflict-resolved' })
        return after !== undefined
      }),

    rollback(profileId, entryId) {
      inOneGo(deps, () => {
        const entry = entryOf(deps, profileId, entryId)
        const record = store.profiles.get(profileId)
        if (record === undefined) revive(deps, entry)
        else saveEdit(deps, { before: record, after: wentBack(record, entry.after), what: 'local-rolled-back' })
      })
    }
  }

  function wentBack(record: ProfileRecord, after: Tree): ProfileRecord {
    const kind = kindOf(record)
    if (after === null) {
      if (record.remote === null) {
        throw new Fault('not-found', { message: 'After that entry the profile did not exist. Delete it instead.' })
      }
      able(kind.card.remove, `${kind.card.label} cannot be deleted at the provider.`)
      return { ...record, local: null }
    }
    const { isReadOnly } = remoteRules(kind, record.remote, after)
    const provided = Object.entries(record.remote ?? {}).filter(([name]) => isReadOnly(name))
    const local = withValues(after, provided)
    const edited = changedNames(record.local ?? record.remote, local).filter(name => !isReadOnly(name))
    checkEdit(kind, local, { edited, existsThere: record.remote !== null || isInFlight(store, record.id) })
    if (record.remote === null) checkUnique(deps, record, local)
    return { ...record, local }
  }
}

function resolveSetting(deps: EditDeps, record: ProfileRecord, setting: string, use: Use): ProfileRecord {
  const kind = deps.kindOf(record)
  const decision = asked(record, mergeSettings(record, kind)).find(one => one.setting === setting)
  if (!decision) {
    const message = `There is nothing to decide about “${setting}” of “${titleOf(record, kind)}”.`
    throw new Fault('invalid-input', { message, field: 'setting' })
  }
  const next = decided(record, [decision], use)
  if (typeof use === 'object') checkEdit(kind, next.local ?? {}, { edited: [setting], existsThere: true })
  return next
}

function resolveWhole(deps: EditDeps, record: ProfileRecord, use: Use): ProfileRecord | undefined {
  const kind = deps.kindOf(record)
  if (typeof use === 'object') {
    throw new Fault('invalid-input', { message: 'A value resolves one setting, not a whole profile.', field: 'use' })
  }
  const decisions = mergeSettings(record, kind)
  const state = stateOf(record, kind, decisions)
  if (state !== 'conflict' && state !== 'drifted' && state !== 'removed-there') {
    const message = `There is nothing to decide about “${titleOf(record, kind)}”.`
    throw new Fault('invalid-input', { message, field: 'profileId' })
  }
  const { local, remote } = record
  if (remote === null) {
    // Here but not there: it is created again, or it goes here too.
    if (use === 'remote') return undefined
    checkUnique(deps, record, local ?? {})
    return { ...record, remoteId: null, base: null }
  }
  if (local === null) {
    // There but not here: what is there now is taken as agreed, so that the delete relies on it; or it comes back.
    return { ...record, base: remote, local: use === 'remote' ? remote : null }
  }
  return decided(record, asked(record, decisions), use)
}

/** The remote value is agreed to have been seen; what local says about it is then an edit, or nothing. */
function decided(record: ProfileRecord, decisions: SettingDecision[], use: Use): ProfileRecord {
  const there = decisions.map(({ setting, remote }): [string, SettingValue | undefined] => [setting, remote])
  const base = withValues(record.base, there)
  if (use === 'local') return { ...record, base }
  const values =
    use === 'remote' ? there : there.map(([name]): [string, SettingValue | undefined] => [name, use.value ?? undefined])
  return { ...record, base, local: withValues(record.local, values) }
}

function asked(record: ProfileRecord, decisions: SettingDecision[]): SettingDecision[] {
  if (record.local === null || record.remote === null) return []
  const questions = ['edited-both-then-ask', 'edited-there-then-ask', 'edited-there-then-ignore']
  return decisions.filter(({ decision }) => questions.includes(decision))
}

/** Brings back a profile that is gone: as a new one under its old id, so that its history goes on. */
function revive(deps: EditDeps, entry: HistoryEntry): void {
  const gone = goneProfile(deps, entry)
  if (entry.after === null || gone === undefined) {
    throw new Fault('not-found', { message: 'The profile is gone, and that entry does not say what it was.' })
  }
  const { isReadOnly } = remoteRules(deps.kindOf(gone), entry.after)
  const local = Object.fromEntries(Object.entries(entry.after).filter(([name]) => !isReadOnly(name)))
  const own = { id: entry.profileId, ...gone, local, nowMs: deps.clock.now() }
  const record = newRecord(own)
  checkNew(deps.kindOf(record), local)
  checkUnique(deps, record, local)
  saveEdit(deps, { before: undefined, after: record, what: 'local-rolled-back' })
}

function changedNames(from: Tree, to: Tree): string[] {
  const names = [...new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])]
  return names.filter(name => JSON.stringify(from?.[name] ?? null) !== JSON.stringify(to?.[name] ?? null))
}
