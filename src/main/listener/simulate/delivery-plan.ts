import type { Deliveries } from '#shared/model/lab.ts'
import type { RetrySchedule } from '../../providers/contract.ts'

/** One delivery: which message, and the how manieth time it is sent (0: the first). */
export type Delivery = { message: number; copy: number }

/** Waits before the repeats of what is not answered 2xx, and what is to be said of them. */
export type Repeats = { afterMs: number[]; said: string[] }

/** A sender's schedule may reach over days; what lies further off than this is left out, and said. */
export const longestMs = 3_600_000
const fastMs = 1_000

/**
 * The deliveries in the order in which they go out: each message, then its duplicates. in: seed: of the other order, which is
 * never the first one where there are at least two deliveries that differ.
 */
export function planDeliveries(
  { count, duplicates, reordered }: Pick<Deliveries, 'count' | 'duplicates' | 'reordered'>,
  seed: number
): Delivery[] {
  const plan = Array.from({ length: count }, (_, message) =>
    Array.from({ length: duplicates + 1 }, (_, copy) => ({ message, copy }))
  ).flat()
  return reordered ? shuffled(plan, seed) : plan
}

/** in: schedule: undefined where nothing is known of any; who: the sender's name. */
export function planRepeats(mode: Deliveries['retries'], schedule: RetrySchedule | undefined, who: string): Repeats {
  if (mode === 'none') return { afterMs: [], said: [] }
  if (schedule === undefined) {
    return {
      afterMs: [],
      said: [`Nothing is known of whether ${who} sends again what is not answered 2xx: nothing was.`]
    }
  }
  const certainty = schedule.certainty === 'assumed' ? 'In part this is assumed' : 'This is documented'
  const source = `${certainty}: ${schedule.source}.`
  if (mode === 'fast') {
    const afterMs = schedule.afterMs.map(ms => Math.min(ms, fastMs))
    return { afterMs, said: [`${repeatsOf(schedule.afterMs)}, here each after at most a second. ${source}`] }
  }
  const afterMs = soon(schedule.afterMs)
  const left = schedule.afterMs.length - afterMs.length
  const rest = left === 0 ? '' : ` Those later than an hour were left out: ${left}.`
  return { afterMs, said: [`${repeatsOf(schedule.afterMs)}.${rest} ${source}`] }
}

function repeatsOf(afterMs: number[]): string {
  return `What is not answered 2xx is repeated after ${afterMs.map(spanOf).join(', ')}`
}

/** The repeats that lie within the hour, from the first try on. */
function soon(afterMs: number[]): number[] {
  let sum = 0
  const within = afterMs.findIndex(ms => (sum += ms) > longestMs)
  return within === -1 ? afterMs : afterMs.slice(0, within)
}

function spanOf(ms: number): string {
  if (ms < 60_000) return `${ms / 1_000} s`
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`
}

/** Fisher-Yates; turned by one where chance gave the order that it had. */
function shuffled(plan: Delivery[], seed: number): Delivery[] {
  const order = [...plan]
  const random = randomFrom(seed)
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const [one, two] = [order[at], order[other]]
    if (one && two) [order[at], order[other]] = [two, one]
  }
  const isSame = order.every((each, at) => each.message === plan[at]?.message)
  return isSame ? [...order.slice(1), ...order.slice(0, 1)] : order
}

/** Mulberry32: 32 bits of state, the same numbers for the same seed everywhere. out: from 0 to below 1. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
