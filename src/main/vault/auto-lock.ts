import type { AutoLock } from '#shared/model/app.ts'
import type { Clock } from '../base/clock.ts'

export type AutoLocking = {
  /** Somebody is there: the time begins anew. */
  used(): void
  /** The computer's screen was locked. */
  screenLocked(): Promise<void>
  /** Looks from now on whether it is time. */
  start(): void
  close(): void
}

/** How often it is looked; so much later than chosen it may be. */
const everyMs = 10_000

/**
 * Locks the vault file after the chosen time without use, and with the screen. While something is sent it waits for the end.
 * What passed is the larger of the clock's and the elapsed time: the one goes on while the computer sleeps, the other cannot be set.
 */
export function createAutoLocking(deps: {
  clock: Clock
  settings(): AutoLock
  /** Whether a run or a read is under way here. */
  isBusy(): boolean
  /** Whether there is something to lock. */
  isOpen(): boolean
  lock(): Promise<void>
  onBug(error: unknown): void
}): AutoLocking {
  const { clock } = deps
  const closing = new AbortController()
  let last = { nowMs: clock.now(), elapsedMs: clock.elapsedMs() }
  let isWanted = false

  function isTime(): boolean {
    const { minutes } = deps.settings()
    const unusedMs = Math.max(clock.now() - last.nowMs, clock.elapsedMs() - last.elapsedMs)
    return isWanted || (minutes !== null && unusedMs >= minutes * 60_000)
  }
  async function look(): Promise<void> {
    if (!deps.isOpen()) isWanted = false
    else if (isTime() && !deps.isBusy()) await deps.lock()
  }
  async function lookEverySoOften(): Promise<void> {
    while (!closing.signal.aborted) {
      await clock.sleep(everyMs, closing.signal)
      // What fails once, as a database that is busy, must not leave the vault open for ever.
      await look().catch(noteBug)
    }
  }
  function noteBug(error: unknown): void {
    if (!closing.signal.aborted) deps.onBug(error)
  }
  return {
    used() {
      last = { nowMs: clock.now(), elapsedMs: clock.elapsedMs() }
      isWanted = false
    },
    async screenLocked() {
      if (!deps.settings().withScreen) return
      isWanted = true
      await look()
    },
    start() {
      lookEverySoOften().catch(noteBug)
    },
    close: () => closing.abort()
  }
}
