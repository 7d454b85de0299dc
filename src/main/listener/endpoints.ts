import { Fault } from '#shared/faults.ts'
import type { Endpoint, EndpointView, SignatureScheme } from '#shared/model/callback.ts'
import type { Clock } from '../base/clock.ts'
import { newId, randomWord } from '../base/ids.ts'
import type { Provider } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import type { Route } from './edge/capture.ts'
import { checkPublicUrl, publicAddressOf } from './public-url.ts'

export type EndpointDeps = { store: Pick<Store, 'endpoints' | 'accounts'>; clock: Clock }

/** Whose key it is, as the store says now: another process may have added or removed it. */
export function routeOf(store: EndpointDeps['store'], key: string): Route | undefined {
  const endpoint = store.endpoints.byKey(key)
  if (!endpoint) return undefined
  const account = endpoint.accountId === null ? undefined : store.accounts.get(endpoint.accountId)
  return { endpointId: endpoint.id, accountId: account?.id ?? null, provider: account?.provider ?? null }
}

export type NewEndpoint = {
  /** Where its key is in the vault already, under this owner. */
  id?: string
  accountId?: string
  label: string
  scheme?: SignatureScheme
  publicUrl?: string | null
}

export type EndpointChange = { label?: string; scheme?: SignatureScheme; publicUrl?: string | null }

/** faults: not-found (the account), invalid-input (the public URL). */
export function addEndpoint({ store, clock }: EndpointDeps, input: NewEndpoint): Endpoint {
  if (input.accountId !== undefined && !store.accounts.get(input.accountId))
    throw new Fault('not-found', { message: `There is no account ${input.accountId}.`, field: 'accountId' })
  const key = randomWord(24)
  const endpoint: Endpoint = {
    id: input.id ?? newId('end'),
    accountId: input.accountId ?? null,
    key,
    label: input.label,
    scheme: input.scheme ?? 'provider',
    publicUrl: publicUrlOf(input.publicUrl ?? null, key),
    createdMs: clock.now()
  }
  store.endpoints.add(endpoint)
  return endpoint
}

/**
 * Changes what is given; a new scheme forgets the key of the one before, unless the new key is in the vault already.
 * in: hasNewKey: whether it is. faults: not-found, invalid-input (the public URL).
 */
export function updateEndpoint(
  { store }: { store: Pick<Store, 'endpoints' | 'accounts' | 'secrets' | 'together'> },
  { id, hasNewKey, ...change }: EndpointChange & { id: string; hasNewKey: boolean }
): Endpoint {
  return store.together(() => {
    const endpoint = endpointBy(store, id)
    const { label = endpoint.label, scheme = endpoint.scheme, publicUrl = endpoint.publicUrl } = change
    const next = { ...endpoint, label, scheme, publicUrl: publicUrlOf(publicUrl, endpoint.key) }
    store.endpoints.update(next)
    if (scheme !== endpoint.scheme && !hasNewKey) store.secrets.remove(id, endpointKeyName)
    return next
  })
}

function publicUrlOf(text: string | null, key: string): string | null {
  return text === null ? null : checkPublicUrl(text, key)
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
  const path = `/in/${endpoint.key}`
  const publicAddress = endpoint.publicUrl === null ? null : publicAddressOf(endpoint.publicUrl, path)
  return { ...endpoint, hasKey, publicAddress, url: port === null ? null : `http://127.0.0.1:${port}${path}` }
}
