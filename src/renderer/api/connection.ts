import { createORPCClient, DynamicLink } from '@orpc/client'
import type { Client } from '#shared/contract/index.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { openLink, pauseMsOf } from './link.ts'

type Link = Awaited<ReturnType<typeof openLink>>

type ConnectionState = {
  state: 'connecting' | 'open' | 'lost'
  /** Attempts in a row that failed. */
  failures: number
  /** Counts the links that were opened: whoever subscribes to a stream subscribes again when it grows. */
  opened: number
}

export type Connection = {
  client: Client
  status: StoreApi<ConnectionState>
  /** Tries at once instead of waiting for the pause to end. */
  retry: () => void
}

/** Keeps one link to the core open for as long as the page lives. Calls made in between wait for the next link. */
export function connect(): Connection {
  const status = createStore<ConnectionState>(() => ({ state: 'connecting', failures: 0, opened: 0 }))
  let current = Promise.withResolvers<Link>()
  let timer: number | undefined

  const open = async () => {
    window.clearTimeout(timer)
    timer = undefined
    try {
      current.resolve(await openLink({ onLost: lost }))
      status.setState(before => ({ state: 'open', failures: 0, opened: before.opened + 1 }))
    } catch {
      const { failures } = status.getState()
      status.setState({ state: 'lost', failures: failures + 1 })
      timer = window.setTimeout(() => void open(), pauseMsOf(failures))
    }
  }
  const lost = () => {
    current = Promise.withResolvers<Link>()
    status.setState({ state: 'lost' })
    void open()
  }

  void open()
  return {
    client: createORPCClient<Client>(new DynamicLink(() => current.promise)),
    status,
    retry() {
      if (timer !== undefined) void open()
    }
  }
}
