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
  choose: (accountId: string | undefined) => void
  make: (fresh: boolean) => Promise<void>
  confirm: (key: string, isConfirmed: boolean) => void
  forget: () => void
}

/** The guards of a plan that still keep it from being applied. */
export function openGuards(plan: Plan, confirmed: string[]): Plan['guards'] {
  return plan.guards.filter(guard => guard.confirm !== null && !confirmed.includes(guard.confirm))
}

export function createPlan(client: Client): StoreApi<PlanState> {
  return createStore<PlanState>((set, get) => ({
    plan: undefined,
    madeMs: 0,
    busy: false,
    fault: undefined,
    accountId: undefined,
    confirmed: [],
    choose(accountId) {
      set({ accountId, plan: undefined, confirmed: [], fault: undefined })
    },
    async make(fresh) {
      set({ busy: true, fault: undefined })
      const outcome = await outcomeOf(client.plans.make({ accountId: get().accountId, fresh }))
      if (!outcome.ok) return set({ busy: false, fault: outcome.fault })
      // A confirmation was given for one plan, and holds for no other.
      const isSame = outcome.value.hash === get().plan?.hash
      set({ busy: false, plan: outcome.value, madeMs: Date.now(), confirmed: isSame ? get().confirmed : [] })
    },
    confirm(key, isConfirmed) {
      set(now => ({ confirmed: isConfirmed ? [...now.confirmed, key] : now.confirmed.filter(other => other !== key) }))
    },
    forget() {
      set({ plan: undefined, confirmed: [], fault: undefined })
    }
  }))
}
