import { DelegateBackoff, handleWhen, retry } from 'cockatiel'
import { Fault, type FaultCode } from '#shared/faults.ts'
import type { Clock } from '../../base/clock.ts'

/** Carries out a read, again where that can help. Never for a write. */
export type ReadRetry = <T>(read: () => Promise<T>) => Promise<T>

const passing: FaultCode[] = ['rate-limited', 'unreachable', 'outcome-unknown', 'provider-error']
const repeats = 2
const firstWaitMs = 200
const longestWaitMs = 5_000

/**
 * Repeats a read twice at most, with growing, jittered waits, or when the provider asked to come back. A wait over five
 * seconds is left to whoever asked: the fault says until when. A time-out is not repeated: it has cost enough time.
 */
export function createReadRetry(clock: Clock, signal?: AbortSignal): ReadRetry {
  const isWorthIt = (error: unknown) =>
    !signal?.aborted &&
    error instanceof Fault &&
    passing.includes(error.code) &&
    (error.detail.retryAtMs ?? 0) - clock.now() <= longestWaitMs
  const backoff = new DelegateBackoff<{ attempt: number; result: { error: Error } | { value: unknown } }>(context => {
    const error = 'error' in context.result ? context.result.error : undefined
    const retryAtMs = error instanceof Fault ? error.detail.retryAtMs : undefined
    if (retryAtMs !== undefined) return Math.max(0, retryAtMs - clock.now())
    return firstWaitMs * 2 ** (context.attempt - 1) * (0.5 + Math.random())
  })
  const policy = retry(handleWhen(isWorthIt), { maxAttempts: repeats, backoff })
  return read => policy.execute(read)
}
