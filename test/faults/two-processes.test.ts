import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RunEvent } from '../../src/shared/model/plan.ts'
import { splitLines } from '../../src/main/base/child.ts'
import type { Core } from '../../src/main/core.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { applyPlan, codeFrom, openCoreOn } from '../helpers/core-child.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// Two of us on one data folder: this process is the window, another one the command line.

const program = join(import.meta.dirname, '../helpers/core-commands.ts')
const popup = 'https://crm.example.com/popup/new'
let dataDir: string
let simulator: Simulator
let core: Core
let child: ChildProcess | undefined

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-two-'))
  simulator = await startSimulator()
  core = await openCoreOn(dataDir, 'window')
  const { fields, secrets } = sandboxCredentials
  const { id } = await core.client.accounts.add({
    provider: 'exotel',
    label: 'A',
    baseUrl: simulator.url,
    fields,
    secrets
  })
  await core.client.profiles.pull({ accountId: id })
})

afterEach(async () => {
  child?.kill('SIGKILL')
  await core.close()
  await simulator.stop()
  await rm(dataDir, { recursive: true, force: true })
})

type Other = {
  /** Gives it a command. out: the line that it answers with. */
  ask(command: string): Promise<string>
  tell(command: string): void
  kill(): Promise<void>
}

async function startOther(): Promise<Other> {
  const started = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  child = started
  const lines: string[] = []
  let wake = () => {}
  const ended = new Promise<void>(resolve => started.once('close', () => resolve()))
  splitLines(started.stdout, line => {
    lines.push(line)
    wake()
  })
  async function next(): Promise<string> {
    while (lines.length === 0) await new Promise<void>(resolve => (wake = resolve))
    return lines.shift() ?? ''
  }
  const tell = (command: string) => void started.stdin.write(`${command}\n`)
  expect(await next()).toBe('ready')
  return {
    tell,
    ask(command) {
      tell(command)
      return next()
    },
    async kill() {
      started.kill('SIGKILL')
      await ended
    }
  }
}

async function profileOf(key: string) {
  const found = (await core.client.profiles.list({})).find(({ remote, local }) => (local ?? remote)?.['key'] === key)
  if (!found) throw new Error(`no profile ${key}`)
  return found
}

async function setValue(key: string, value: string): Promise<void> {
  await core.client.profiles.set({ id: (await profileOf(key)).id, settings: { value } })
}

/** Starts applying. out: once a request is under way. */
async function startApply(): Promise<{ ended: Promise<RunEvent[]> }> {
  const { hash } = await core.client.plans.make({})
  const events = await core.client.runs.apply({ hash, confirm: [] })
  let begun = () => {}
  const isBegun = new Promise<void>(resolve => (begun = resolve))
  const ended = (async () => {
    const seen: RunEvent[] = []
    for await (const event of events) {
      seen.push(event)
      if (event.type === 'operation' && event.operation.state === 'inflight') begun()
    }
    return seen
  })()
  await isBegun
  return { ended }
}

type Counters = { counters: { changes: { created: number; updated: number; deleted: number } } }

async function updatesThere(): Promise<number> {
  return (await simulator.control<Counters>('GET', 'state')).counters.changes.updated
}

test('while one applies, the other is told so and its edits are kept and not sent', async () => {
  const other = await startOther()
  await setValue('popup', popup)
  await simulator.control('PUT', 'switches', { latencyMs: 300 })
  const applied = await startApply()
  expect(await other.ask('pull')).toBe('in-use-elsewhere')
  expect(await other.ask('set missedCall https://crm.example.com/missed/new')).toBe('done')
  expect(await other.ask('apply')).toBe('in-use-elsewhere')
  expect(await other.ask('set popup https://crm.example.com/later')).toBe('done')
  expect((await applied.ended).at(-1)).toMatchObject({ type: 'finished', run: { state: 'done', writes: 1 } })
  await simulator.control('PUT', 'switches', { latencyMs: 0 })
  expect(await profileOf('popup')).toMatchObject({
    state: 'edited',
    base: { value: popup },
    local: { value: 'https://crm.example.com/later' }
  })
  expect(await simulator.settings()).toMatchObject({ popup })
  expect(await updatesThere()).toBe(1)
  expect(await other.ask('apply')).toBe('done')
  expect(await updatesThere()).toBe(3)
  expect((await core.client.plans.make({})).changes).toEqual([])
})

test('applied twice at once (a double click), it is sent once', async () => {
  await setValue('popup', popup)
  await simulator.control('PUT', 'switches', { latencyMs: 100 })
  const { hash } = await core.client.plans.make({})
  const first = await core.client.runs.apply({ hash, confirm: [] })
  expect(await codeFrom(core.client.runs.apply({ hash, confirm: [] }))).toBe('in-use-elsewhere')
  // Nobody watches: the run goes on all the same.
  await first.return?.(undefined)
  await expect.poll(async () => (await core.client.runs.list({ limit: 1 }))[0]?.state, { timeout: 20_000 }).toBe('done')
  // All of the reviewed plan is true there: it is carried out, and that sends nothing.
  expect(await codeFrom(core.client.runs.apply({ hash, confirm: [] }))).toBeUndefined()
  expect(await updatesThere()).toBe(1)
})

test('one that is killed in the middle of a request leaves nothing that stops the other, which finds out what became of it', async () => {
  const other = await startOther()
  await setValue('popup', popup)
  await simulator.control('PUT', 'switches', { latencyMs: 400 })
  other.tell('apply')
  await expect
    .poll(async () => (await core.client.runs.list({ limit: 1 }))[0]?.operations[0]?.state, { timeout: 20_000 })
    .toBe('inflight')
  await sleep(600)
  await other.kill()
  await simulator.control('PUT', 'switches', { latencyMs: 0 })
  expect((await core.client.plans.make({})).held).toMatchObject([{ reason: 'outcome-unknown' }])
  // At once, not when the lease is over; and the run that was left behind is ended without a restart.
  await core.client.profiles.pull({})
  expect((await core.client.runs.list({ limit: 1 }))[0]).toMatchObject({ state: 'interrupted', writes: 1 })
  expect(await applyPlan(core)).toBeUndefined()
  expect(await updatesThere()).toBe(1)
  expect((await profileOf('popup')).state).toBe('in-sync')
})

test.each(['reset-after', 'timeout-after', 'status-after'])(
  'the answer to a write is lost (%s): it is read, not sent again',
  async name => {
    const fault = {
      'reset-after': { type: 'reset-after' },
      'timeout-after': { type: 'truncated', how: 'connection' },
      'status-after': { type: 'status', status: 503, retryAfter: '0', when: 'after' }
    }[name]
    await setValue('popup', popup)
    const made = { key: 'made', value: 'https://crm.example.com/made' }
    await core.client.profiles.create({
      accountId: (await profileOf('popup')).accountId,
      kind: 'app-setting',
      settings: made
    })
    await core.client.profiles.delete({ id: (await profileOf('missedCall')).id })
    const path = '/v2/integrations/app_setting'
    for (const method of ['POST', 'DELETE'])
      await simulator.control('POST', 'faults', { match: { method, path }, times: method === 'POST' ? 2 : 1, fault })
    const run = await applyPlan(core)
    expect(run?.operations.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
    const { changes } = (await simulator.control<Counters>('GET', 'state')).counters
    expect(changes).toEqual({ created: 1, updated: 1, deleted: 1 })
    expect(await core.client.plans.make({})).toMatchObject({ changes: [], conflicts: [], held: [] })
    const what = (await core.client.history.list({ limit: 50 })).map(entry => entry.what)
    expect(what.filter(one => one.startsWith('applied-')).toSorted()).toEqual([
      'applied-create',
      'applied-delete',
      'applied-update'
    ])
  }
)

test('the account is removed while its plan is carried out: the rest is not sent and the run ends', async () => {
  await setValue('popup', popup)
  await setValue('missedCall', 'https://crm.example.com/missed/new')
  await simulator.control('PUT', 'switches', { latencyMs: 200 })
  const applied = await startApply()
  await core.client.accounts.remove({ id: (await core.client.accounts.list())[0]?.id ?? '' })
  expect((await applied.ended).at(-1)).toMatchObject({ type: 'finished', run: { state: 'incomplete', writes: 1 } })
  expect(await updatesThere()).toBe(1)
})

test('the account leads elsewhere since the review: nothing more is sent there, and nothing is planned before it was read', async () => {
  await setValue('popup', popup)
  await setValue('missedCall', 'https://crm.example.com/missed/new')
  await simulator.control('PUT', 'switches', { latencyMs: 200 })
  const applied = await startApply()
  const [account] = await core.client.accounts.list()
  await core.client.accounts.update({
    id: account?.id ?? '',
    baseUrl: simulator.url.replace('127.0.0.1', 'localhost')
  })
  expect((await applied.ended).at(-1)).toMatchObject({ type: 'finished', run: { state: 'incomplete', writes: 1 } })
  await simulator.control('PUT', 'switches', { latencyMs: 0 })
  const plan = await core.client.plans.make({})
  expect(plan.changes).toEqual([])
  expect(plan.held.map(({ reason }) => reason)).toContain('remote-unknown')
  await core.client.profiles.pull({})
  expect((await applyPlan(core))?.state).toBe('done')
  expect(await updatesThere()).toBe(2)
})

test('closing in the middle of a request: it is waited for, and nothing more goes out', async () => {
  await setValue('popup', popup)
  await setValue('missedCall', 'https://crm.example.com/missed/new')
  await simulator.control('PUT', 'switches', { latencyMs: 200 })
  const applied = await startApply()
  await core.close()
  await applied.ended
  core = await openCoreOn(dataDir, 'window')
  expect((await core.client.runs.list({ limit: 1 }))[0]).toMatchObject({ state: 'cancelled', writes: 1 })
  expect(await updatesThere()).toBe(1)
  expect((await core.client.plans.make({})).changes).toHaveLength(1)
})
