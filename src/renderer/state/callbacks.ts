import type { CallbackSummary } from '#shared/model/callback.ts'
import type { FaultReport } from '#shared/faults.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { outcomeOf, type Client } from '../api/client.ts'

export const pageSize = 200

export type CallbacksState = {
  /** Newest first. */
  items: CallbackSummary[]
  loaded: boolean
  hasMore: boolean
  fault: FaultReport | undefined
  search: string
  /** Came in since the list was last looked at. */
  unseen: number
  setSearch: (search: string) => void
  reload: () => Promise<void>
  loadMore: () => Promise<void>
  /** Takes what the stream brought. */
  take: (callbacks: CallbackSummary[]) => void
  markSeen: () => void
}

/** Puts a callback where it belongs: in place of its earlier self, else by its number, newest first. */
export function placed(items: CallbackSummary[], callback: CallbackSummary): CallbackSummary[] {
  const at = items.findIndex(item => item.id <= callback.id)
  if (at === -1) return [...items, callback]
  return items[at]?.id === callback.id ? items.with(at, callback) : items.toSpliced(at, 0, callback)
}

export function createCallbacks(client: Client): StoreApi<CallbacksState> {
  return createStore<CallbacksState>((set, get) => {
    const page = (beforeId?: number) => {
      const search = get().search.trim()
      return outcomeOf(client.callbacks.list({ beforeId, limit: pageSize, search: search === '' ? undefined : search }))
    }
    return {
      items: [],
      loaded: false,
      hasMore: false,
      fault: undefined,
      search: '',
      unseen: 0,
      setSearch(search) {
        set({ search })
        void get().reload()
      },
      async reload() {
        const asked = get().search
        const outcome = await page()
        if (get().search !== asked) return
        if (!outcome.ok) return set({ fault: outcome.fault, loaded: true })
        set({ items: outcome.value, loaded: true, hasMore: outcome.value.length === pageSize, fault: undefined })
      },
      async loadMore() {
        const last = get().items.at(-1)
        if (!last || !get().hasMore) return
        const outcome = await page(last.id)
        if (!outcome.ok) return set({ fault: outcome.fault })
        const older = outcome.value.filter(item => item.id < last.id)
        set(now => ({ items: [...now.items, ...older], hasMore: older.length === pageSize }))
      },
      take(callbacks) {
        const { items, search, unseen } = get()
        const known = new Set(items.map(item => item.id))
        const fresh = new Set(callbacks.map(callback => callback.id).filter(id => !known.has(id)))
        set({ unseen: unseen + fresh.size })
        // The core alone knows what a search finds.
        if (search.trim() !== '' && fresh.size > 0) void get().reload()
        else set({ items: callbacks.reduce(placed, items) })
      },
      markSeen() {
        set({ unseen: 0 })
      }
    }
  })
}
