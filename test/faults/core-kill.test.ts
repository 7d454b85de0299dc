import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Run } from '../../src/shared/model/plan.ts'
import { splitLines } from '../../src/main/base/child.ts'
import { systemClock, type Clock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { Core } from '../../src/main/core.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { applyPlan, openCoreOn, seeded } from '../helpers/core-child.ts'
import { startSimulator } from '../helpers/simulator.ts'

const program = join(import.meta.dirname, '../helpers/edit-and-apply.ts')
const rounds = 8
const longestLifeMs = 900

type Counters = { counters: { changes: { created: number; updated: number; deleted: number } } }

/** What each key may be in the end: the last value that was acknowledged, or one that was tried after it. */
type Expected = Map<string, string[]>

test('the whole app killed again and again: no acknowledged edit is lost, nothing is sent twice', async () => {
  const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? Date.now() % 100_000)
  console.log(`PLUGBOARD_TEST_SEED=${seed}`)
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-core-kill-'))
  const simulator = await startSimulator()
  try {
    await withCore(dataDir, systemClock, async ({ client }) => {
      const { fields, secrets } = sandboxCredentials
      const baseUrl = simulator.url
      const account = await client.accounts.add({ provider: 'exotel', label: 'A', baseUrl, fields, secrets })
      await client.profiles.pull({ accountId: account.id })
    })
    const expected: Expected = new Map(Object.entries(await simulator.settings()).map(([key, value]) => [key, [value]]))
    await simulator.control('PUT', 'switches', { latencyMs: 15 })
    const random = seeded(seed)
    for (let round = 0; round < rounds; round += 1) {
      const lines = await lifeAndDeath([dataDir, String(seed), String(round)], random() * longestLifeMs)
      expect(lines[0], 'it opened and worked').toBe('ready')
      for (const line of lines) learn(expected, line)
    }
    await simulator.control('PUT', 'switches', { latencyMs: 0 })
    // A create that did not arrive is only known not to have once its time is certainly over.
    await withCore(dataDir, { ...systemClock, elapsedMs: () => systemClock.elapsedMs() + 120_000 }, async core => {
      await core.client.profiles.pull({})
      expect((await applyPlan(core))?.state ?? 'done').toBe('done')
      expect(await core.client.plans.make({})).toMatchObject({ changes: [], conflicts: [], held: [] })
      const wrong = unexpected(expected, await simulator.settings())
      expect(wrong, 'every acknowledged edit arrived, and nothing that was never wanted').toEqual([])
      const keys = (await core.client.profiles.list({})).map(({ local }) => local?.['key'])
      expect(new Set(keys).size).toBe(keys.length)
    })
    const { changes } = (await simulator.control<Counters>('GET', 'state')).counters
    const runs = await runsIn(dataDir)
    expect(runs.filter(({ state }) => state === 'running')).toEqual([])
    expect(changes, 'one write for each change that was carried out').toEqual(carriedOut(runs))
    const db = new Database(join(dataDir, 'plugboard.db'), { readonly: true })
    expect(db.pragma('quick_check', { simple: true })).toBe('ok')
    db.close()
  } finally {
    await simulator.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}, 60_000)

async function withCore(dataDir: string, clock: Clock, work: (core: Core) => Promise<void>): Promise<void> {
  const core = await openCoreOn(dataDir, 'parent', clock)
  try {
    await work(core)
  } finally {
    await core.close()
  }
}

/** Lets the program work for a while and kills it. out: all that it had said. */
async function lifeAndDeath(args: string[], lifeMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  splitLines(child.stdout, line => {
    lines.push(line)
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), lifeMs)
  })
  expect(await ended, 'it was killed and did not fail by itself').toBeNull()
  return lines
}

async function runsIn(dataDir: string): Promise<Run[]> {
  const store = await openStore({ dataDir, clock: systemClock })
  const runs = store.runs.list(10_000)
  store.close()
  return runs
}

function learn(expected: Expected, line: string): void {
  const [what, key = '', value = ''] = line.split(' ')
  if (what === 'try') expected.set(key, [...(expected.get(key) ?? ['-']), value])
  if (what === 'ack') expected.set(key, [value])
}

function unexpected(expected: Expected, there: Record<string, string>): unknown[] {
  const keys = new Set([...expected.keys(), ...Object.keys(there)])
  return [...keys].flatMap(key => {
    const allowed = expected.get(key) ?? []
    return allowed.includes(there[key] ?? '-') ? [] : [{ key, allowed, there: there[key] }]
  })
}

function carriedOut(runs: Run[]): Counters['counters']['changes'] {
  const sent = runs.flatMap(({ operations }) =>
    operations.filter(({ state, inflightElapsedMs }) => state === 'done' && inflightElapsedMs !== null)
  )
  const count = (action: string) => sent.filter(({ change }) => change.action === action).length
  return { created: count('create'), updated: count('update'), deleted: count('delete') }
}
