import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { forkNode } from '../../src/main/base/child.ts'
import { systemClock, type Clock } from '../../src/main/base/clock.ts'
import type { Core } from '../../src/main/core.ts'
import type { Provider } from '../../src/main/providers/contract.ts'
import { createSandbox } from '../../src/main/sandbox/sandbox.ts'
import { applyPlan, makeCheapVault, openCoreOn } from './core-child.ts'
import { editAll, type Edited } from './provider-edits.ts'
import { startSimulator, type Changes, type Simulator } from './simulator.ts'

/** A provider's simulator, and data folders whose account leads to it. */
export type World = {
  provider: Provider
  simulator: Simulator
  root: string
  /** Makes a data folder with the account, pulled. in: url: where it leads to. */
  makeFolder(name: string, url?: string): Promise<{ dataDir: string; accountId: string }>
  close(): Promise<void>
}

/** What is at the provider in the end, however it came about. */
export type EndState = { objects: string[]; changes: Changes; secretsThere: boolean[] }

export async function startWorld(provider: Provider): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), `plugboard-${provider.card.id}-`))
  const simulator = await startSimulator(0, provider.card.id)
  return {
    provider,
    simulator,
    root,
    async makeFolder(name, url = simulator.url) {
      const dataDir = join(root, name)
      await mkdir(dataDir)
      await makeCheapVault(dataDir)
      const accountId = await withCore(dataDir, core => addAccount(core, provider, url))
      return { dataDir, accountId }
    },
    async close() {
      await simulator.stop()
      await rm(root, { recursive: true, force: true })
    }
  }
}

/** Adds the sandbox's account of the provider and reads it whole. out: its id. */
export async function addAccount(core: Core, provider: Provider, url: string): Promise<string> {
  const { id: providerId } = provider.card
  const sandbox = createSandbox({ dataDir: '', fork: forkNode, entry: '', clock: systemClock })
  const { fields, secrets, adopt } = sandbox.credentials(providerId)
  const given = { provider: providerId, label: providerId, baseUrl: url, fields, secrets }
  const { id } = await core.client.accounts.add(given)
  if (adopt !== undefined) await core.client.profiles.adopt({ accountId: id, name: adopt })
  expect(await core.client.profiles.pull({ accountId: id })).toMatchObject([{ fault: null }])
  return id
}

export async function pullWell(core: Core): Promise<void> {
  for (const { fault } of await core.client.profiles.pull({})) expect(fault).toBeNull()
}

export async function withCore<T>(dataDir: string, work: (core: Core) => Promise<T>, clock?: Clock): Promise<T> {
  const core = await openCoreOn(dataDir, 'the one that comes after', clock)
  try {
    return await work(core)
  } finally {
    await core.close()
  }
}

/** A folder in which every sort of edit waits to be applied. */
export async function makeEditedFolder(world: World, url?: string): Promise<{ template: string; edited: Edited }> {
  const { dataDir, accountId } = await world.makeFolder('template', url)
  const edited = await withCore(dataDir, core => editAll(core, world.provider, accountId))
  return { template: dataDir, edited }
}

export async function copyFolder({ root }: World, template: string, name: string): Promise<string> {
  const dataDir = join(root, name)
  await cp(template, dataDir, { recursive: true })
  return dataDir
}

export async function endStateOf({ simulator }: World, { secrets }: Edited): Promise<EndState> {
  const text = await simulator.stateText()
  return {
    objects: await simulator.objects(),
    changes: await simulator.changes(),
    secretsThere: secrets.map(secret => text.includes(createHash('sha256').update(secret).digest('hex')))
  }
}

/** Real time, and as much of it skipped as is asked for. `sleep` skips what it is told, and rests a little. */
export function skippingClock(restMs = 5): Clock & { skip(ms: number): void; slept: number[] } {
  let skippedMs = 0
  const slept: number[] = []
  return {
    slept,
    now: () => systemClock.now() + skippedMs,
    elapsedMs: () => systemClock.elapsedMs() + skippedMs,
    skip: ms => void (skippedMs += ms),
    async sleep(ms, signal) {
      slept.push(ms)
      const restingMs = Math.min(ms, restMs)
      skippedMs += ms - restingMs
      await systemClock.sleep(restingMs, signal)
    }
  }
}

/**
 * Recovers, pulls and applies what is left, until nothing is. A create that did not arrive is held until its time is over:
 * then the clock is set on. The core is left in sync.
 */
export async function settleAll(core: Core, clock: { skip(ms: number): void }): Promise<void> {
  await pullWell(core)
  if ((await core.client.plans.make({})).held.length > 0) {
    clock.skip(120_000)
    await pullWell(core)
  }
  expect(await core.client.plans.make({})).toMatchObject({ conflicts: [], held: [] })
  const run = await applyPlan(core)
  expect(run?.operations.filter(({ state }) => state !== 'done') ?? []).toEqual([])
  expect(await core.client.plans.make({})).toMatchObject({ changes: [], conflicts: [], held: [] })
  for (const { state, base, local, remote } of await core.client.profiles.list({}))
    expect({ state, base, local }).toEqual({ state: 'in-sync', base: remote, local: remote })
}
