import type { Account } from '#shared/model/account.ts'
import type { EndpointView } from '#shared/model/callback.ts'
import type { Profile, ProfileState } from '#shared/model/profile.ts'
import type { KindCard, ProviderCard } from '#shared/model/provider.ts'

/** States that a plan carries out. */
const pending: readonly ProfileState[] = ['edited', 'created', 'deleted']
/** States that wait for a person. */
const asking: readonly ProfileState[] = ['conflict', 'drifted', 'removed-there']

export function isPending(profile: Profile): boolean {
  return pending.includes(profile.state)
}

export function needsPerson(profile: Profile): boolean {
  return asking.includes(profile.state)
}

/** What both sides changed: a setting, or with `setting` null the whole profile. */
export function conflictsIn({ id, title, state, decisions, local, remote }: Profile): OpenConflict[] {
  if (state !== 'conflict') return []
  if (local === null) return [{ profileId: id, title, setting: null, label: 'deleted here, changed there' }]
  if (remote === null) return [{ profileId: id, title, setting: null, label: 'changed here, removed there' }]
  return decisions
    .filter(({ decision }) => decision === 'edited-both-then-ask')
    .map(({ setting, label }) => ({ profileId: id, title, setting, label }))
}

type OpenConflict = { profileId: string; title: string; setting: string | null; label: string }

export function providerOf(
  providers: ProviderCard[] | undefined,
  account: Account | undefined
): ProviderCard | undefined {
  return providers?.find(card => card.id === account?.provider)
}

export function kindOf(provider: ProviderCard | undefined, kind: string): KindCard | undefined {
  return provider?.kinds.find(card => card.id === kind)
}

export function isSandbox(account: Account): boolean {
  return account.baseUrl.startsWith('sandbox:')
}

/** The endpoint whose address an account's callbacks are sent to. */
export function endpointOf(endpoints: EndpointView[] | undefined, accountId: string): EndpointView | undefined {
  return endpoints?.find(endpoint => endpoint.accountId === accountId)
}

/** How many profiles are in each state. */
export function countByState(profiles: Profile[]): Map<ProfileState, number> {
  const counts = new Map<ProfileState, number>()
  for (const { state } of profiles) counts.set(state, (counts.get(state) ?? 0) + 1)
  return counts
}
