import { Fault } from '#shared/faults.ts'
import type { Kind, Provider } from './contract.ts'
import { exotel } from './exotel/index.ts'
import { jframework } from './jframework/index.ts'
import { ocamba } from './ocamba/index.ts'
import { opentact } from './opentact/index.ts'
import { textmarks } from './textmarks/index.ts'

export type Registry = {
  list(): Provider[]
  /** faults: not-found, with the names that are known. */
  get(id: string): Provider
  /** faults: not-found, with the names that are known. */
  kind(providerId: string, kindId: string): Kind
}

export function createRegistry(providers: Provider[] = [exotel, jframework, textmarks, ocamba, opentact]): Registry {
  function get(id: string): Provider {
    const found = providers.find(one => one.card.id === id)
    if (found) return found
    const known = providers.map(one => one.card.id).join(', ')
    throw new Fault('not-found', { message: `There is no provider "${id}"; known: ${known}` })
  }
  return {
    list: () => [...providers],
    get,
    kind(providerId, kindId) {
      const { card, kinds } = get(providerId)
      const found = Object.hasOwn(kinds, kindId) ? kinds[kindId] : undefined
      if (found) return found
      const known = Object.keys(kinds).join(', ')
      throw new Fault('not-found', { message: `${card.name} has no kind "${kindId}"; known: ${known}` })
    }
  }
}
