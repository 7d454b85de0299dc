import { Fault } from '#shared/faults.ts'
import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import type { Kind, Provider, ProviderApi } from '../providers/contract.ts'
import type { LeaseHolder, Store } from '../store/store.ts'
import type { SyncTuning } from './pause.ts'
import type { PlanEntry } from './plan.ts'
import { wasOf } from './profile-view.ts'

export type SyncDeps = {
  store: Store
  registry: { kind(providerId: string, kindId: string): Kind; get(id: string): Provider }
  clock: Clock
  bus: Bus
  /** Opens a session with the account's secrets. faults: vault-*, secret-missing. Sync itself cannot open the vault. */
  connect(account: Account, signal?: AbortSignal): Promise<ProviderApi>
  /** The value of a secret setting, by its version. */
  secretSetting(profileId: string, setting: string, version: number): Promise<string>
  holder: LeaseHolder
  tuning?: Partial<SyncTuning>
  /** Called at each step of an apply, before it goes on: for tests that stop or kill the process there. */
  onStep?(name: string): void | Promise<void>
  /** Told of every read of an account: what became of it, null where it went well. */
  onRead?(accountId: string, fault: FaultReport | null): void
  /** Told of an error that is no fault. out: the incident id under which it was logged. */
  onBug?(error: unknown): string
}

/** Finds what belongs to a record. */
export type Lookup = {
  account: (id: string) => Account
  kindOf: (record: Pick<ProfileRecord, 'accountId' | 'kind'>) => Kind
  kindsOf: (accountId: string) => string[]
  /** All records, or those of the account, with what a plan needs to know of them. faults: not-found. */
  entries(accountId?: string): PlanEntry[]
  /** Ids of the profiles with a request under way or of unknown outcome. */
  unsettled(): Set<string>
}

export function createLookup({ store, registry }: Pick<SyncDeps, 'store' | 'registry'>): Lookup {
  function account(id: string): Account {
    const found = store.accounts.get(id)
    if (!found) throw new Fault('not-found', { message: `There is no account ${id}.` })
    return found
  }

  return {
    account,
    kindOf: record => registry.kind(account(record.accountId).provider, record.kind),
    kindsOf: accountId => Object.keys(registry.get(account(accountId).provider).kinds),

    entries(accountId) {
      const accounts = accountId === undefined ? store.accounts.list() : [account(accountId)]
      const byId = new Map(accounts.map(one => [one.id, one]))
      return store.profiles.list(accountId === undefined ? undefined : { accountId }).flatMap(record => {
        const own = byId.get(record.accountId)
        if (!own) return []
        return { record, account: own, kind: registry.kind(own.provider, record.kind), was: wasOf(store, record) }
      })
    },

    unsettled: () => new Set(store.runs.operationsIn(['inflight', 'unknown']).map(({ profileId }) => profileId))
  }
}

/** Turns whatever was thrown into a report; what is no fault is told to `onBug` and says nothing of itself. */
export function reporter(onBug: (error: unknown) => string | undefined): (error: unknown) => FaultReport {
  return error => {
    if (error instanceof Fault) return error.report()
    const incident = onBug(error)
    return new Fault('bug', incident === undefined ? {} : { incident }).report()
  }
}
