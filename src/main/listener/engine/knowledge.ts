import type { Socket } from 'node:net'
import type { Clock } from '../../base/clock.ts'
import type { Store } from '../../store/store.ts'
import type { Route } from '../edge/capture.ts'
import { readMarks } from '../elsewhere.ts'
import { routeOf } from '../endpoints.ts'
import { nameOfAccepted, type Mark } from '../origins.ts'
import { publicHosts } from '../public-url.ts'
import { readSettings } from '../settings.ts'

/** What every request is compared with, as the store says now: another process may have changed it. faults of all: the store's. */
export type Knowledge = {
  /** Whose key it is; undefined for a stranger's. */
  routeOf: (key: string) => Route | undefined
  /** The names in a Host header that are ours besides this computer's own. */
  hosts: () => string[]
  /** What another process says of the request on this connection. To be asked after whose key it is. */
  markOf: (accepted: Socket) => Mark | undefined
}

type KnowledgeStore = Pick<Store, 'endpoints' | 'accounts' | 'options' | 'othersVersion'>

/** Reads from the store at every call. */
export function readKnowledge(store: KnowledgeStore, clock: Clock): Knowledge {
  return {
    markOf: accepted => markIn(readMarks(store), accepted, clock),
    routeOf: key => routeOf(store, key),
    hosts: () => [
      ...readSettings(store.options).hosts.flatMap(withUsualPorts),
      ...publicHosts(store.endpoints.list().map(endpoint => endpoint.publicUrl))
    ]
  }
}

function markIn(marks: ReturnType<typeof readMarks>, accepted: Socket, clock: Clock): Mark | undefined {
  const found = marks.size > 0 ? marks.get(nameOfAccepted(accepted)) : undefined
  return found && found.untilMs > clock.now() ? found : undefined
}

/** A sender may write the usual port or leave it out. */
function withUsualPorts(host: string): string[] {
  return /:\d+$/.test(host) ? [host] : [host, `${host}:80`, `${host}:443`]
}

/** The same answer within a turn of the event loop: what came in it came before whatever is written after it. */
export function oncePerTurn<T>(ask: () => T): () => T {
  let known: { answer: T } | undefined
  return () => {
    if (!known) {
      known = { answer: ask() }
      setImmediate(() => (known = undefined))
    }
    return known.answer
  }
}

/** Reads again only after somebody else wrote. For a connection through which none of this is written. */
export function rememberKnowledge(store: KnowledgeStore, clock: Clock): Knowledge {
  const read = readKnowledge(store, clock)
  const versionNow = oncePerTurn(store.othersVersion)
  const routes = new Map<string, Route>()
  let hosts: string[] | undefined
  let marks: ReturnType<typeof readMarks> | undefined
  let version: number | undefined

  function forgetOld(): void {
    const now = versionNow()
    if (now === version) return
    version = now
    routes.clear()
    hosts = undefined
    marks = undefined
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
    },
    markOf(accepted) {
      marks ??= readMarks(store)
      return markIn(marks, accepted, clock)
    }
  }
}
