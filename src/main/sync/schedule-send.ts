import type { Change, Plan, Run } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Store } from '../store/store.ts'
import { policyOf } from './merge.ts'
import type { Sync } from './sync.ts'
import { identical } from './trees.ts'

/** What a person wants of a profile: what it should be, what was agreed before, and what a change there means. */
export type Wish = Pick<ProfileRecord, 'local' | 'base' | 'policies'>
/** Of an account's profiles, by id. */
type Wishes = ReadonlyMap<string, Wish>

export function wishesOf(records: ProfileRecord[]): Wishes {
  return new Map(records.map(({ id, local, base, policies }) => [id, { local, base, policies }]))
}

/**
 * The changes that may go out with nobody looking. Pure. None of an account behind a brake, no delete, none that asks for a
 * confirmation, and only of profiles that are wanted exactly as they were before the provider was asked: what is edited or
 * decided right now waits for its person. What has a conflict or a drift is not in a plan's changes.
 */
export function changesToSend(plan: Plan, before: Wishes, now: Wishes): Change[] {
  if (plan.guards.some(({ profileId }) => profileId === null)) return []
  const guarded = new Set(plan.guards.map(({ profileId }) => profileId))
  return plan.changes.filter(
    ({ profileId, action }) =>
      action !== 'delete' && !guarded.has(profileId) && isAlike(before.get(profileId), now.get(profileId))
  )
}

function isAlike(one: Wish | undefined, other: Wish | undefined): boolean {
  if (!one || !other) return false
  const names = [...Object.keys(one.policies), ...Object.keys(other.policies)]
  return (
    identical(one.local, other.local) &&
    identical(one.base, other.base) &&
    names.every(name => policyOf(one, name) === policyOf(other, name))
  )
}

/**
 * Sends what may go out by itself, of a plan made now, through the usual apply with all its guards. `isAllowed`: whether
 * that is still wanted once the plan is made. `begun` is told of the run before it ends. out: undefined where there was
 * nothing of that kind. faults: as apply.
 */
export async function sendAlone(
  deps: {
    store: Store
    sync: Pick<Sync, 'plan' | 'apply'>
    isAllowed: () => boolean
    begun: (runId: string) => void
  },
  accountId: string,
  before: Wishes
): Promise<Run | undefined> {
  const { store, sync, isAllowed, begun } = deps
  const plan = await sync.plan(accountId)
  const changes = changesToSend(plan, before, wishesOf(store.profiles.list({ accountId })))
  if (changes.length === 0 || !isAllowed()) return undefined
  const only = changes.map(({ profileId }) => profileId)
  const run = await sync.apply({ accountId, hash: plan.hash, only, confirm: [], who: 'schedule' })
  begun(run.runId)
  return run.finished
}
