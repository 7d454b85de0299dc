import type { Change, Plan, Run } from '#shared/model/plan.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import type { Store } from '../store/store.ts'
import type { Sync } from './sync.ts'
import { identical } from './trees.ts'

/** The local trees of an account's profiles, by id. */
type Locals = ReadonlyMap<string, Tree>

export function localsOf(records: ProfileRecord[]): Locals {
  return new Map(records.map(({ id, local }) => [id, local]))
}

/**
 * The changes that may go out with nobody looking. Pure. None of an account behind a brake, no delete, none that asks for a
 * confirmation, and only of profiles that are wanted exactly as they were before the provider was asked: an edit that is
 * being made right now waits for its person. What has a conflict or a drift is not in a plan's changes.
 */
export function changesToSend(plan: Plan, before: Locals, now: Locals): Change[] {
  if (plan.guards.some(({ profileId }) => profileId === null)) return []
  const guarded = new Set(plan.guards.map(({ profileId }) => profileId))
  return plan.changes.filter(
    ({ profileId, action }) =>
      action !== 'delete' &&
      !guarded.has(profileId) &&
      before.has(profileId) &&
      identical(before.get(profileId) ?? null, now.get(profileId) ?? null)
  )
}

/**
 * Sends what may go out by itself, of a plan made now, through the usual apply with all its guards. `begun` is told of the run
 * before it ends. out: undefined where there was nothing of that kind. faults: as apply.
 */
export async function sendAlone(
  { store, sync, begun }: { store: Store; sync: Pick<Sync, 'plan' | 'apply'>; begun: (runId: string) => void },
  accountId: string,
  before: Locals
): Promise<Run | undefined> {
  const plan = await sync.plan(accountId)
  const changes = changesToSend(plan, before, localsOf(store.profiles.list({ accountId })))
  if (changes.length === 0) return undefined
  const only = changes.map(({ profileId }) => profileId)
  const run = await sync.apply({ accountId, hash: plan.hash, only, confirm: [], who: 'schedule' })
  begun(run.runId)
  return run.finished
}
