import type { Store } from '../../store/store.ts'
import { readSettings } from '../settings.ts'
import { leadsHere, type OwnPlace } from './target-url.ts'

type Deps = Pick<Store, 'endpoints' | 'options'>

/**
 * Tells whether what is sent to an address comes back to the listener of this data folder. in: ports: at which it is open; those
 * that it had last count as well, because the next start takes them again.
 */
export function createLeadsHere(store: Deps, ports: () => (number | null)[]): (address: string) => boolean {
  return address => leadsHere(address, ownPlace(store, ports()))
}

/** Every way in that is known: ports of this computer, the endpoints' public URLs, and the tunnels that may call. */
export function ownPlace({ endpoints, options }: Deps, ports: (number | null)[]): OwnPlace {
  const remembered = (['listener-port', 'listener-https-port'] as const).map(name => Number(options.get(name) ?? 0))
  const tunnels = readSettings(options).hosts.map(host => `https://${host}`)
  return {
    ports: [...ports, ...remembered].filter(port => port !== null && port > 0).map(Number),
    publicUrls: [...endpoints.list().flatMap(endpoint => endpoint.publicUrl ?? []), ...tunnels]
  }
}
