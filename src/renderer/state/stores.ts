import { createContext, use } from 'react'
import { useStore, type StoreApi } from 'zustand'
import type { Client } from '../api/client.ts'
import type { Connection } from '../api/connection.ts'
import { createCallbacks } from './callbacks.ts'
import { createDrafts } from './drafts.ts'
import { createPlan } from './plan.ts'
import { createResource, type Resource } from './resource.ts'
import { createRun } from './run.ts'

export type Stores = ReturnType<typeof createStores>

/** All that the page knows, each noun in its own store. Made once, by `main.tsx`. */
export function createStores(connection: Connection) {
  const { client } = connection
  return {
    connection,
    info: createResource(() => client.app.info()),
    vaults: createResource(() => client.vaults.list()),
    providers: createResource(() => client.providers.list()),
    sandboxes: createResource(() => client.sandbox.list()),
    accounts: createResource(() => client.accounts.list()),
    profiles: createResource(() => client.profiles.list({})),
    schedules: createResource(() => client.schedules.list()),
    runs: createResource(() => client.runs.list({})),
    history: createResource(() => client.history.list({ limit: 500 })),
    gone: createResource(() => client.history.gone()),
    listener: createResource(() => client.listener.status()),
    endpoints: createResource(() => client.endpoints.list()),
    rules: createResource(() => client.rules.list({})),
    targets: createResource(() => client.targets.list({})),
    listenerSettings: createResource(() => client.listener.settings()),
    listenerHttps: createResource(() => client.listener.https()),
    drafts: createDrafts(),
    plan: createPlan(client),
    run: createRun(client),
    callbacks: createCallbacks(client)
  }
}

export const StoresContext = createContext<Stores | null>(null)

export function useStores(): Stores {
  const stores = use(StoresContext)
  if (!stores) throw new Error('The stores are not provided')
  return stores
}

export function useClient(): Client {
  return useStores().connection.client
}

type Loaded<K> = K extends StoreApi<Resource<infer T>> ? T : never
type ResourceName = {
  [K in keyof Stores]: Stores[K] extends StoreApi<Resource<unknown>> ? K : never
}[keyof Stores]

/** What was last read of a noun; undefined until the first read came back. */
export function useValue<K extends ResourceName>(name: K): Loaded<Stores[K]> | undefined {
  const store = useStores()[name] as StoreApi<Resource<Loaded<Stores[K]>>>
  return useStore(store, state => state.value)
}

export function useReadFault(name: ResourceName) {
  const store = useStores()[name] as StoreApi<Resource<unknown>>
  return useStore(store, state => state.fault)
}
