import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../store/store.ts'

type Deps = { store: Store; clock: Clock; bus: Bus }

/** Parks an account whose credentials were rejected: nothing is sent until they are changed or tested. */
export function park(deps: Deps, accountId: string, fault: FaultReport): void {
  update(deps, accountId, account => ({ ...account, state: 'parked', parkedFault: fault }))
}

/** Notes that the account was read whole; that proves its credentials too. */
export function notePulled(deps: Deps, accountId: string): void {
  update(deps, accountId, account => ({ ...account, state: 'ready', parkedFault: null, pulledMs: deps.clock.now() }))
}

function update({ store, clock, bus }: Deps, accountId: string, next: (account: Account) => Account): void {
  store.together(() => {
    const account = store.accounts.get(accountId)
    if (!account) return
    const { secrets: _, ...row } = next(account)
    store.accounts.update({ ...row, updatedMs: clock.now() })
  })
  bus.tell('accounts')
}
