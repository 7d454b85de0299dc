import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { AppEvent } from '../../src/shared/model/app.ts'
import type { Run } from '../../src/shared/model/plan.ts'
import { splitLines } from '../../src/main/base/child.ts'
import type { Core } from '../../src/main/core.ts'
import type { Provider } from '../../src/main/providers/contract.ts'
import { openCoreOn } from '../helpers/core-child.ts'
import { copyOf, needed, profilesOf, providers } from '../helpers/provider-edits.ts'
import { settleAll, skippingClock, startWorld, type World } from '../helpers/provider-world.ts'

// Several processes on one data folder: this one is the window, the others are real processes beside it.

const edits = 12
let world: World
let dataDir: string
let accountId: string
let core: Core

beforeEach(async () => {
  world = await startWorld(opentact())
  ;({ dataDir, accountId } = await world.makeFolder('shared'))
  core = await openCoreOn(dataDir, 'window')
})
afterEach(async () => {
  await core.close()
  await world.close()
})

function opentact(): Provider {
  const found = providers.find(({ card }) => card.id === 'opentact')
  if (!found) throw new Error('a provider with several settings of one profile is needed')
  return found
}

/** A process of ours. out: its lines, and a way to speak to it and to end it. */
function start(program: string, args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../helpers', program), ...args], {
    stdio: ['pipe', 'pipe', 'inherit']
  })
  const lines: string[] = []
  let wake = () => {}
  splitLines(child.stdout, line => {
    lines.push(line)
    wake()
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  return {
    ended,
    kill: () => child.kill('SIGKILL'),
    tell: (line: string) => void child.stdin.write(`${line}\n`),
    async next(): Promise<string> {
      while (lines.length === 0) await new Promise<void>(resolve => (wake = resolve))
      return lines.shift() ?? ''
    }
  }
}

async function createMany(count: number): Promise<void> {
  const kind = Object.values(world.provider.kinds)[0]
  if (!kind) throw new Error('no kind')
  const [first] = await profilesOf(core, accountId, kind)
  for (let number = 1; number <= count; number += 1) {
    const settings = needed(copyOf(kind, first?.remote ?? {}, `Copy${number}`))
    await core.client.profiles.create({ accountId, kind: kind.card.id, settings })
  }
}

const doneIn = (run: Run | undefined) => run?.operations.filter(({ state }) => state === 'done').length ?? 0

async function lastRun(): Promise<Run | undefined> {
  return (await core.client.runs.list({ limit: 1 }))[0]
}

test('what another process carries out is told here and can be followed operation by operation', async () => {
  await createMany(edits)
  await world.simulator.control('PUT', 'switches', { latencyMs: 120 })
  const abort = new AbortController()
  const events = await core.client.app.watch(undefined, { signal: abort.signal })
  const progress: number[] = []
  const watching = follow(events, progress)
  const other = start('core-commands.ts', [dataDir])
  expect(await other.next()).toBe('ready')
  other.tell('apply')
  expect(await other.next()).toBe('done')
  await expect.poll(async () => (await lastRun())?.state).toBe('done')
  abort.abort()
  await watching
  other.kill()
  await other.ended
  // It was told more than once on the way, and never saw fewer than before.
  expect(progress.filter(count => count > 0 && count < edits).length).toBeGreaterThan(0)
  expect(progress).toEqual(progress.toSorted((a, b) => a - b))
  expect((await world.simulator.changes()).created).toBe(edits)
})

async function follow(events: AsyncIterable<AppEvent>, progress: number[]): Promise<void> {
  try {
    for await (const { topic } of events) if (topic === 'runs') progress.push(doneIn(await lastRun()))
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
  }
}

test('the one that applies is killed in the middle: the other takes over, and nothing is sent twice', async () => {
  await createMany(edits)
  await world.simulator.control('PUT', 'switches', { latencyMs: 60 })
  const other = start('core-commands.ts', [dataDir])
  expect(await other.next()).toBe('ready')
  other.tell('apply')
  await expect.poll(async () => doneIn(await lastRun()), { timeout: 20_000, interval: 20 }).toBeGreaterThan(3)
  other.kill()
  await other.ended
  await world.simulator.control('PUT', 'switches', { latencyMs: 0 })
  await core.close()
  const clock = skippingClock()
  core = await openCoreOn(dataDir, 'window', clock)
  await settleAll(core, clock)
  expect((await world.simulator.changes()).created).toBe(edits)
  expect((await core.client.runs.list({})).map(({ state }) => state)).toEqual(['done', 'interrupted'])
})

test('two that apply at the same time, again and again: one writes, every edit arrives once', async () => {
  const others = [start('core-commands.ts', [dataDir]), start('core-commands.ts', [dataDir])]
  for (const other of others) expect(await other.next()).toBe('ready')
  const said: string[] = []
  for (let round = 1; round <= 6; round += 1) {
    await createMany(1)
    await renameLast(round)
    for (const other of others) other.tell('apply')
    for (const other of others) said.push(await other.next())
  }
  expect(said.filter(one => !['done', 'in-use-elsewhere', 'plan-changed'].includes(one))).toEqual([])
  for (const other of others) other.kill()
  await Promise.all(others.map(({ ended }) => ended))
  await settleAll(core, skippingClock())
  expect(await world.simulator.changes()).toEqual({ created: 6, updated: 0, deleted: 0 })
})

/** Gives the profile that was just created a name that no other round uses. */
async function renameLast(round: number): Promise<void> {
  const made = (await core.client.profiles.list({ accountId })).filter(({ remoteId }) => remoteId === null)
  for (const { id } of made) await core.client.profiles.set({ id, settings: { name: `Round ${round}` } })
}

test('three processes edit different settings of one profile at the same time: no edit is lost', async () => {
  const [kind] = Object.values(world.provider.kinds)
  const [profile] = kind ? await profilesOf(core, accountId, kind) : []
  if (!profile) throw new Error('no profile')
  const others = ['callbackUrl', 'fallbackUrl'].map(setting =>
    start('set-many.ts', [dataDir, profile.id, setting, '60'])
  )
  for (const other of others) expect(await other.next()).toBe('ready')
  for (const other of others) other.tell('go')
  const { id } = profile
  for (let number = 0; number < 60; number += 1) {
    const weight = number % 10
    await core.client.profiles.set({ id, settings: { longCodeWeight: weight } })
    expect((await core.client.profiles.get({ id })).local?.['longCodeWeight'] ?? 0).toBe(weight)
  }
  for (const other of others) expect(await other.next()).toBe('[]')
  expect((await core.client.profiles.get({ id })).local).toMatchObject({
    callbackUrl: 'https://callbackurl.example.com/60',
    fallbackUrl: 'https://fallbackurl.example.com/60',
    longCodeWeight: 9
  })
  // Each has its entry in the history.
  const entries = await core.client.history.list({ profileId: id, limit: 1000 })
  expect(entries.filter(({ what }) => what === 'local-edited').length).toBeGreaterThanOrEqual(3 * 60 - 1)
})
