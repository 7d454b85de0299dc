import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ScheduleView } from '../../src/shared/model/schedule.ts'
import { forkNode } from '../../src/main/base/child.ts'
import { createLog } from '../../src/main/base/log.ts'
import { openCore, type Core } from '../../src/main/core.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { applyPlan, codeFrom, passphrase } from '../helpers/core-child.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { shiftedClock, weather, type Weather } from '../helpers/weather.ts'

// What Plugboard does on its own, with a real provider that somebody else edits and that goes away and comes back.

const hourMs = 60 * 60_000
const changed = 'https://crm.example.com/changed'
let dataDir: string
let simulator: Simulator
let clock: ReturnType<typeof shiftedClock>
let sky: Weather
let core: Core
let accountId: string

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-schedule-'))
  simulator = await startSimulator()
  clock = shiftedClock()
  sky = weather()
  core = await open('window', sky)
  const { fields, secrets } = sandboxCredentials
  const account = { provider: 'exotel', label: 'Shop', baseUrl: simulator.url, fields, secrets }
  accountId = (await core.client.accounts.add(account)).id
  await core.client.profiles.pull({ accountId })
})

afterEach(async () => {
  await core.close()
  await simulator.stop()
  await rm(dataDir, { recursive: true, force: true })
})

function open(about: string, background: Weather): Promise<Core> {
  return openCore({
    dataDir,
    vault: 'file',
    passphrase,
    host: { about, abilities: [] },
    background,
    fork: forkNode,
    sandboxEntry: '',
    version: '0.0.0',
    clock,
    log: createLog({ file: join(dataDir, 'log.jsonl') })
  })
}

async function view(of = core): Promise<ScheduleView> {
  const [found] = await of.client.schedules.list()
  if (!found) throw new Error('no schedule')
  return found
}

async function profileOf(key: string) {
  const found = (await core.client.profiles.list({})).find(({ remote, local }) => (local ?? remote)?.['key'] === key)
  if (!found) throw new Error(`no profile ${key}`)
  return found
}

async function edit(key: string, value: string): Promise<void> {
  await core.client.profiles.set({ id: (await profileOf(key)).id, settings: { value } })
}

type State = { counters: { requests: Record<string, number> } }

async function requestsThere(): Promise<Record<string, number>> {
  return (await simulator.control<State>('GET', 'state')).counters.requests
}

/** Wakes the computer until it holds. */
function soon<T>(of: () => T | Promise<T>) {
  const look = () => {
    sky.wake()
    return of()
  }
  return expect.poll(look, { timeout: 20_000, interval: 100 })
}

/** An edit that could not be sent: the provider was gone when it was applied. */
async function failToSend(...keys: string[]): Promise<void> {
  await simulator.kill()
  for (const key of keys) await edit(key, changed)
  expect(await applyPlan(core)).toMatchObject({ state: 'incomplete' })
}

test('a refresh finds what somebody changed there, without a word', async () => {
  await simulator.control('PUT', 'settings', { Key: 'popup', Value: 'https://crm.example.com/drift' })
  await core.client.schedules.set({ accountId, refreshMinutes: 60 })
  clock.shift(hourMs * 1.2)
  await soon(async () => (await profileOf('popup')).state).toBe('drifted')
  const [entry] = await core.client.history.list({ limit: 1 })
  expect(entry).toMatchObject({ what: 'seen-changed', who: 'schedule' })
  expect(await view()).toMatchObject({ paused: null, fault: null, pending: null })
})

test('what could not be sent is offered once the provider answers again, and goes nowhere by itself', async () => {
  await failToSend('popup', 'missedCall')
  await soon(async () => (await view()).fault?.code).toBe('unreachable')
  expect((await view()).pending).toMatchObject({ changes: 2, offered: false })
  await simulator.restart()
  await soon(async () => (await view()).pending?.offered).toBe(true)
  const { pending } = await view()
  expect(pending).toEqual({ changes: 2, hash: (await core.client.plans.make({ accountId })).hash, offered: true })
  sky.wake()
  expect((await simulator.changes()).updated).toBe(0)
  expect(await applyPlan(core)).toMatchObject({ state: 'done', writes: 2 })
  expect((await view()).pending).toBeNull()
})

test('edits made while the provider is away are offered too, and also after a restart', async () => {
  await failToSend('popup')
  await edit('missedCall', changed)
  await core.close()
  core = await open('window', sky)
  expect((await view()).pending).toMatchObject({ offered: false })
  await simulator.restart()
  await soon(async () => (await view()).pending).toMatchObject({ changes: 2, offered: true })
})

test('an account that applies alone sends what is safe, once, and leaves a delete to its person', async () => {
  await core.client.schedules.set({ accountId, appliesAlone: true })
  await core.client.profiles.delete({ id: (await profileOf('crmTheme')).id })
  await failToSend('popup').catch(() => undefined)
  await simulator.restart()
  await soon(async () => (await profileOf('popup')).state).toBe('in-sync')
  expect(await simulator.settings()).toMatchObject({ popup: changed, crmTheme: expect.anything() })
  await soon(async () => (await view()).pending).toMatchObject({ changes: 1, offered: true })
  const history = await core.client.history.list({ limit: 20 })
  expect(history.filter(({ who }) => who === 'schedule')).toMatchObject([{ what: 'applied-update' }])
  // What is edited from now on waits for its person, although something is offered still.
  await edit('missedCall', changed)
  await core.client.schedules.set({ accountId, refreshMinutes: 5 })
  for (let refresh = 0; refresh < 2; refresh += 1) {
    const { pulledMs } = await core.client.accounts.get({ id: accountId })
    clock.shift(hourMs)
    await soon(async () => (await core.client.accounts.get({ id: accountId })).pulledMs).not.toBe(pulledMs)
  }
  expect(await simulator.changes()).toMatchObject({ updated: 1, deleted: 0 })
  expect((await profileOf('missedCall')).state).toBe('edited')
  expect((await profileOf('crmTheme')).state).toBe('deleted')
})

test('a conflict never goes out alone', async () => {
  await core.client.schedules.set({ accountId, appliesAlone: true })
  await simulator.control('PUT', 'settings', { Key: 'popup', Value: 'https://crm.example.com/theirs' })
  await failToSend('popup', 'missedCall')
  await simulator.restart()
  await soon(async () => (await profileOf('missedCall')).state).toBe('in-sync')
  expect((await profileOf('popup')).state).toBe('conflict')
  expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/theirs', missedCall: changed })
})

test('a parked account is asked nothing', async () => {
  await core.client.schedules.set({ accountId, refreshMinutes: 5, appliesAlone: true })
  const { secrets } = sandboxCredentials
  await core.client.accounts.update({ id: accountId, secrets: { appSecret: `${secrets.appSecret}-wrong` } })
  await core.client.profiles.pull({ accountId })
  expect(await view()).toMatchObject({ paused: 'account-parked', nextMs: null })
  await edit('popup', changed)
  clock.shift(hourMs)
  const before = await requestsThere()
  // Another account that is due shows that the looks were made.
  const { fields } = sandboxCredentials
  const other = { provider: 'exotel', label: 'Other', baseUrl: simulator.url, fields, secrets }
  const { id } = await core.client.accounts.add(other)
  await core.client.schedules.set({ accountId: id, refreshMinutes: 5 })
  clock.shift(hourMs)
  await soon(async () => (await core.client.accounts.get({ id })).pulledMs).toBeTypeOf('number')
  const after = await requestsThere()
  await core.client.profiles.pull({ accountId: id })
  const again = await requestsThere()
  const first = Object.keys(after).map(name => (after[name] ?? 0) - (before[name] ?? 0))
  // The very first read takes a token as well.
  expect(first.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2)
  expect(again).not.toEqual(after)
})

test('two cores on one folder do one refresh, and the one that is left goes on', async () => {
  await core.client.schedules.set({ accountId, refreshMinutes: 60 })
  const others = weather()
  const other = await open('browser tab', others)
  const reads = async () => Object.values(await requestsThere()).reduce((sum, count) => sum + count, 0)
  const perPull = await countOf(reads, () => core.client.profiles.pull({ accountId }))
  const before = await reads()
  clock.shift(1.2 * hourMs)
  const pulledMs = (await core.client.accounts.get({ id: accountId })).pulledMs
  await soon(async () => {
    others.wake()
    return (await other.client.accounts.get({ id: accountId })).pulledMs
  }).not.toBe(pulledMs)
  others.wake()
  sky.wake()
  await other.close()
  expect((await reads()) - before).toBe(perPull)
  clock.shift(1.2 * hourMs)
  await soon(async () => (await reads()) - before).toBe(2 * perPull)
})

test('closing breaks off a refresh, and nothing of it is a fault of the provider', async () => {
  await core.client.schedules.set({ accountId, refreshMinutes: 60 })
  const { pulledMs } = await core.client.accounts.get({ id: accountId })
  await simulator.control('PUT', 'switches', { latencyMs: 60_000 })
  const other = await open('command line', weather())
  clock.shift(1.2 * hourMs)
  await soon(() => codeFrom(other.client.profiles.adopt({ accountId, name: 'any' }))).toBe('in-use-elsewhere')
  await core.close()
  await other.close()
  await simulator.control('DELETE', 'switches')
  core = await open('window', weather())
  expect((await core.client.accounts.get({ id: accountId })).pulledMs).toBe(pulledMs)
  expect(await view()).toMatchObject({ fault: null, pending: null })
})

async function countOf(count: () => Promise<number>, work: () => Promise<unknown>): Promise<number> {
  const before = await count()
  await work()
  return (await count()) - before
}
