import { expect, test } from 'vitest'
import type { AutoLock } from '#shared/model/app.ts'
import type { Clock } from '../../src/main/base/clock.ts'
import { createAutoLocking } from '../../src/main/vault/auto-lock.ts'

/** A clock by hand: `pass` lets the time pass, for sleepers as well; `asleep` as a computer does that is suspended. */
function handClock() {
  let [nowMs, elapsedMs] = [1_000_000, 5_000]
  let sleepers: { atMs: number; wake: () => void }[] = []
  const clock: Clock = {
    now: () => nowMs,
    elapsedMs: () => elapsedMs,
    sleep: ms => new Promise(wake => sleepers.push({ atMs: elapsedMs + ms, wake }))
  }
  async function pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      nowMs += 1_000
      elapsedMs += 1_000
      const due = sleepers.filter(({ atMs }) => atMs <= elapsedMs)
      sleepers = sleepers.filter(one => !due.includes(one))
      for (const { wake } of due) wake()
      await new Promise(resolve => setImmediate(resolve))
    }
  }
  return { clock, pass, asleep: (ms: number) => void (nowMs += ms), setBack: (ms: number) => void (nowMs -= ms) }
}

function rig(settings: AutoLock) {
  const hand = handClock()
  const bugs: unknown[] = []
  const state = { settings, isBusy: false, isOpen: true, locks: 0, bugs, failsWith: undefined as Error | undefined }
  const locking = createAutoLocking({
    clock: hand.clock,
    settings: () => state.settings,
    isBusy() {
      if (state.failsWith) throw state.failsWith
      return state.isBusy
    },
    isOpen: () => state.isOpen,
    lock: async () => {
      state.isOpen = false
      state.locks += 1
    },
    onBug(error) {
      if (!state.failsWith) throw error
      bugs.push(error)
    }
  })
  locking.start()
  return { ...hand, state, locking }
}

const minute = 60_000
const never: AutoLock = { minutes: null, withScreen: false }

test('it is off until a time is chosen, and then locks once after so long without use', async () => {
  const { pass, state } = rig(never)
  await pass(90 * minute)
  expect(state.locks).toBe(0)
  state.settings = { minutes: 5, withScreen: false }
  await pass(11_000)
  expect(state.locks).toBe(1)
  await pass(20 * minute)
  expect(state.locks).toBe(1)
})

test('a look that fails once is told, and the next one locks all the same', async () => {
  const { pass, state } = rig({ minutes: 1, withScreen: false })
  state.failsWith = new Error('the database is busy')
  await pass(65_000)
  expect([state.locks, state.bugs]).toEqual([0, [state.failsWith]])
  state.failsWith = undefined
  await pass(11_000)
  expect(state.locks).toBe(1)
})

test('use puts it off', async () => {
  const { pass, state, locking } = rig({ minutes: 5, withScreen: false })
  for (let used = 0; used < 4; used += 1) {
    await pass(4 * minute)
    locking.used()
  }
  expect(state.locks).toBe(0)
  await pass(4 * minute)
  expect(state.locks).toBe(0)
  await pass(minute + 11_000)
  expect(state.locks).toBe(1)
})

test('while something is sent it waits, and locks when that has ended', async () => {
  const { pass, state } = rig({ minutes: 1, withScreen: false })
  state.isBusy = true
  await pass(10 * minute)
  expect(state.locks).toBe(0)
  state.isBusy = false
  await pass(11_000)
  expect(state.locks).toBe(1)
})

test('the time in which the computer slept counts, and a clock that is set back does not put it off', async () => {
  const slept = rig({ minutes: 30, withScreen: false })
  slept.asleep(45 * minute)
  await slept.pass(11_000)
  expect(slept.state.locks).toBe(1)

  const back = rig({ minutes: 30, withScreen: false })
  back.setBack(600 * minute)
  await back.pass(30 * minute + 11_000)
  expect(back.state.locks).toBe(1)
})

test('the screen locks it at once where that is chosen; during a run at its end, unless somebody came back', async () => {
  const off = rig(never)
  await off.locking.screenLocked()
  expect(off.state.locks).toBe(0)

  const on = rig({ minutes: null, withScreen: true })
  await on.locking.screenLocked()
  expect(on.state.locks).toBe(1)

  const busy = rig({ minutes: null, withScreen: true })
  busy.state.isBusy = true
  await busy.locking.screenLocked()
  await busy.pass(minute)
  expect(busy.state.locks).toBe(0)
  busy.locking.used()
  busy.state.isBusy = false
  await busy.pass(minute)
  expect(busy.state.locks).toBe(0)
  await busy.locking.screenLocked()
  expect(busy.state.locks).toBe(1)
})
