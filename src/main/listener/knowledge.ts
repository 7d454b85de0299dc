import type { Store } from '../store/store.ts'
import type { Route } from './capture.ts'
import { routeOf } from './endpoints.ts'
import { publicHosts } from './public-url.ts'
import { readSettings } from './settings.ts'

/** What every request is compared with, as the store says now: another process may have changed it. faults of all: the store's. */
export type Knowledge = {
  /** Whose key it is; undefined for a stranger's. */
  routeOf(key: string): Route | undefined
  /** The names in a Host header that are ours besides this computer's own. */
  hosts(): string[]
}

type KnowledgeStore = Pick<Store, 'endpoints' | 'accounts' | 'options' | 'othersVersion'>

/** Reads from the store at every call. */
export function readKnowledge(store: KnowledgeStore): Knowledge {
  return {
    routeOf: key => routeOf(store, key),
    hosts: () => [
      ...readSettings(store.options).hosts.flatMap(withUsualPorts),
      ...publicHosts(store.endpoints.list().map(endpoint => endpoint.publicUrl))
    ]
  }
}

/** A sender may write the usual port or leave it out. */
function withUsualPorts(host: string): string[] {
  return /:\d+$/.test(host) ? [host] : [host, `${host}:80`, `${host}:443`]
}

/** Reads again only after somebody else wrote. For a connection through which none of this is written. */
export function rememberKnowledge(store: KnowledgeStore): Knowledge {
  const read = readKnowledge(store)
  const routes = new Map<string, Route>()
  let hosts: string[] | undefined
  let version: number | undefined

  function forgetOld(): void {
    const now = store.othersVersion()
    if (now === version) return
    version = now
    routes.clear()
    hosts = undefined
  }

  return {
    routeOf(key) {
      forgetOld()
      const known = routes.get(key)
      if (known) return known
      const route = read.routeOf(key)
      // Not what strangers ask for: they could fill the memory.
      if (route) routes.set(key, route)
      return route
    },
    hosts() {
      forgetOld()
      return (hosts ??= read.hosts())
    }
  }
}
