import { isDeepStrictEqual } from 'node:util'
import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../store/store.ts'

type Deps = { store: Store; clock: Clock; bus: Bus }

/**
 * Parks an account whose credentials were rejected: nothing is sent until they are changed or tested. in: the account as
 * it was connected; other credentials that were entered meanwhile were not rejected.
 */
export function park(deps: Deps, connected: Account, fault: FaultReport): void {
  update(deps, connected, account => ({ ...account, state: 'parked', parkedFault: fault }))
}

/** Notes that the account was read whole; that proves its credentials too. */
export function notePulled(deps: Deps, connected: Account): void {
  update(deps, connected, account => ({ ...account, state: 'ready', parkedFault: null, pulledMs: deps.clock.now() }))
}

/** Whether both lead to the same place at the provider: what was reviewed for one may be sent to the other. */
export function isSamePlace(one: Account, other: Account): boolean {
  return one.baseUrl === other.baseUrl && isDeepStrictEqual(one.fields, other.fields)
}

export function hasSameCredentials(one: Account, other: Account): boolean {
  return isSamePlace(one, other) && isDeepStrictEqual(one.secrets, other.secrets)
}

function update({ store, clock, bus }: Deps, connected: Account, next: (account: Account) => Account): void {
  store.together(() => {
    const account = store.accounts.get(connected.id)
    if (!account || !hasSameCredentials(account, connected)) return
    const { secrets: _, ...row } = next(account)
    store.accounts.update({ ...row, updatedMs: clock.now() })
  })
  bus.tell('accounts')
}
