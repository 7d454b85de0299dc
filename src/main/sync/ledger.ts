import type { HistoryEntry } from '#shared/model/history.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import { newId } from '../base/ids.ts'
import type { Kind } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { lastTree, titleOfTree } from './profile-view.ts'
import { differences, identical } from './trees.ts'

export type Entry = {
  what: HistoryEntry['what']
  profile: Pick<ProfileRecord, 'id' | 'accountId'>
  kind: Kind
  /** What changed, from and to. */
  from: Tree
  to: Tree
  settings?: SettingChange[]
  /** The local tree afterwards. */
  after: Tree
  runId?: string
  /** Which part of Plugboard did it. */
  who: string
  nowMs: number
}

/** Writes a history entry. It belongs into the transaction of what it tells. */
export function addEntry(
  store: Store,
  { what, profile, kind, from, to, settings, after, runId, who, nowMs }: Entry
): void {
  store.history.add({
    id: newId('his'),
    atMs: nowMs,
    accountId: profile.accountId,
    profileId: profile.id,
    kind: kind.card.id,
    title: titleOfTree(to ?? from ?? lastTree(store, profile.id), profile.id, kind),
    what,
    settings: settings ?? differences(kind, from, to),
    after,
    runId: runId ?? null,
    who
  })
}

/** Writes what became of a record: added, updated, or removed where nothing of it is left. */
export function putRecord(store: Store, before: ProfileRecord | undefined, after: ProfileRecord | undefined): void {
  if (after === undefined) {
    if (before !== undefined) store.profiles.remove(before.id)
  } else if (before === undefined) store.profiles.add(after)
  else store.profiles.update(after)
}

/** What a read made of a record, with the entry where somebody changed it there. */
export function putSeen(
  store: Store,
  {
    before,
    after,
    kind,
    who,
    nowMs
  }: { before: ProfileRecord; after: ProfileRecord; kind: Kind; who: string; nowMs: number }
): { changed: boolean; removed: boolean } {
  const isGone = after.remote === null && after.local === null
  putRecord(store, before, isGone ? undefined : after)
  const removed = before.remote !== null && after.remote === null
  const changed =
    !removed && !identical(before.remote, after.remote) && differences(kind, before.remote, after.remote).length > 0
  if (removed || changed) {
    const what = removed ? 'seen-removed' : 'seen-changed'
    addEntry(store, {
      what,
      profile: after,
      kind,
      from: before.remote,
      to: after.remote,
      after: after.local,
      who,
      nowMs
    })
  }
  return { changed, removed }
}

/** Removes a record of which no tree is left: a create that was taken back under way, and did not arrive. */
export function dropIfNothing(store: Store, profileId: string): void {
  const record = store.profiles.get(profileId)
  if (record && record.base === null && record.local === null && record.remote === null)
    store.profiles.remove(profileId)
}
