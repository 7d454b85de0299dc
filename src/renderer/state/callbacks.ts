import type { CallbackSummary } from '#shared/model/callback.ts'
import type { FaultReport } from '#shared/faults.ts'
import type { CallbackFilter } from '#shared/model/lab.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { outcomeOf, type Client } from '../api/client.ts'
import { hasWords, passes } from './callbacks-filter.ts'
import {
  cutBelow,
  emptyWindow,
  grownDown,
  grownUp,
  merged,
  pageAt,
  pageSize,
  type ListWindow
} from './callbacks-window.ts'

/** More arrivals than this are not told apart while the list stands still. */
export const countedArrivals = 999

/** Why the list stands still: it is scrolled away from its top, the pointer is on it, or a person stopped it. */
type StillFor = 'place' | 'pointer' | 'button'

type CallbacksState = ListWindow & {
  loaded: boolean
  fault: FaultReport | undefined
  filter: CallbackFilter
  /** Why arrivals are counted and not shown; empty: the list follows what comes in. */
  still: StillFor[]
  /** Arrivals that match and are not shown, up to `countedArrivals`. */
  waiting: number
  /** Came in since the list was last looked at. */
  unseen: number
  isLookedAt: boolean
  /** The newest that is known of the callback that is open, wherever the list stands. */
  opened: CallbackSummary | undefined
  setFilter: (filter: CallbackFilter) => void
  reload: () => Promise<void>
  loadOlder: () => Promise<void>
  /** Reads the rows again that were let go, so that the one with this index is there. */
  loadNewer: (index: number) => Promise<void>
  /** Takes what the stream brought. */
  take: (callbacks: CallbackSummary[]) => void
  /** What a person changed of one. */
  replace: (callback: CallbackSummary) => void
  standStill: (why: StillFor, isStill: boolean) => void
  look: (isLookedAt: boolean) => void
  open: (id: number | undefined) => void
}

export function createCallbacks(client: Client): StoreApi<CallbacksState> {
  return createStore<CallbacksState>((set, get) => {
    let newestId = 0
    let openId: number | undefined
    let isPaging = false
    let missed = new Set<number>()
    /** What came while a read was under way, which the read may not have seen. */
    let meanwhile: CallbackSummary[] | undefined

    const read = (beforeId?: number, limit = pageSize) =>
      outcomeOf(client.callbacks.list({ ...get().filter, beforeId, limit }))

    const show = (window: ListWindow) => {
      missed = new Set()
      set({ ...window, waiting: 0 })
    }
    const page = async (run: () => Promise<void>) => {
      if (isPaging) return
      isPaging = true
      await run().finally(() => (isPaging = false))
    }
    const shown = (callbacks: CallbackSummary[]) => callbacks.filter(callback => passes(get().filter, callback))
    const miss = (callbacks: CallbackSummary[]) => {
      const [first] = get().items
      for (const { id } of shown(callbacks)) {
        if (missed.size < countedArrivals && id > (first?.id ?? 0)) missed.add(id)
      }
      if (missed.size !== get().waiting) set({ waiting: missed.size })
    }
    /** Those of a page that are there already, changed; one that a filter hides by now goes. */
    const changed = (callbacks: CallbackSummary[]) => {
      const { items, filter } = get()
      const ids = new Set(callbacks.map(callback => callback.id))
      const known = new Set(items.flatMap(item => (ids.has(item.id) ? item.id : [])))
      if (known.size === 0) return
      const next = merged(
        items,
        callbacks.filter(callback => known.has(callback.id))
      )
      set({ items: next.filter(item => passes(filter, item)) })
    }
    const searchAgain = throttled(500, async () => {
      if (get().still.length === 0) return get().reload()
      const { filter, items } = get()
      const outcome = await read()
      if (!outcome.ok || get().filter !== filter) return
      const fresh = outcome.value.filter(item => item.id > (items[0]?.id ?? 0))
      set({ waiting: fresh.length })
    })

    return {
      ...emptyWindow,
      loaded: false,
      fault: undefined,
      filter: {},
      still: [],
      waiting: 0,
      unseen: 0,
      isLookedAt: false,
      opened: undefined,
      setFilter(filter) {
        if (sameFilter(filter, get().filter)) return
        set({ filter })
        void get().reload()
      },
      async reload() {
        const { filter } = get()
        const came: CallbackSummary[] = []
        meanwhile = came
        const outcome = await read()
        // Another read began since: what it brings is newer, and may be of another filter.
        if (meanwhile !== came) return
        meanwhile = undefined
        if (!outcome.ok) return set({ fault: outcome.fault, loaded: true })
        const items = merged(outcome.value, hasWords(filter) ? [] : shown(came))
        newestId = Math.max(newestId, items[0]?.id ?? 0)
        show(cutBelow({ items, above: [], hasOlder: outcome.value.length === pageSize }))
        set({ loaded: true, fault: undefined })
      },
      async loadOlder() {
        await page(async () => {
          const { items, filter, hasOlder } = get()
          const last = items.at(-1)
          if (!last || !hasOlder) return
          const outcome = await read(last.id)
          const now = get()
          if (now.filter !== filter || now.items.at(-1)?.id !== last.id) return
          if (!outcome.ok) return set({ fault: outcome.fault })
          set(
            grownDown(
              now,
              outcome.value.filter(item => item.id < last.id)
            )
          )
        })
      },
      async loadNewer(index) {
        await page(async () => {
          const { above, filter } = get()
          const found = pageAt(above, index)
          if (!found) return
          const outcome = await read(found.page.beforeId, found.page.count)
          const now = get()
          if (now.filter !== filter || now.above !== above) return
          if (!outcome.ok) return set({ fault: outcome.fault })
          const isNext = found.kept === above.length - 1
          if (isNext) return set(grownUp(now, outcome.value))
          set({ items: outcome.value, above: above.slice(0, found.kept), hasOlder: true })
        })
      },
      take(callbacks) {
        meanwhile?.push(...callbacks)
        const fresh = new Set(callbacks.flatMap(({ id }) => (id > newestId ? id : [])))
        newestId = Math.max(newestId, ...fresh)
        const { isLookedAt, unseen, filter, still } = get()
        if (!isLookedAt && fresh.size > 0) set({ unseen: unseen + fresh.size })
        const opened = callbacks.findLast(callback => callback.id === openId)
        if (opened) set({ opened })
        if (hasWords(filter)) {
          changed(callbacks)
          if (fresh.size > 0) searchAgain()
        } else if (still.length > 0 || get().above.length > 0) {
          miss(callbacks)
          changed(callbacks)
        } else {
          const { items, above, hasOlder } = get()
          // What is news about rows below the window is read with them.
          const lastId = hasOlder ? (items.at(-1)?.id ?? 0) : 0
          const news = callbacks.filter(callback => callback.id >= lastId)
          const next = merged(items, news).filter(item => passes(filter, item))
          set(cutBelow({ items: next, above, hasOlder }))
        }
      },
      replace(callback) {
        if (callback.id === openId) set({ opened: callback })
        changed([callback])
      },
      standStill(why, isStill) {
        const { still, waiting, above } = get()
        if (still.includes(why) === isStill) return
        const next = isStill ? [...still, why] : still.filter(other => other !== why)
        set({ still: next })
        if (next.length === 0 && (waiting > 0 || above.length > 0)) void get().reload()
      },
      look(isLookedAt) {
        set(isLookedAt ? { isLookedAt, unseen: 0 } : { isLookedAt })
      },
      open(id) {
        openId = id
        set(now => ({ opened: now.items.find(item => item.id === id) }))
      }
    }
  })
}

function sameFilter(one: CallbackFilter, other: CallbackFilter): boolean {
  const text = (filter: CallbackFilter) =>
    JSON.stringify(Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return text(one) === text(other)
}

/** At once, then at most once in a while; what is asked for in between is done at its end. */
function throttled(pauseMs: number, run: () => Promise<void>): () => void {
  let state: 'idle' | 'resting' | 'asked' = 'idle'
  const go = () => {
    state = 'resting'
    void run()
    setTimeout(() => {
      if (state === 'asked') go()
      else state = 'idle'
    }, pauseMs)
  }
  return () => {
    if (state === 'idle') go()
    else state = 'asked'
  }
}
