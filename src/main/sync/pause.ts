import type { Clock } from '../base/clock.ts'

export type SyncTuning = {
  /** How often one operation is tried in a run. */
  attempts: number
  /** How often the provider is read to find out what became of a request. */
  reads: number
  /** Longer waits are left to a later run. */
  longestWaitMs: number
  /** After that time a request that was not answered cannot arrive any more. */
  lostAfterMs: number
  leaseTtlMs: number
  /** How long closing waits for the request in flight before it is aborted. */
  closeMs: number
}

export const usualTuning: SyncTuning = {
  attempts: 5,
  reads: 3,
  longestWaitMs: 5 * 60_000,
  lostAfterMs: 90_000,
  leaseTtlMs: 30_000,
  closeMs: 15_000
}

const firstBackoffMs = 1_000
const longestBackoffMs = 60_000

/** Full jitter: anything between nothing and a bound that doubles. in: 1 for the first. */
export function backoffMs(attempt: number): number {
  return Math.round(Math.random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** attempt))
}

/** Waits until then. out: false when it was cancelled. */
export async function pause(
  { clock, cancel }: { clock: Clock; cancel: AbortSignal },
  untilMs: number
): Promise<boolean> {
  if (cancel.aborted) return false
  try {
    await clock.sleep(Math.max(0, untilMs - clock.now()), cancel)
  } catch (error) {
    if (!cancel.aborted) throw error
  }
  return !cancel.aborted
}
