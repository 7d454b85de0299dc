import type { Clock } from '../../base/clock.ts'

/** Counts wrong tokens. After some of them nothing is compared for a while, which doubles with each further one. */
export type Tries = {
  /** How long nothing is compared from now on; 0: the next one is. */
  pauseMs(): number
  failed(): void
  forgive(): void
}

const free = 10
const pauses = { firstMs: 1000, longestMs: 60_000 }
const forgottenAfterMs = 10 * 60_000

export function createTries(clock: Clock): Tries {
  let failures = 0
  let lastMs = 0
  let untilMs = 0
  return {
    pauseMs: () => Math.max(0, Math.min(untilMs - clock.now(), pauses.longestMs)),
    failed() {
      const nowMs = clock.now()
      failures = nowMs - lastMs > forgottenAfterMs ? 1 : failures + 1
      lastMs = nowMs
      if (failures >= free) untilMs = nowMs + Math.min(pauses.firstMs * 2 ** (failures - free), pauses.longestMs)
    },
    forgive() {
      failures = 0
      untilMs = 0
    }
  }
}
