import type { Clock } from './clock.ts'

/** Waits for the work, but no longer than the limit. out: whether the work was done in time; its failure is thrown. */
export async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<boolean> {
  const stop = new AbortController()
  const limit = clock.sleep(limitMs, stop.signal).then(
    () => false,
    () => true
  )
  try {
    return await Promise.race([work.then(() => true), limit])
  } finally {
    stop.abort()
  }
}
