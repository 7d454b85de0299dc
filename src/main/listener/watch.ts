import type { CallbackSummary } from '#shared/model/callback.ts'
import type { CallbackStore } from '../store/store.ts'

export type Watchers = {
  tell(summary: CallbackSummary): void
  /** Begins at the call, not at the first `next`. Ends when the signal is aborted or the listener is closed. */
  watch(signal?: AbortSignal): AsyncIterable<CallbackSummary>
  /** There were rows from this id on that nobody told of one by one. */
  missed(fromId: number): void
  end(): void
  /** How many watch: one number, which another thread may read. */
  watching: Int32Array
}

/** So many rows are read from the store in one go: others have their turn in between. */
const pageRows = 200

type Watcher = {
  tell(summary: CallbackSummary): void
  missed(fromId: number): void
  end(): void
  next(): Promise<IteratorResult<CallbackSummary>>
}

/**
 * Tells watchers of rows as they come. Each has at most `limit` summaries waiting. One that is slower than the arrivals
 * loses its queue and reads the rows from the store instead, from the oldest that it lost: it then sees rows as they are
 * at that moment, some more than twice and some only once (already looked at), and none never.
 */
export function createWatchers(callbacks: Pick<CallbackStore, 'list'>, limit = 1_000): Watchers {
  const watchers = new Set<Watcher>()
  const watching = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const count = () => Atomics.store(watching, 0, watchers.size)
  return {
    watching,
    tell(summary) {
      for (const watcher of watchers) watcher.tell(summary)
    },
    missed(fromId) {
      for (const watcher of watchers) watcher.missed(fromId)
    },
    watch(signal) {
      const watcher = createWatcher(callbacks, limit)
      const end = () => {
        watchers.delete(watcher)
        count()
        signal?.removeEventListener('abort', end)
        watcher.end()
      }
      if (signal?.aborted) watcher.end()
      else watchers.add(watcher)
      count()
      signal?.addEventListener('abort', end, { once: true })
      const iterator = {
        next: () => watcher.next(),
        return: async () => {
          end()
          return { value: undefined, done: true as const }
        }
      }
      return { [Symbol.asyncIterator]: () => iterator }
    },
    end() {
      for (const watcher of watchers) watcher.end()
      watchers.clear()
      count()
    }
  }
}

function createWatcher(callbacks: Pick<CallbackStore, 'list'>, limit: number): Watcher {
  let queue: CallbackSummary[] = []
  let rereadFrom: number | null = null
  let ended = false
  let wakes: (() => void)[] = []

  function wake(): void {
    const woken = wakes
    wakes = []
    for (const each of woken) each()
  }

  function reread(from: number): void {
    const size = Math.min(limit, pageRows)
    const newest = callbacks.list({ limit: 1 })[0]?.id ?? 0
    const page = callbacks.list({ beforeId: from + size, limit: size }).filter(row => row.id >= from)
    rereadFrom = from + size <= newest ? from + size : null
    queue = page.toReversed()
  }

  function lose(id: number): void {
    rereadFrom = queue.reduce((lowest, each) => Math.min(lowest, each.id), id)
    queue = []
  }

  return {
    tell(summary) {
      // What lies ahead of the reading is found by it.
      if (ended || (rereadFrom !== null && summary.id >= rereadFrom)) return
      if (queue.length < limit) queue.push(summary)
      else lose(summary.id)
      wake()
    },
    missed(fromId) {
      if (ended || (rereadFrom !== null && fromId >= rereadFrom)) return
      lose(fromId)
      wake()
    },
    end() {
      ended = true
      queue = []
      wake()
    },
    async next() {
      for (;;) {
        if (ended) return { value: undefined, done: true }
        const first = queue.shift()
        if (first) return { value: first, done: false }
        if (rereadFrom === null) await new Promise<void>(resolve => wakes.push(resolve))
        else {
          await new Promise(resolve => setImmediate(resolve))
          if (!ended && queue.length === 0 && rereadFrom !== null) reread(rereadFrom)
        }
      }
    }
  }
}
