import type { Clock } from '../../src/main/base/clock.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Conditions } from '../../src/main/base/conditions.ts'

/** Conditions that a test makes. `wake`: the computer wakes up, so that its schedules are looked at now. */
export type Weather = Conditions & { online: boolean; saving: boolean; wake(): void }

export function weather(): Weather {
  let tellers: (() => void)[] = []
  const made: Weather = {
    online: true,
    saving: false,
    isOnline: () => made.online,
    savesPower: () => made.saving,
    onWoken(tell) {
      tellers.push(tell)
      return () => void (tellers = tellers.filter(other => other !== tell))
    },
    wake() {
      for (const tell of tellers) tell()
    }
  }
  return made
}

/** The real time, put forward or back by the test. */
export function shiftedClock(): Clock & { shift(ms: number): void } {
  let byMs = 0
  return {
    now: () => systemClock.now() + byMs,
    elapsedMs: () => systemClock.elapsedMs(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
    shift: ms => void (byMs += ms)
  }
}
