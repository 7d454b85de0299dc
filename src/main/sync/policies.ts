import { Fault } from '#shared/faults.ts'
import type { Policy, ProfileRecord } from '#shared/model/profile.ts'
import { takeDecided } from './absorb.ts'
import { inOneGo, recordOf, saveEdit } from './edits.ts'
import type { EditDeps } from './edits.ts'
import { policyOf } from './merge.ts'
import { titleOf } from './profile-view.ts'
import { cardsFor, identical, namesOf } from './trees.ts'

export type PolicyOrder = { id: string; setting: string; policy: Policy }

/**
 * Says what is to happen when somebody changes a setting at the provider. What was changed there already is settled on the
 * spot: `follow` takes it over, `ignore` asks no more. It never sends anything. faults: not-found, invalid-input.
 */
export function setPolicy(deps: EditDeps, { id, setting, policy }: PolicyOrder): void {
  inOneGo(deps, () => {
    const before = recordOf(deps.store, id)
    const label = labelOf(deps, before, setting)
    const was = policyOf(before, setting)
    if (was === policy) return
    const chosen = { ...before, policies: withPolicy(before.policies, setting, policy) }
    const change = { setting, label, secret: false, from: was, to: policy }
    saveEdit(deps, { before, after: chosen, what: 'policy-changed', settings: [change] })
    const after = settled(deps, chosen)
    if (identical(after.local, chosen.local) && identical(after.base, chosen.base)) return
    saveEdit(deps, { before: chosen, after, what: 'conflict-resolved' })
  })
}

function settled({ kindOf }: EditDeps, record: ProfileRecord): ProfileRecord {
  const isEverywhere = record.base !== null && record.local !== null && record.remote !== null
  return isEverywhere ? takeDecided(record, kindOf(record)) : record
}

/** faults: invalid-input for what is no setting, or one that the provider alone writes. */
function labelOf({ kindOf }: EditDeps, record: ProfileRecord, setting: string): string {
  const kind = kindOf(record)
  const { base, local, remote } = record
  const card = cardsFor(kind, local, remote, base).get(setting)
  if (card?.readOnly) {
    const message = `${card.label} is set by the provider and always taken as it is there.`
    throw new Fault('invalid-input', { message, field: setting })
  }
  if (card || namesOf(base, local, remote).includes(setting)) return card?.label ?? setting
  const message = `“${titleOf(record, kind)}” has no setting “${setting}”.`
  throw new Fault('invalid-input', { message, field: setting })
}

/** `managed` is what holds without an entry. */
function withPolicy(policies: ProfileRecord['policies'], setting: string, policy: Policy): ProfileRecord['policies'] {
  const others = Object.entries(policies).filter(([name]) => name !== setting)
  return Object.fromEntries(policy === 'managed' ? others : [...others, [setting, policy]])
}
