import { setImmediate } from 'node:timers/promises'
import type { Lookup, SyncDeps } from './deps.ts'
import { planSteps } from './plan.ts'
import type { MadePlan, PlanEntry, PlanInput } from './plan.ts'
import { wasOf } from './profile-view.ts'

/** Others wait no longer than that for the event loop, give or take one step. */
const sliceMs = 8

/**
 * Makes plans of the data folder as it is at the moment of the call: all of it is read at once, what is alike on all sides
 * stays in the database, and the rest is parsed and merged in slices, between which everything else goes on. faults:
 * not-found, store-damaged.
 */
export function createPlanning(
  deps: Pick<SyncDeps, 'store' | 'registry'> & { lookup: Lookup }
): (accountId?: string) => Promise<MadePlan> {
  return async accountId => {
    const input = deps.store.atOneMoment(() => readInput(deps, accountId))
    return inSlices(planSteps(input))
  }
}

function readInput(
  { store, registry, lookup }: Parameters<typeof createPlanning>[0],
  accountId: string | undefined
): PlanInput {
  const accounts = accountId === undefined ? store.accounts.list() : [lookup.account(accountId)]
  const byId = new Map(accounts.map(one => [one.id, one]))
  const unknown = lookup.unsettled()
  const filter = accountId === undefined ? {} : { accountId }
  const { records, alike } = store.profiles.unlike({ ...filter, also: [...unknown] })

  function* entries(): Generator<PlanEntry, undefined> {
    for (const record of records) {
      const account = byId.get(record.accountId)
      const was = wasOf(store, record)
      if (account) yield { record, account, kind: registry.kind(account.provider, record.kind), was }
    }
  }

  return { entries: entries(), unknown, accountId: accountId ?? null, alike }
}

async function inSlices<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const untilMs = performance.now() + sliceMs
    do {
      const step = steps.next()
      if (step.done) return step.value
    } while (performance.now() < untilMs)
    await setImmediate()
  }
}
