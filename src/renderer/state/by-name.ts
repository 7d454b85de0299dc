import type { Account } from '#shared/model/account.ts'
import type { FieldCard } from '#shared/model/field.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { KindCard, ProviderCard } from '#shared/model/provider.ts'
import { providerOf } from './lookups.ts'

/** The kinds that the provider cannot list: each is added by its name. */
export function kindsByName(provider: ProviderCard | undefined): KindCard[] {
  return provider?.kinds.filter(kind => kind.listing === 'by-name') ?? []
}

/** The kinds that can be made here and sent. */
export function kindsToCreate(provider: ProviderCard | undefined): KindCard[] {
  return provider?.kinds.filter(kind => kind.create.state !== 'cannot') ?? []
}

export function accountsByName(accounts: Account[], providers: ProviderCard[] | undefined): Account[] {
  return accounts.filter(account => kindsByName(providerOf(providers, account)).length > 0)
}

/** The setting that is the name: what has to be there and cannot change. */
export function namingField(provider: ProviderCard | undefined): FieldCard | undefined {
  const [kind] = kindsByName(provider)
  return kind?.form.fields.find(card => card.immutable && card.required)
}

/** A name that the account's own credentials mention and that was not added yet. */
export function suggestedName(account: Account, provider: ProviderCard | undefined, profiles: Profile[]): string {
  const card = namingField(provider)
  const name = card && account.fields[card.name]
  if (!card || name === undefined) return ''
  const own = profiles.filter(profile => profile.accountId === account.id)
  const isThere = own.some(({ local, remote }) => (local ?? remote)?.[card.name] === name)
  return isThere ? '' : name
}
