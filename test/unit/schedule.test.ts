import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createBus } from '../../src/main/base/bus.ts'
import { createContacts } from '../../src/main/sync/schedule-contacts.ts'
import { createSchedules, type Schedules } from '../../src/main/sync/schedule.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { holder, withFolder, type Folder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'
import { weather, type Weather } from '../helpers/weather.ts'

const account = 'acc-one'
const hourMs = 60 * 60_000

type Rig = { sync: Sync; schedules: Schedules; sky: Weather; remote: TinyRemote; told: string[]; folder: Folder }

/** A schedule over a provider in memory that is on the network. */
async function withSchedules(work: (rig: Rig) => Promise<void>): Promise<void> {
  const remote = new TinyRemote()
  await withFolder({ [account]: remote.api }, async folder => {
    const { store, clock } = folder
    const bus = createBus(() => clock.now())
    const told: string[] = []
    bus.listen(({ topic }) => told.push(topic))
    const contacts = createContacts({ store, clock })
    const sync = folder.sync({ bus, onRead: (id, fault) => contacts.read(id, fault) })
    const sky = weather()
    const onBug = (error: unknown) => {
      throw error
    }
    const schedules = createSchedules({
      store,
      sync,
      contacts,
      clock,
      bus,
      conditions: sky,
      holder: holder('holder-0'),
      onBug
    })
    try {
      await work({ sync, schedules, sky, remote, told, folder })
    } finally {
      await schedules.close()
    }
  })
}

async function viewOf(schedules: Schedules) {
  const [view] = await schedules.list()
  return view
}

const lists = (remote: TinyRemote) => remote.calls.filter(({ call }) => call === 'list').length

test('both parts are off until somebody turns them on, and what is not given stays', () =>
  withSchedules(async ({ schedules, told }) => {
    expect(await viewOf(schedules)).toEqual({
      accountId: account,
      refreshMinutes: null,
      appliesAlone: false,
      nextMs: null,
      paused: null,
      fault: null,
      pending: null
    })
    await schedules.set({ accountId: account, refreshMinutes: 60 })
    await schedules.set({ accountId: account, appliesAlone: true })
    expect(await viewOf(schedules)).toMatchObject({ refreshMinutes: 60, appliesAlone: true })
    expect(await schedules.set({ accountId: account, refreshMinutes: null })).toMatchObject({ appliesAlone: true })
    expect(told).toContain('schedules')
    await expect(schedules.set({ accountId: 'none' })).rejects.toMatchObject({ code: 'not-found' })
  }))

test.each<[string, (rig: Rig, isPaused: boolean) => void, string]>([
  ['offline', ({ sky }, isPaused) => void (sky.online = !isPaused), 'offline'],
  ['on the battery', ({ sky }, isPaused) => void (sky.saving = isPaused), 'battery-saver'],
  [
    'while another process is at work',
    ({ folder: { store, clock } }, isPaused) =>
      isPaused
        ? void store.leases.take('sync', holder('other'), hourMs, clock.now())
        : store.leases.release('sync', 'other'),
    'in-use-elsewhere'
  ]
])('no refresh %s, although it is due; afterwards there is one', (_, make, paused) =>
  withSchedules(async rig => {
    const { schedules, sky, remote, told } = rig
    const pausedAtCall: boolean[] = []
    let isPaused = true
    remote.script = () => void pausedAtCall.push(isPaused)
    await schedules.set({ accountId: account, refreshMinutes: 60 })
    make(rig, true)
    schedules.start()
    told.length = 0
    sky.wake()
    await expect.poll(() => told).toContain('schedules')
    expect(await viewOf(schedules)).toMatchObject({ paused, nextMs: null })
    isPaused = false
    make(rig, false)
    sky.wake()
    await expect.poll(() => pausedAtCall).toEqual([false])
  })
)

/** The times of the lists, in order. */
function listTimes({ remote, folder }: Rig): number[] {
  const times: number[] = []
  const { script } = remote
  remote.script = (call, index) => {
    if (call.call === 'list') times.push(folder.clock.now())
    return script(call, index)
  }
  return times
}

async function expectReads({ sky }: Rig, times: number[], count: number): Promise<void> {
  await expect
    .poll(() => {
      sky.wake()
      return times.length
    })
    .toBe(count)
}

test('times that were missed while the computer slept are made up for once', () =>
  withSchedules(async rig => {
    const { schedules, folder } = rig
    const times = listTimes(rig)
    await schedules.set({ accountId: account, refreshMinutes: 5 })
    schedules.start()
    await expectReads(rig, times, 1)
    await folder.clock.sleep(100 * hourMs)
    await expectReads(rig, times, 2)
    await expectReads(rig, times, 2)
    await folder.clock.sleep(hourMs / 10)
    await expectReads(rig, times, 3)
    expect(times.map(ms => ms - (times[0] ?? 0))).toEqual([0, 100 * hourMs, 100.1 * hourMs])
  }))

test('a refresh that failed says so, and is not repeated before its time', () =>
  withSchedules(async rig => {
    const { schedules, sky, remote, folder } = rig
    remote.script = () => ({ before: new Fault('unreachable', { message: 'Nobody there' }) })
    const times = listTimes(rig)
    await schedules.set({ accountId: account, refreshMinutes: 60 })
    schedules.start()
    await expectReads(rig, times, 1)
    await expect.poll(async () => (await viewOf(schedules))?.fault?.message).toBe('Nobody there')
    sky.wake()
    await folder.clock.sleep(hourMs / 2)
    sky.wake()
    await folder.clock.sleep(hourMs)
    await expectReads(rig, times, 2)
    expect(times[1]).toBe((times[0] ?? 0) + 1.5 * hourMs)
  }))

test('a clock that was set back does no harm: one read more at most, and the usual times again', () =>
  withSchedules(async rig => {
    const { schedules, folder } = rig
    const { store, clock } = folder
    const record = store.accounts.get(account)
    if (!record) throw new Error('no account')
    store.accounts.update({ ...record, pulledMs: clock.now() + 365 * 24 * hourMs })
    const times = listTimes(rig)
    await schedules.set({ accountId: account, refreshMinutes: 60 })
    schedules.start()
    await expectReads(rig, times, 1)
    await expectReads(rig, times, 1)
    await clock.sleep(1.2 * hourMs)
    await expectReads(rig, times, 2)
  }))

test('only one of two schedules on a data folder works, and the other goes on when it ends', () =>
  withSchedules(async rig => {
    const { schedules, remote, folder } = rig
    const { store, clock } = folder
    const [otherSky, otherRemote] = [weather(), new TinyRemote()]
    const contacts = createContacts({ store, clock })
    const other = createSchedules({
      store,
      sync: folder.sync({ connect: async () => otherRemote.api }),
      contacts,
      clock,
      bus: createBus(() => clock.now()),
      conditions: otherSky,
      holder: holder('holder-1'),
      onBug: error => expect(error).toBeUndefined()
    })
    // A read that fails leaves nothing in the database that could tell the other one.
    remote.script = () => ({ before: new Fault('unreachable') })
    const times = listTimes(rig)
    await schedules.set({ accountId: account, refreshMinutes: 5 })
    schedules.start()
    await expectReads(rig, times, 1)
    other.start()
    // Still held in 45 seconds, of the 90 that it lasts: it was renewed since the last minute.
    const holderSoon = () => store.leases.holder('schedule', clock.now() + 45_000)?.id
    for (let minute = 0; minute < 20; minute += 1) {
      await clock.sleep(60_000)
      rig.sky.wake()
      await expect.poll(holderSoon).toBe('holder-0')
      otherSky.wake()
    }
    expect(times.length).toBeGreaterThan(2)
    expect(otherRemote.calls).toEqual([])
    await schedules.close()
    otherSky.wake()
    await expect.poll(() => lists(otherRemote)).toBe(1)
    await other.close()
  }))
