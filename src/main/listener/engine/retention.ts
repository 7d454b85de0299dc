import type { ListenerSettings } from '#shared/model/lab.ts'
import type { CallbackStore } from '../../store/store.ts'

export type Retention = {
  /** Removes some of what is over a limit, the oldest first. out: whether there is more to remove. faults: the store's. */
  step(settings: ListenerSettings, nowMs: number): boolean
}

/** A callback takes about this much besides its body: headers, what is said of it, its words. */
const besideBodyBytes = 1_000
const rowsAtOnce = 50
const talliedAtOnce = 20_000
const dayMs = 86_400_000

type Tally = { count: number; bytes: number; lastId: number; removed: number }

/**
 * Keeps callbacks within the limits of age, count and size. Size is counted, not measured, and only rows that came since are counted
 * again; a number that changes when others remove rows says when to count anew.
 */
export function createRetention(callbacks: Pick<CallbackStore, 'oldest' | 'tally' | 'remove' | 'removed'>): Retention {
  let tally: Tally | undefined

  /** out: false where there are rows that are not counted yet. */
  function count(): boolean {
    const removed = callbacks.removed()
    if (tally?.removed !== removed) tally = { count: 0, bytes: 0, lastId: 0, removed }
    const more = callbacks.tally(tally.lastId, talliedAtOnce)
    tally.count += more.count
    tally.bytes += more.bodyBytes + more.count * besideBodyBytes
    tally.lastId = more.lastId
    return more.count < talliedAtOnce
  }

  return {
    step({ keepDays, keepCount, keepBytes }, nowMs) {
      if (!count() || !tally) return true
      let { count: left, bytes } = tally
      const isOver = (receivedMs: number) =>
        (keepCount !== null && left > keepCount) ||
        (keepBytes !== null && bytes > keepBytes) ||
        (keepDays !== null && receivedMs < nowMs - keepDays * dayMs)
      const leaving: number[] = []
      for (const row of callbacks.oldest(rowsAtOnce)) {
        if (!isOver(row.receivedMs)) continue
        leaving.push(row.id)
        left -= 1
        bytes -= row.bodyBytes + besideBodyBytes
      }
      if (leaving.length === 0) return false
      callbacks.remove(leaving)
      tally = { ...tally, count: left, bytes, removed: tally.removed + leaving.length }
      return true
    }
  }
}
