import { Fault } from '#shared/faults.ts'
import type { NewCallback } from '../../store/store.ts'

export type Writer = {
  /** out: the row's id, once the row is durable. Rejects with what the store threw. */
  add(callback: NewCallback): Promise<number>
  /** How many share the group that is gathering, or shared the largest one since this was asked last. */
  crowd(): number
  /** Resolves when nothing waits. */
  settled(): Promise<void>
}

type Waiting = { callback: NewCallback; resolve(id: number): void; reject(error: unknown): void }

const batchRows = 1_000
const batchBytes = 32 * 1024 * 1024

/**
 * Group commit: the requests that became complete in one turn of the event loop share one transaction, and while it is
 * being flushed the next group gathers. One commit at a time; it may be asynchronous (a store in another thread).
 */
export function createWriter(commit: (batch: NewCallback[]) => number[] | Promise<number[]>): Writer {
  let waiting: Waiting[] = []
  let working: Promise<void> | null = null
  let largest = 0

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      await endOfTurn()
      const size = sizeOfBatch(waiting)
      const batch = waiting.slice(0, size)
      waiting = waiting.slice(size)
      largest = Math.max(largest, size)
      await commitAll(commit, batch)
    }
    working = null
  }

  return {
    add: callback =>
      new Promise((resolve, reject) => {
        waiting.push({ callback, resolve, reject })
        working ??= work()
      }),
    crowd() {
      const crowd = Math.max(largest, waiting.length)
      largest = 0
      return crowd
    },
    settled: () => working ?? Promise.resolve()
  }
}

async function commitAll(
  commit: (batch: NewCallback[]) => number[] | Promise<number[]>,
  batch: Waiting[]
): Promise<void> {
  try {
    const ids = await commit(batch.map(each => each.callback))
    batch.forEach((each, at) => {
      const id = ids[at]
      if (id === undefined) each.reject(new Error('the store gave fewer ids than rows'))
      else each.resolve(id)
    })
  } catch (error) {
    // A store fault concerns all. Anything else may be one row's: each then stands for itself.
    if (error instanceof Fault || batch.length === 1) for (const each of batch) each.reject(error)
    else for (const each of batch) await commitAll(commit, [each])
  }
}

function sizeOfBatch(waiting: readonly Waiting[]): number {
  let bytes = 0
  let size = 0
  while (size < Math.min(waiting.length, batchRows) && bytes < batchBytes)
    bytes += waiting[size++]?.callback.body.byteLength ?? 0
  return size
}

function endOfTurn(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve))
}
