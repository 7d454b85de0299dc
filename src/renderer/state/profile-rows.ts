import type { Account } from '#shared/model/account.ts'
import type { SettingValue } from '#shared/model/field.ts'
import type { KindCard, ProviderCard } from '#shared/model/provider.ts'
import type { Profile, ProfileState } from '#shared/model/profile.ts'
import { textOf } from '../forms/form-model.ts'

/** A profile as a table shows it. */
export type ProfileRow = {
  id: string
  title: string
  summary: string
  account: string
  accountId: string
  state: ProfileState
  updatedMs: number
}

type ProfileFilter = { search: string; accountId?: string; state?: ProfileState }

/** States in the order in which they want attention. */
export const stateOrder: readonly ProfileState[] = [
  'conflict',
  'removed-there',
  'drifted',
  'edited',
  'created',
  'deleted',
  'unknown',
  'in-sync'
]

export function profileRows(profiles: Profile[], accounts: Account[], providers: ProviderCard[] = []): ProfileRow[] {
  const byId = new Map(accounts.map(account => [account.id, account]))
  const setThere = readOnlyNames(providers)
  return profiles.map(profile => ({
    id: profile.id,
    title: profile.title,
    summary: summaryOf(profile, setThere.get(`${byId.get(profile.accountId)?.provider} ${profile.kind}`)),
    account: byId.get(profile.accountId)?.label ?? '',
    accountId: profile.accountId,
    state: profile.state,
    updatedMs: profile.updatedMs
  }))
}

/** The settings of each kind that only the provider writes, by provider and kind. */
function readOnlyNames(providers: ProviderCard[]): Map<string, ReadonlySet<string>> {
  const names = ({ form }: KindCard) =>
    [form, ...(form.variants?.options ?? [])]
      .flatMap(part => part.fields)
      .flatMap(card => (card.readOnly ? card.name : []))
  return new Map(
    providers.flatMap(({ id, kinds }) => kinds.map(kind => [`${id} ${kind.id}`, new Set(names(kind))] as const))
  )
}

/** The settings in one line, without those that the title says already and those that only the provider writes. */
export function summaryOf(profile: Profile, setThere: ReadonlySet<string> = new Set()): string {
  const settings = profile.local ?? profile.remote ?? profile.base ?? {}
  const values = Object.entries(settings).flatMap(([name, value]) => (setThere.has(name) ? [] : [value]))
  // Among many settings a bare "false" or "0" tells nothing, and a secret never does.
  const isShown = (value: SettingValue) =>
    typeof value === 'string' || Array.isArray(value) || (values.length < 3 && typeof value !== 'object')
  const shown = values.filter(isShown)
  const texts = shown.map(textOf)
  return texts.filter(text => text !== '' && text !== profile.title).join(' · ')
}

export function filteredRows(rows: ProfileRow[], filter: ProfileFilter): ProfileRow[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(row => {
    if (filter.accountId !== undefined && row.accountId !== filter.accountId) return false
    if (filter.state !== undefined && row.state !== filter.state) return false
    const text = `${row.title} ${row.summary} ${row.account}`.toLowerCase()
    return words.every(word => text.includes(word))
  })
}
