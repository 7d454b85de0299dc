import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Kind } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { naturalKeyOf } from '../sync/profile-view.ts'

/** The profiles that an import meets, found without reading all of them for each file. */
export type ImportRecords = {
  byRemoteId(place: Place, remoteId: string): ProfileRecord | undefined
  /** Those whose local settings have the natural key. */
  byKey(place: Place, key: string): ProfileRecord[]
  /** The import made it what it is now. */
  note(record: ProfileRecord, kind: Kind): void
}

type Place = { accountId: string; kind: Kind }
type Known = { remote: Map<string, string>; holders: Map<string, Set<string>>; keys: Map<string, string> }

/** For one import, within one transaction: the profiles of an account and kind are read once, and found ones again. */
export function importRecords({ profiles }: Pick<Store, 'profiles'>): ImportRecords {
  const places = new Map<string, Known>()

  function knownAt({ accountId, kind }: Place): Known {
    const at = JSON.stringify([accountId, kind.card.id])
    const before = places.get(at)
    if (before) return before
    const known: Known = { remote: new Map(), holders: new Map(), keys: new Map() }
    for (const record of profiles.list({ accountId })) if (record.kind === kind.card.id) noteIn(known, record, kind)
    places.set(at, known)
    return known
  }

  function noteIn({ remote, holders, keys }: Known, { id, remoteId, local }: ProfileRecord, kind: Kind): void {
    if (remoteId !== null) remote.set(remoteId, id)
    holders.get(keys.get(id) ?? '')?.delete(id)
    const key = naturalKeyOf(local, kind)
    if (key === undefined) return void keys.delete(id)
    keys.set(id, key)
    holders.set(key, (holders.get(key) ?? new Set()).add(id))
  }

  return {
    byRemoteId(place, remoteId) {
      const id = knownAt(place).remote.get(remoteId)
      return id === undefined ? undefined : profiles.get(id)
    },
    byKey: (place, key) => [...(knownAt(place).holders.get(key) ?? [])].flatMap(id => profiles.get(id) ?? []),
    note: (record, kind) => noteIn(knownAt({ accountId: record.accountId, kind }), record, kind)
  }
}
