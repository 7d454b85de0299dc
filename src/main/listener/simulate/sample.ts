import { Fault } from '#shared/faults.ts'
import type { Endpoint } from '#shared/model/callback.ts'
import type { Deliveries } from '#shared/model/lab.ts'
import type { Provider } from '../../providers/contract.ts'
import type { KeyPair } from '../../providers/kit/signatures/ed25519.ts'
import { schemeDelivery } from '../../providers/kit/signatures/scheme-delivery.ts'
import { signByScheme, type KeyedScheme } from '../../providers/kit/signatures/schemes.ts'
import type { Store } from '../../store/store.ts'
import { readTarget } from '../address.ts'
import type { DeliverySource } from './deliveries.ts'
import { endpointBy, endpointFor, endpointView, type EndpointDeps } from '../endpoints.ts'
import { publicAddressOf } from '../public-url.ts'
import { buildNth, parseAddress } from './simulate.ts'

export type SampleOrder = {
  provider: string
  sample: string
  endpointId?: string
  to?: string
  fields: Record<string, string>
  /** Without it: once and at once. */
  deliveries?: Deliveries
}

/** Where a sample goes, and whose callback it plays. `endpoint`: undefined where it goes past the listener's endpoints. */
type Destination = { to: URL; endpoint: Endpoint | undefined; accountId: string | null }

/**
 * Of the endpoint that is named or that the address leads to, else of the provider's first account.
 * in: port: of the listener, null while it is stopped. faults: not-found, invalid-input.
 */
export function destinationOf(
  deps: EndpointDeps & { store: Pick<Store, 'secrets'> },
  provider: Provider,
  { to, endpointId, port }: Pick<SampleOrder, 'to' | 'endpointId'> & { port: number | null }
): Destination {
  const { store } = deps
  if (to !== undefined) {
    const url = parseAddress(to)
    const endpoint = endpointId === undefined ? endpointAt(store, url) : endpointBy(store, endpointId)
    const accounts = store.accounts.list().filter(each => each.provider === provider.card.id)
    const account = accounts.find(each => each.id === endpoint?.accountId) ?? accounts[0]
    return { to: url, endpoint, accountId: account?.id ?? null }
  }
  const endpoint = endpointId === undefined ? endpointFor(deps, provider) : endpointBy(store, endpointId)
  const { url } = endpointView(store, endpoint, port)
  if (url !== null) return { to: parseAddress(url), endpoint, accountId: endpoint.accountId }
  throw new Fault('not-found', {
    message: 'The listener is stopped.',
    advice: 'Start it first, or name an address to send to.'
  })
}

type Signing = {
  /** Both ask the vault; one that is locked is no obstacle: the sample then goes out unsigned. */
  secretsFor: (accountId: string) => Promise<Record<string, string>>
  keyFor: (endpointId: string) => Promise<string | undefined>
  samples: KeyPair
}

/** The sample's messages as their sender signs and repeats them: by the endpoint's scheme, else as the provider does. */
export async function sampleSource(
  provider: Provider,
  order: Pick<SampleOrder, 'sample' | 'fields'>,
  { to, endpoint, accountId, ...signing }: Destination & Signing
): Promise<DeliverySource> {
  if (endpoint !== undefined && endpoint.scheme !== 'provider') {
    const key = (await unlocked(signing.keyFor(endpoint.id))) ?? ''
    return schemeSource(provider, order, { scheme: endpoint.scheme, keys: { key, samples: signing.samples } })
  }
  const secrets = accountId === null ? {} : ((await unlocked(signing.secretsFor(accountId))) ?? {})
  const known = { url: calledAddress(to, endpoint), secrets }
  return {
    who: provider.card.name,
    retries: provider.callbacks.retries,
    message(n, atMs) {
      const request = buildNth(provider, order, { n, now: new Date(atMs), known })
      return () => request
    }
  }
}

/** By a published scheme a repeat has the id of the first try and a time, and so a signature, of its own. */
function schemeSource(
  provider: Provider,
  order: Pick<SampleOrder, 'sample' | 'fields'>,
  { scheme, keys }: { scheme: KeyedScheme; keys: Parameters<typeof signByScheme>[2] }
): DeliverySource {
  return {
    ...schemeDelivery[scheme],
    message(n, atMs) {
      const request = buildNth(provider, order, { n, now: new Date(atMs) })
      const message = { id: `msg_${crypto.randomUUID()}`, body: Buffer.from(request.body) }
      return triedMs => {
        const signatures = signByScheme(scheme, { ...message, atMs: triedMs }, keys)
        return { ...request, headers: [...request.headers, ...signatures] }
      }
    }
  }
}

/** What a sender would say that it called: the public URL, where the sample goes to the endpoint directly. */
function calledAddress(to: URL, endpoint: Endpoint | undefined): string {
  const isDirect = endpoint !== undefined && isLoopback(to) && readTarget(to.pathname).key === endpoint.key
  if (!isDirect || endpoint.publicUrl === null) return to.href
  return publicAddressOf(endpoint.publicUrl, `${to.pathname}${to.search}`)
}

function endpointAt({ endpoints }: Pick<Store, 'endpoints'>, to: URL): Endpoint | undefined {
  const { key } = readTarget(to.pathname)
  return key === undefined ? undefined : endpoints.byKey(key)
}

function isLoopback({ hostname }: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}

async function unlocked<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}
