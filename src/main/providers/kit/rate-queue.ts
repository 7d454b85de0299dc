import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { ProviderCard } from '#shared/model/provider.ts'

/** Lets work start no faster than the provider allows, a few pieces at a time, in the order of asking. */
export type RateQueue = <T>(work: () => Promise<T>) => Promise<T>

const atOnce = 4

/** One queue for one account: its requests share the limit. faults: cancelled, and those of the work. */
export function createRateQueue(limit: ProviderCard['rateLimit'], signal?: AbortSignal): RateQueue {
  const queue = new PQueue({
    concurrency: atOnce,
    intervalCap: limit.requests,
    interval: limit.perMs,
    // A sliding window: two full bursts around the edge of a fixed one would be twice the limit.
    strict: true
  })
  return async work => {
    try {
      return await queue.add(work, { signal })
    } catch (error) {
      if (signal?.aborted) throw new Fault('cancelled', { cause: error })
      throw error
    }
  }
}
