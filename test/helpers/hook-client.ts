import { Fault } from '#shared/faults.ts'
import type { ProviderApi, RemoteProfile } from '../../src/main/providers/contract.ts'

/** Speaks to the hook server. A connection that breaks leaves the outcome unknown. */
export function hookClient(url: string): ProviderApi {
  async function ask<T>(method: string, id: string, body?: unknown): Promise<T> {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }), headers: { connection: 'close' } }
    try {
      const response = await fetch(`${url}/${encodeURIComponent(id)}`, init)
      return (await response.json()) as T
    } catch (cause) {
      throw new Fault('outcome-unknown', { cause })
    }
  }

  return {
    test: async () => 'fine',
    list: () => ask<RemoteProfile[]>('GET', ''),
    get: async (_, id) => (await ask<RemoteProfile[]>('GET', id))[0],
    create: async (_, settings) => (await ask<{ id: string }>('POST', '', settings)).id,
    update: async (_, id, planned) => void (await ask('PATCH', id, planned)),
    remove: async (_, id) => void (await ask('DELETE', id))
  }
}
