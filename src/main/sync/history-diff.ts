import { Fault } from '#shared/faults.ts'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import type { Tree } from '#shared/model/profile.ts'
import type { EditDeps } from './edits.ts'
import { differences } from './trees.ts'

/** Two points of a profile's history: after that entry; `from` null is before everything, `to` null is now. */
export type Span = { profileId: string; from: string | null; to: string | null }

/**
 * What differs between two points of a profile's history, setting by setting, as it was wanted here. Secrets are versions.
 * faults: not-found (an entry that is not this profile's; a profile that never was).
 */
export function diffOf(deps: EditDeps, { profileId, from, to }: Span): SettingChange[] {
  const { store, kindOf } = deps
  const record = store.profiles.get(profileId)
  const [newest] = store.history.list({ profileId, limit: 1 })
  if (!record && !newest) throw new Fault('not-found', { message: `There is no profile ${profileId}.` })
  const before: Tree = from === null ? null : entryOf(deps, profileId, from).after
  const after: Tree = to === null ? (record?.local ?? null) : entryOf(deps, profileId, to).after
  const of = record ?? (newest && goneProfile(deps, newest))
  if (!of) throw new Fault('not-found', { message: 'The profile is gone, and its history does not say what it was.' })
  return differences(kindOf(of), before, after)
}

/** faults: not-found. */
export function entryOf({ store }: EditDeps, profileId: string, entryId: string): HistoryEntry {
  const entry = store.history.get(entryId)
  if (entry?.profileId === profileId) return entry
  throw new Fault('not-found', { message: `There is no history entry ${entryId} of ${profileId}.` })
}

/**
 * Where a profile that is gone belongs. Its entries say of which kind it was; of those from before that was noted, the run
 * that deleted it knows, and otherwise a provider with one kind leaves no doubt. out: undefined where nothing tells.
 */
export function goneProfile(
  { store, kindsOf }: EditDeps,
  { accountId, profileId }: HistoryEntry
): { accountId: string; kind: string } | undefined {
  const entries = store.history.list({ profileId, limit: 1000 })
  const operations = entries.flatMap(({ runId }) =>
    runId === null ? [] : (store.runs.get(runId)?.operations.filter(one => one.profileId === profileId) ?? [])
  )
  const known = kindsOf(accountId)
  const told = [...entries.map(({ kind }) => kind), ...operations.map(({ change }) => change.kind)]
  const kind = told.find(one => one !== null && known.includes(one)) ?? (known.length === 1 ? known[0] : undefined)
  return kind === undefined || kind === null ? undefined : { accountId, kind }
}
