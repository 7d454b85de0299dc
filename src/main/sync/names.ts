import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Kind } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { naturalKeyOf } from './profile-view.ts'

/** Who has a natural key, here or at the provider. */
export type Names = {
  /** Another profile of the same account and kind that has the key. */
  takenBy(key: string, record: ProfileRecord): ProfileRecord | undefined
}

type Place = Pick<ProfileRecord, 'accountId' | 'kind'>

/** The keys of one account and kind, as they were at `others` and `written`. */
type Known = {
  others: number
  written: number
  holders: Map<string, Set<string>>
  keys: Map<string, string[]>
}

/** More than that are read faster all together. */
const oneByOne = 100

/**
 * Finds natural keys without reading all profiles for each question: they are read once, and then those that were written
 * since; all again where another process wrote. The answer is read from the database, so that an edit which was taken back
 * with its transaction is nobody's name.
 */
export function createNames({ store, kindOf }: { store: Store; kindOf: (place: Place) => Kind }): Names {
  const known = new Map<string, Known>()

  function upToDate(place: Place): Known {
    const at = JSON.stringify([place.accountId, place.kind])
    const others = store.othersVersion()
    const before = known.get(at)
    const { ids, written } = store.profiles.writtenSince(before?.written ?? 0)
    const isUsable = before?.others === others && ids.length <= oneByOne
    const now = isUsable ? before : readAll(place, others)
    if (isUsable) for (const id of ids) note(now, id, store.profiles.get(id), place)
    now.written = written
    known.set(at, now)
    return now
  }

  function readAll(place: Place, others: number): Known {
    const all: Known = { others, written: 0, holders: new Map(), keys: new Map() }
    for (const record of store.profiles.list({ accountId: place.accountId })) note(all, record.id, record, place)
    return all
  }

  function note({ holders, keys }: Known, id: string, record: ProfileRecord | undefined, place: Place): void {
    for (const key of keys.get(id) ?? []) holders.get(key)?.delete(id)
    const isHere = record?.accountId === place.accountId && record.kind === place.kind
    const own = isHere ? keysOf(record) : []
    if (own.length === 0) return void keys.delete(id)
    keys.set(id, own)
    for (const key of own) holders.set(key, (holders.get(key) ?? new Set()).add(id))
  }

  function keysOf(record: ProfileRecord): string[] {
    const kind = kindOf(record)
    const own = [naturalKeyOf(record.local, kind), record.remote !== record.local && naturalKeyOf(record.remote, kind)]
    return own.filter(key => typeof key === 'string')
  }

  return {
    takenBy(key, record) {
      // In one order, however they became known: what is asked twice is answered alike.
      for (const id of [...(upToDate(record).holders.get(key) ?? [])].toSorted()) {
        const other = id === record.id ? undefined : store.profiles.get(id)
        if (other && keysOf(other).includes(key)) return other
      }
      return undefined
    }
  }
}
