import type { FaultReport } from '#shared/faults.ts'
import type { Plan } from '#shared/model/plan.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { outcomeOf, type Client } from '../api/client.ts'

export type PlanState = {
  /** The plan under review; undefined until one was asked for, or once it was applied. */
  plan: Plan | undefined
  /** When it was made. */
  madeMs: number
  busy: boolean
  fault: FaultReport | undefined
  /** undefined: all accounts. */
  accountId: string | undefined
  /** Keys of guards that the person confirmed. */
  confirmed: string[]
  /** Profiles whose changes are not to be sent this time. */
  leftOut: string[]
  choose: (accountId: string | undefined) => void
  make: (fresh: boolean) => Promise<void>
  confirm: (key: string, isConfirmed: boolean) => void
  take: (profileId: string, isTaken: boolean) => void
  forget: () => void
}

/** The changes that are to be sent. */
export function takenChanges(plan: Plan, leftOut: string[]): Plan['changes'] {
  return plan.changes.filter(change => !leftOut.includes(change.profileId))
}

/** The guards of a plan that still keep it from being applied; those of what is left out do not count. */
export function openGuards(plan: Plan, confirmed: string[], leftOut: string[] = []): Plan['guards'] {
  const accounts = new Set(takenChanges(plan, leftOut).map(change => change.accountId))
  return plan.guards.filter(({ confirm, profileId, accountId }) => {
    if (confirm === null || confirmed.includes(confirm)) return false
    return profileId === null ? accounts.has(accountId) : !leftOut.includes(profileId)
  })
}

export function createPlan(client: Client): StoreApi<PlanState> {
  return createStore<PlanState>((set, get) => ({
    plan: undefined,
    madeMs: 0,
    busy: false,
    fault: undefined,
    accountId: undefined,
    confirmed: [],
    leftOut: [],
    choose(accountId) {
      set({ accountId, plan: undefined, confirmed: [], leftOut: [], fault: undefined })
    },
    async make(fresh) {
      set({ busy: true, fault: undefined })
      const outcome = await outcomeOf(client.plans.make({ accountId: get().accountId, fresh }))
      if (!outcome.ok) return set({ busy: false, fault: outcome.fault })
      // A confirmation was given for one plan, and holds for no other.
      const isSame = outcome.value.hash === get().plan?.hash
      const kept = isSame ? {} : { confirmed: [], leftOut: [] }
      set({ busy: false, plan: outcome.value, madeMs: Date.now(), ...kept })
    },
    confirm(key, isConfirmed) {
      set(now => ({ confirmed: isConfirmed ? [...now.confirmed, key] : now.confirmed.filter(other => other !== key) }))
    },
    take(profileId, isTaken) {
      set(({ leftOut }) => ({ leftOut: [...leftOut.filter(id => id !== profileId), ...(isTaken ? [] : [profileId])] }))
    },
    forget() {
      set({ plan: undefined, confirmed: [], leftOut: [], fault: undefined })
    }
  }))
}
