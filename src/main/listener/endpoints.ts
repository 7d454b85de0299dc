import { Fault } from '#shared/faults.ts'
import type { Endpoint, EndpointView } from '#shared/model/callback.ts'
import type { Clock } from '../base/clock.ts'
import { newId, randomWord } from '../base/ids.ts'
import type { Provider } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import type { Route } from './capture.ts'

type EndpointDeps = { store: Pick<Store, 'endpoints' | 'accounts'>; clock: Clock }

/** Whose key it is, as the store says now: another process may have added or removed it. */
export function routeOf(store: EndpointDeps['store'], key: string): Route | undefined {
  const endpoint = store.endpoints.byKey(key)
  if (!endpoint) return undefined
  const account = endpoint.accountId === null ? undefined : store.accounts.get(endpoint.accountId)
  return { endpointId: endpoint.id, accountId: account?.id ?? null, provider: account?.provider ?? null }
}

/** faults: not-found (the account). */
export function addEndpoint({ store, clock }: EndpointDeps, input: { accountId?: string; label: string }): Endpoint {
  if (input.accountId !== undefined && !store.accounts.get(input.accountId))
    throw new Fault('not-found', { message: `There is no account ${input.accountId}.`, field: 'accountId' })
  const endpoint: Endpoint = {
    id: newId('end'),
    accountId: input.accountId ?? null,
    key: randomWord(24),
    label: input.label,
    scheme: 'provider',
    publicUrl: null,
    createdMs: clock.now()
  }
  store.endpoints.add(endpoint)
  return endpoint
}

/** faults: not-found. */
export function endpointBy(store: EndpointDeps['store'], id: string): Endpoint {
  const endpoint = store.endpoints.get(id)
  if (!endpoint) throw new Fault('not-found', { message: `There is no endpoint ${id}.` })
  return endpoint
}

/** An endpoint of one of the provider's accounts; one is added where only the account exists. faults: not-found. */
export function endpointFor(deps: EndpointDeps, provider: Provider): Endpoint {
  const accounts = deps.store.accounts.list().filter(each => each.provider === provider.card.id)
  const existing = deps.store.endpoints.list().find(each => accounts.some(account => account.id === each.accountId))
  if (existing) return existing
  const [account] = accounts
  if (!account)
    throw new Fault('not-found', {
      message: `There is no ${provider.card.name} account, so no endpoint knows what this callback means.`,
      advice: 'Add an account (the sandbox needs none of your own), or name an endpoint or an address.'
    })
  return addEndpoint(deps, { accountId: account.id, label: account.label })
}

/** The name under which an endpoint's own key is among its secrets. */
export const endpointKeyName = 'key'

/** `port` null: the listener is stopped. */
export function endpointView(store: Pick<Store, 'secrets'>, endpoint: Endpoint, port: number | null): EndpointView {
  const hasKey = store.secrets.get(endpoint.id, endpointKeyName) !== undefined
  return { ...endpoint, hasKey, url: port === null ? null : `http://127.0.0.1:${port}/in/${endpoint.key}` }
}
