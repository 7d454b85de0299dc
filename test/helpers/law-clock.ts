import type { Clock } from '../../src/main/base/clock.ts'

/** Time that passes only when somebody lets it. What the clock shows may jump; what was put off to later does not. */
export type LawClock = Clock & {
  pass(ms: number): void
  jump(ms: number): void
  /** Does the work once so much time has really passed. */
  later(ms: number, work: () => void): void
}

export function createLawClock(): LawClock {
  let shownMs = 1_700_000_000_000
  let elapsedMs = 0
  let due: { atMs: number; work: () => void }[] = []

  function pass(ms: number): void {
    shownMs += ms
    elapsedMs += ms
    const ripe = due.filter(({ atMs }) => atMs <= elapsedMs)
    if (ripe.length === 0) return
    due = due.filter(({ atMs }) => atMs > elapsedMs)
    for (const { work } of ripe) work()
  }

  return {
    now: () => shownMs,
    elapsedMs: () => elapsedMs,
    pass,
    jump(ms) {
      shownMs += ms
    },
    later(ms, work) {
      due.push({ atMs: elapsedMs + ms, work })
    },
    async sleep(ms, signal) {
      pass(ms)
      await Promise.resolve()
      if (signal?.aborted) throw new Error('aborted')
    }
  }
}
