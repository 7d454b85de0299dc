import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { Settings } from '../../src/shared/model/field.ts'
import type { Profile } from '../../src/shared/model/profile.ts'
import { splitLines } from '../../src/main/base/child.ts'
import { openVault } from '../../src/main/vault/vault.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { makeCheapVault, openCoreOn, passphrase, seeded } from '../helpers/core-child.ts'
import type { FloodLine } from '../helpers/edit-flood.ts'
import { providers } from '../helpers/provider-edits.ts'
import { addAccount } from '../helpers/provider-world.ts'
import { startSimulator } from '../helpers/simulator.ts'

const program = join(import.meta.dirname, '../helpers/edit-flood.ts')
const rounds = 6
const longestLifeMs = 700

/** By profile id, what it may be: what was acknowledged last, or what was tried after it. */
type Expected = Map<string, (Settings | null)[]>

test('a flood of edits without a network, killed again and again: every acknowledged one is there, secrets too', async () => {
  const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? Date.now() % 100_000)
  console.log(`PLUGBOARD_TEST_SEED=${seed}`)
  const cli = await createCli()
  try {
    const expected = await prepare(cli)
    const random = seeded(seed)
    let acknowledged = 0
    for (let round = 0; round < rounds; round += 1) {
      const lines = await lifeAndDeath([cli.dataDir, String(seed), String(round)], random() * longestLifeMs)
      const created: Settings[] = []
      for (const line of lines) learn(expected, created, line)
      acknowledged += lines.filter(({ what }) => what === 'ack').length
      const found = await cli.value<Profile[]>(['profiles', 'list'])
      const there = await valuesOf(found, cli.dataDir)
      expect(unlike(expected, created, there)).toEqual([])
      // What came through unacknowledged is there from now on.
      for (const [id, settings] of there) expected.set(id, [settings])
    }
    console.log(`${acknowledged} edits were acknowledged`)
    expect(acknowledged).toBeGreaterThan(rounds)
    const db = new Database(join(cli.dataDir, 'plugboard.db'), { readonly: true })
    expect(db.pragma('quick_check', { simple: true })).toBe('ok')
    db.close()
  } finally {
    await cli.remove()
  }
}, 60_000)

/** An account of each provider, pulled; then nothing answers any more. */
async function prepare({ dataDir }: Cli): Promise<Expected> {
  await mkdir(dataDir, { recursive: true })
  await makeCheapVault(dataDir)
  const core = await openCoreOn(dataDir)
  try {
    for (const provider of providers) {
      const simulator = await startSimulator(0, provider.card.id)
      try {
        await addAccount(core, provider, simulator.url)
      } finally {
        await simulator.stop()
      }
    }
    return new Map((await core.client.profiles.list({})).map(({ id, local }) => [id, [local]]))
  } finally {
    await core.close()
  }
}

async function lifeAndDeath(args: string[], lifeMs: number): Promise<FloodLine[]> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  splitLines(child.stdout, line => {
    lines.push(line)
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), lifeMs)
  })
  expect(await ended, 'it was killed and did not fail by itself').toBeNull()
  expect(lines.shift(), 'it opened and worked').toBe('ready')
  return lines.map(line => JSON.parse(line) as FloodLine)
}

function learn(expected: Expected, created: Settings[], { what, id, settings }: FloodLine): void {
  if (what === 'ack') expected.set(id, [settings])
  else if (id !== '') expected.set(id, [...(expected.get(id) ?? []), settings])
  else if (settings) created.push(settings)
}

/** What is not as it may be. A create that was tried and never acknowledged may be there or not. */
function unlike(expected: Expected, created: Settings[], there: Map<string, Settings | null>): unknown[] {
  return [...new Set([...expected.keys(), ...there.keys()])].flatMap(id => {
    const [is, allowed] = [there.get(id) ?? null, expected.get(id) ?? created]
    return allowed.some(one => same(one, is)) ? [] : [{ id, is, allowed }]
  })
}

/** The local trees with their secrets by value, as the vault gives them. */
async function valuesOf(profiles: Profile[], dataDir: string): Promise<Map<string, Settings | null>> {
  const vault = await openVault({ driver: 'file', dataDir, passphrase })
  const values = new Map<string, Settings | null>()
  for (const { id, local } of profiles) {
    const whole: Settings = { ...local }
    for (const [name, value] of Object.entries(whole))
      if (isMark(value)) whole[name] = await vault.read(id, name, value.$secret)
    values.set(id, local && whole)
  }
  await vault.close()
  return values
}

function same(one: Settings | null, other: Settings | null): boolean {
  if (one === null || other === null) return one === other
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
    name => JSON.stringify(one[name] ?? null) === JSON.stringify(other[name] ?? null)
  )
}

function isMark(value: Settings[string]): value is { $secret: number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
