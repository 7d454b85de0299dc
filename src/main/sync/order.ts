import { Fault } from '#shared/faults.ts'
import type { Change, Guard, Plan } from '#shared/model/plan.ts'
import type { SyncDeps } from './deps.ts'
import { compareChanges, differenceOf } from './plan-difference.ts'
import { guardsOf } from './plan.ts'
import type { MadePlan } from './plan.ts'
import type { Reviewed } from './reviewed.ts'
import { isArrived } from './standing.ts'
import { cardsFor } from './trees.ts'

/** What is to be carried out: a reviewed plan, or the part of it that `only` names, and the guards that were confirmed. */
export type Order = { accountId?: string; hash: string; only?: string[]; confirm: string[]; who?: string }

type OrderDeps = Pick<SyncDeps, 'store' | 'registry'> & { reviewed: Reviewed }

/** More would not be read by anybody; the plan itself shows all. */
const differencesShown = 50

/**
 * The changes that are ordered, after all that could forbid them. faults: plan-changed (with the difference, where the
 * reviewed plan is still known), brake, needs-confirmation, conflicts, unsupported, not-found (`only` names what is not
 * in the plan, and why).
 */
export function orderedChanges(deps: OrderDeps, { hash, only, confirm }: Order, { plan, sizes }: MadePlan): Change[] {
  const settled = plan.hash === hash ? [] : settledSince(deps, hash, plan.changes)
  const done = new Set(settled.map(({ profileId }) => profileId))
  const missing = only?.find(id => !done.has(id) && !plan.changes.some(({ profileId }) => profileId === id))
  if (missing !== undefined) throw missingFault(plan, missing)
  const changes = only ? plan.changes.filter(({ profileId }) => only.includes(profileId)) : plan.changes
  const open = guardsOf(changes, sizes).find(({ confirm: key }) => key === null || !confirm.includes(key))
  if (open) throw guardFault(open)
  return changes
}

/** The reviewed changes that are true there already; with the rest the run may go on. faults: plan-changed. */
function settledSince(deps: OrderDeps, hash: string, now: Change[]): Change[] {
  const before = deps.reviewed.changesOf(hash)
  if (!before) throw new Fault('plan-changed')
  const { gone, ...other } = compareChanges(before, now)
  const lost = gone.filter(change => !isTrueThere(deps, change))
  if (other.added.length + other.unlike.length + lost.length === 0) return gone
  const difference = differenceOf({ ...other, gone: lost }, (change, setting) => labelOf(deps, change, setting))
  throw new Fault('plan-changed', { difference: difference.slice(0, differencesShown) })
}

/** Whether what was seen last at the provider is what the change was to bring about; an edit that was taken back is not. */
function isTrueThere({ store, registry }: OrderDeps, change: Change): boolean {
  const record = store.profiles.get(change.profileId)
  if (change.action === 'delete') return record === undefined || record.remote === null
  const account = store.accounts.get(change.accountId)
  if (!record?.remote || !record.remoteKnown || !account) return false
  return isArrived(change, record.remote, registry.kind(account.provider, change.kind))
}

function labelOf(
  { store, registry }: OrderDeps,
  { accountId, kind, reliesOn, settings }: Change,
  name: string
): string {
  const planned = settings.find(({ setting }) => setting === name)
  if (planned) return planned.label
  const account = store.accounts.get(accountId)
  return (account && cardsFor(registry.kind(account.provider, kind), reliesOn).get(name)?.label) ?? name
}

function missingFault({ conflicts, held, guards }: Plan, id: string): Fault {
  const conflict = conflicts.find(({ profileId }) => profileId === id)
  if (conflict)
    return new Fault('conflicts', { message: `“${conflict.title}” was changed on both sides.`, field: 'only' })
  const cannot = guards.find(({ profileId, confirm }) => profileId === id && confirm === null)
  if (cannot) return new Fault('unsupported', { message: cannot.message, field: 'only' })
  const why = held.find(({ profileId }) => profileId === id)?.message
  return new Fault('not-found', { message: why ?? `The plan has no change of ${id}.`, field: 'only' })
}

function guardFault({ code, message }: Guard): Fault {
  return new Fault(code === 'brake' ? 'brake' : code === 'delete' ? 'needs-confirmation' : 'unsupported', { message })
}
