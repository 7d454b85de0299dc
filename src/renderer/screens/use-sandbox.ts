import { kindsByName } from '../state/by-name.ts'
import type { Account } from '#shared/model/account.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import { useAction } from '../state/action.ts'
import { go } from '../state/route.ts'
import { useClient, useStores, useValue } from '../state/stores.ts'

/** The one that is tried where nobody chose. */
const usual = 'exotel'

/** The providers that have a built-in sandbox, the usual one first. */
export function useSandboxProviders(): ProviderCard[] {
  const providers = useValue('providers') ?? []
  const ids = new Set(useValue('sandboxes')?.map(status => status.provider))
  const own = providers.filter(card => ids.has(card.id))
  return own.toSorted((one, other) => Number(other.id === usual) - Number(one.id === usual))
}

/** Starts a provider's sandbox and its account. */
export function useSandbox() {
  const client = useClient()
  const stores = useStores()
  const action = useAction()
  /** in: `first` is done before, and its fault is told alike. */
  const start = async (provider: string = usual, first?: () => Promise<void>): Promise<Account | undefined> => {
    const account = await action.perform(async () => {
      await first?.()
      return client.sandbox.start({ provider })
    })
    if (account) {
      const { accounts, profiles, sandboxes } = stores
      void sandboxes.getState().reload()
      await Promise.all([accounts.getState().reload(), profiles.getState().reload()])
    }
    return account
  }
  return { busy: action.busy, fault: action.fault, start }
}

/** To what was read of an account; where nothing could be listed, to where the first is added. */
export function showProfilesOf(account: Account, provider: ProviderCard | undefined, profiles: Profile[]): void {
  const isByName = kindsByName(provider).length > 0 && !profiles.some(({ accountId }) => accountId === account.id)
  go('profiles', undefined, isByName ? { account: account.id, adopt: 'yes' } : {})
}
