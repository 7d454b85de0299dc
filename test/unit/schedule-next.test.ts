import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import {
  answersAgain,
  isDue,
  isHere,
  jittered,
  longestProbeMs,
  nextOf,
  noContact,
  probePauseMs,
  type Situation
} from '../../src/main/sync/schedule-next.ts'

const nowMs = 1_700_000_000_000
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

function situation(more: Partial<Situation> = {}): Situation {
  return {
    schedule: { refreshMinutes: 60, appliesAlone: false },
    account: { id: 'acc', baseUrl: 'https://example.com', state: 'ready', createdMs: 1, pulledMs: nowMs },
    contact: noContact,
    waiting: 0,
    isOnline: true,
    savesPower: false,
    isElsewhere: false,
    nowMs,
    ...more
  }
}

const lost = { ...noContact, triedMs: nowMs, lost: { pulledMs: nowMs }, failures: 1, probeMs: nowMs + 1_000 }

const times = fc.integer({ min: nowMs - 30 * dayMs, max: nowMs + 30 * dayMs })
const situations: fc.Arbitrary<Situation> = fc.record({
  schedule: fc.record({
    refreshMinutes: fc.option(fc.integer({ min: 5, max: 10_080 })),
    appliesAlone: fc.boolean()
  }),
  account: fc.record({
    id: fc.string({ minLength: 1 }),
    baseUrl: fc.constantFrom('https://example.com', 'http://127.0.0.1:80', 'sandbox:exotel'),
    state: fc.constantFrom('ready' as const, 'untested' as const, 'parked' as const),
    createdMs: times,
    pulledMs: fc.option(times)
  }),
  contact: fc.record({
    triedMs: fc.option(times),
    fault: fc.constantFrom(null, new Fault('rate-limited', { retryAtMs: nowMs + 600_000 }).report()),
    lost: fc.option(fc.record({ pulledMs: fc.option(times) })),
    failures: fc.nat(40),
    probeMs: times,
    isSent: fc.boolean()
  }),
  waiting: fc.nat(3),
  isOnline: fc.boolean(),
  savesPower: fc.boolean(),
  isElsewhere: fc.boolean(),
  nowMs: fc.constant(nowMs)
})

/** Ten thousand tries; a failure prints its seed. */
function expectLaw<T>(law: fc.IProperty<T>): void {
  fc.assert(law, { numRuns: 10_000 })
}

test('what is paused has no time, and an account that nobody asked for anything is never looked at', () => {
  expectLaw(
    fc.property(situations, of => {
      const next = nextOf(of)
      const isEver = isDue(next, Number.POSITIVE_INFINITY)
      const broken = {
        paused: next.paused !== null && isEver,
        parked: of.account.state === 'parked' && isEver,
        elsewhere: of.isElsewhere && isEver,
        offline: !of.isOnline && !isHere(of.account.baseUrl) && isEver,
        battery: of.savesPower && next.why === 'refresh',
        off: of.schedule.refreshMinutes === null && next.why === 'refresh',
        idle: of.waiting === 0 && (next.why === 'probe' || next.why === 'send'),
        notAllowed: next.why === 'send' && !(of.schedule.appliesAlone && answersAgain(of))
      }
      expect(Object.entries(broken).filter(([, isBroken]) => isBroken)).toEqual([])
    })
  )
})

test('a refresh never comes earlier than nine tenths of its time after the last look, nor later than eleven tenths', () => {
  expectLaw(
    fc.property(situations, fc.integer({ min: 0, max: 20_000 * minuteMs }), (given, agoMs) => {
      const refreshMinutes = given.schedule.refreshMinutes ?? 5
      const of: Situation = {
        ...given,
        schedule: { ...given.schedule, refreshMinutes },
        account: { ...given.account, pulledMs: nowMs - agoMs },
        contact: noContact
      }
      const next = nextOf(of)
      if (next.atMs === null) return
      const afterMs = next.atMs - (nowMs - agoMs)
      expect(afterMs).toBeGreaterThanOrEqual(Math.floor(refreshMinutes * minuteMs * 0.9))
      expect(afterMs).toBeLessThanOrEqual(Math.ceil(refreshMinutes * minuteMs * 1.1))
    })
  )
})

test('whatever the clock did, a refresh that is not paused comes within three of its times or a day', () => {
  expectLaw(
    fc.property(situations, of => {
      const { refreshMinutes } = of.schedule
      const next = nextOf(of)
      if (refreshMinutes === null || next.atMs === null) return
      expect(next.atMs - nowMs).toBeLessThanOrEqual(Math.max(3 * refreshMinutes * minuteMs, dayMs))
    })
  )
})

test('accounts of one interval are spread over its tenths, each always to the same time', () => {
  const times = new Set(Array.from({ length: 200 }, (_, index) => jittered(60 * minuteMs, `acc-${index} ${nowMs}`)))
  expect(times.size).toBeGreaterThan(190)
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(10 * minuteMs)
  expect(jittered(1_000, 'x')).toBe(jittered(1_000, 'x'))
})

test('pauses between probes double at most, up to five minutes', () => {
  expectLaw(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const pauseMs = probePauseMs(failures, random)
      expect(pauseMs).toBeGreaterThanOrEqual(0)
      expect(pauseMs).toBeLessThanOrEqual(Math.min(longestProbeMs, 5_000 * 2 ** failures))
    })
  )
  expect(probePauseMs(100, 1)).toBe(longestProbeMs)
})

test('a missed time is due once: the next is counted from the look', () => {
  const missed = situation({ account: { ...situation().account, pulledMs: nowMs - 20 * 60 * minuteMs } })
  expect(isDue(nextOf(missed), nowMs)).toBe(true)
  const looked = situation({ account: { ...missed.account, pulledMs: nowMs } })
  expect(isDue(nextOf(looked), nowMs + 50 * minuteMs)).toBe(false)
  // One that failed is not tried again at once either.
  const failed = situation({ ...missed, contact: { ...noContact, triedMs: nowMs } })
  expect(isDue(nextOf(failed), nowMs + 50 * minuteMs)).toBe(false)
})

test('a probe comes only while something waits, on the battery too, and not before the provider asked for it', () => {
  const waits = situation({ contact: lost, waiting: 1, savesPower: true })
  expect(nextOf(waits)).toEqual({ atMs: nowMs + 1_000, why: 'probe', paused: null })
  expect(nextOf({ ...waits, waiting: 0 })).toMatchObject({ atMs: null, paused: 'battery-saver' })
  const fault = new Fault('rate-limited', { retryAtMs: nowMs + 60_000 }).report()
  expect(nextOf({ ...waits, contact: { ...lost, fault } })).toMatchObject({ atMs: nowMs + 60_000 })
})

test('once the provider answers again it is only asked for who wants that sent alone, and once', () => {
  const answered = situation({
    account: { ...situation().account, pulledMs: nowMs + 5 },
    contact: lost,
    waiting: 2,
    schedule: { refreshMinutes: null, appliesAlone: false }
  })
  expect(nextOf(answered)).toEqual({ atMs: null, why: null, paused: null })
  const alone = { ...answered, schedule: { refreshMinutes: null, appliesAlone: true } }
  expect(nextOf(alone)).toMatchObject({ why: 'send' })
  expect(nextOf({ ...alone, contact: { ...lost, isSent: true } })).toMatchObject({ atMs: null })
})

test('a provider on this computer needs no network', () => {
  expect(['sandbox:exotel', 'http://127.0.0.1:9/x', 'http://localhost', 'http://[::1]:80'].map(isHere)).toEqual(
    Array.from({ length: 4 }, () => true)
  )
  expect(['https://api.exotel.com', 'https://127.0.0.1.example.com', ''].map(isHere)).toEqual([false, false, false])
})
