import type { Settings } from '#shared/model/field.ts'
import type { Change, Operation } from '#shared/model/plan.ts'
import type { Clock } from '../base/clock.ts'
import type { Kind, ProviderApi, RemoteProfile } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { naturalKeyOf } from './profile-view.ts'
import { standingOf } from './standing.ts'
import type { Standing } from './standing.ts'
import { asSeen, withValues } from './trees.ts'
import { sentValues } from './absorb.ts'

/** How long one list serves the creates that follow each other: long enough to spare a list for each of them. */
const listAgeMs = 5_000

/** Reads what is at the provider for a change. `anew`: not from a list that was just read. faults: those of the reads. */
export type Look = (change: Change, anew?: boolean) => Promise<RemoteProfile[]>

/** out of a look: the profile by its id; for a create, all that have its natural key. */
export function createLook(deps: { store: Store; clock: Clock; api: ProviderApi; kindOf: (id: string) => Kind }): Look {
  const { store, clock, api, kindOf } = deps
  const lists = new Map<string, { atMs: number; profiles: RemoteProfile[] }>()

  async function listed(kind: string, anew: boolean): Promise<RemoteProfile[]> {
    const known = lists.get(kind)
    if (known && !anew && Math.abs(clock.now() - known.atMs) < listAgeMs) return known.profiles
    lists.delete(kind)
    const profiles = await api.list(kind)
    lists.set(kind, { atMs: clock.now(), profiles })
    return profiles
  }

  /** Where nothing can be listed, the natural key is the name that a profile is asked for by. */
  async function named(change: Change, kind: Kind): Promise<RemoteProfile[]> {
    const key = keyOf(change, kind)
    const found = key === undefined ? undefined : await api.get(change.kind, key)
    return found ? [found] : []
  }

  return async (change, anew = false) => {
    if (change.action === 'create') {
      const kind = kindOf(change.kind)
      const found = kind.card.listing === 'by-name' ? await named(change, kind) : await listed(change.kind, anew)
      return withSameKey(store, change, found, kind)
    }
    if (change.remoteId === null) return []
    const found = await api.get(change.kind, change.remoteId)
    return found ? [found] : []
  }
}

/** Of a complete list, what a change is about. */
export function hitsOf(store: Store, change: Change, listed: RemoteProfile[], kind: Kind): RemoteProfile[] {
  if (change.action === 'create') return withSameKey(store, change, listed, kind)
  return listed.filter(({ remoteId }) => remoteId === change.remoteId)
}

/**
 * How the operation stands against what was found; `several`: more than one could be what it made. in: isAccepted: the
 * provider said that it is done, so that the secrets which no read shows are there.
 */
export function weighHits(
  operation: Operation,
  hits: RemoteProfile[],
  { store, kind }: { store: Store; kind: Kind },
  isAccepted = false
): Standing | { state: 'several' } {
  if (hits.length > 1) return { state: 'several' }
  const { change } = operation
  const base = store.profiles.get(operation.profileId)?.base ?? null
  const sentBefore = isAccepted ? withValues(base, sentValues(change)) : base
  const known = change.action === 'create' ? sentBy(operation) : sentBefore
  const [found] = hits
  return standingOf(change, found && asSeen(kind, found.settings, known), kind)
}

/**
 * What a create that went out has sent: the secrets of the one profile that looks like it are taken to be its own. One
 * that was not sent has nothing there, and whatever looks like it is somebody else's.
 */
function sentBy({ state, change }: Operation): Settings | null {
  return state === 'unknown' || state === 'inflight' ? withValues(null, sentValues(change)) : null
}

function keyOf(change: Change, kind: Kind): string | undefined {
  return naturalKeyOf(withValues(null, sentValues(change)), kind)
}

function withSameKey(store: Store, change: Change, listed: RemoteProfile[], kind: Kind): RemoteProfile[] {
  const key = keyOf(change, kind)
  if (key === undefined) return []
  const same = listed.filter(found => naturalKeyOf(found.settings, kind) === key)
  if (same.length === 0) return []
  const others = store.profiles.list({ accountId: change.accountId })
  const taken = new Set(
    others.flatMap(other => (other.id !== change.profileId && other.kind === change.kind ? (other.remoteId ?? []) : []))
  )
  return same.filter(({ remoteId }) => !taken.has(remoteId))
}
