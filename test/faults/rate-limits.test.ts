import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { KindCard } from '../../src/shared/model/provider.ts'
import type { Run, RunEvent } from '../../src/shared/model/plan.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Core } from '../../src/main/core.ts'
import type { Kind } from '../../src/main/providers/contract.ts'
import { openCoreOn } from '../helpers/core-child.ts'
import { changeOf, copyOf, needed, profilesOf, providers, type Edited } from '../helpers/provider-edits.ts'
import {
  copyFolder,
  endStateOf,
  makeEditedFolder,
  settleAll,
  skippingClock,
  startWorld,
  withCore,
  type EndState,
  type World
} from '../helpers/provider-world.ts'
import type { Changes } from '../helpers/simulator.ts'

const program = join(import.meta.dirname, '../helpers/apply-until.ts')
const waitMs = 42_000

type Stage = { world: World; template: string; edited: Edited; requests: number; end: EndState }
type Counters = { counters: { requests: Record<string, number> } }

/** How a provider says when to come back. */
const forms = {
  'in seconds': () => String(waitMs / 1000),
  'by a date': (nowMs: number) => new Date(nowMs + waitMs).toUTCString(),
  'not at all': () => undefined
}
type Form = keyof typeof forms

describe.concurrent.each(providers.map(provider => [provider.card.id, provider] as const))('%s', (_id, provider) => {
  let stage: Stage

  beforeAll(async () => {
    const world = await startWorld(provider)
    const { template, edited } = await makeEditedFolder(world)
    stage = { world, template, edited, ...(await applyUndisturbed(world, template, edited)) }
  })
  afterAll(() => stage?.world.close())

  test('429 at each request, in a pull, at a wait that is cancelled, killed or too long: no operation is lost', async () => {
    const all = Object.keys(forms) as Form[]
    // At least the write and its read-back of each.
    expect(stage.requests).toBeGreaterThanOrEqual(2 * stage.edited.actions.length)
    for (let nth = 1; nth <= stage.requests; nth += 1) {
      // Turned so that the requests of one sort get all of them.
      const form = all[(nth + Math.floor(nth / all.length)) % all.length] ?? 'in seconds'
      await refusedOnce(stage, nth, form)
    }
    await refusedInPull(stage)
    await cancelledWhileWaiting(stage)
    await killedWhileWaiting(stage)
    await toldToComeBackInHours(stage)
  }, 120_000)
})

describe.concurrent.each(providers.map(provider => [provider.card.id, provider] as const))('%s', (id, provider) => {
  const { rateLimit } = provider.card
  const documentedMs = rateLimit.perMs
  // As many requests as documented, in a window that a test can wait for.
  beforeAll(() => void (rateLimit.perMs = rateLimit.requests * 12))
  afterAll(() => void (rateLimit.perMs = documentedMs))

  test.each([1, 2])('50 changes where the card’s limit divided by %i holds: all arrive, none twice', async by => {
    const world = await startWorld(provider)
    try {
      const requests = Math.max(1, Math.floor(rateLimit.requests / by))
      const limits = { ...ownLimits[id], rateLimit: { requests, perMs: rateLimit.perMs } }
      const { asked, changes } = await changeMany(world, limits)
      expect(asked).toBeGreaterThanOrEqual(50)
      expect(changes).toEqual({
        created: 0,
        updated: 0,
        deleted: 0,
        [provider.card.kinds.some(canCreate) ? 'created' : 'updated']: asked
      })
    } finally {
      await world.close()
    }
  })
})

/** Switches that take away a limit which a simulator has beside the common one. */
const ownLimits: Record<string, Record<string, unknown>> = { jframework: { requestsPerMinute: null } }

async function applyUndisturbed(world: World, template: string, edited: Edited) {
  const clock = skippingClock()
  return inCopy(world, template, clock, async core => {
    await apply(core)
    const requests = await countRequests(world)
    await settleAll(core, clock)
    return { requests, end: await endStateOf(world, edited) }
  })
}

async function countRequests({ simulator }: World): Promise<number> {
  const { counters } = await simulator.control<Counters>('GET', 'state')
  return Object.values(counters.requests).reduce((sum, count) => sum + count, 0)
}

/** A core on a copy of the folder, and the provider as it was at first. */
async function inCopy<T>(
  world: World,
  template: string,
  clock: ReturnType<typeof skippingClock> | typeof systemClock,
  work: (core: Core, dataDir: string) => Promise<T>
): Promise<T> {
  await world.simulator.control('POST', 'reset')
  const dataDir = await copyFolder(world, template, 'copy')
  try {
    return await withCore(dataDir, core => work(core, dataDir), clock)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function refuse({ world }: Stage, planned: { skip?: number; times?: number }, retryAfter?: string) {
  const fault = { type: 'status', status: 429, ...(retryAfter !== undefined && { retryAfter }) }
  await world.simulator.control('POST', 'faults', { ...planned, fault })
}

type Applied = { run: Run; waits: Extract<RunEvent, { type: 'waiting' }>[] }

async function apply(core: Core, onWaiting: (runId: string) => void = () => undefined): Promise<Applied> {
  const plan = await core.client.plans.make({})
  const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
  const waits: Applied['waits'] = []
  let runId = ''
  for await (const event of await core.client.runs.apply({ hash: plan.hash, confirm })) {
    if (event.type === 'started') ({ runId } = event)
    if (event.type === 'waiting') {
      waits.push(event)
      onWaiting(runId)
    }
    if (event.type === 'finished') return { run: event.run, waits }
  }
  throw new Error('the run has no end')
}

/** One run carries everything out; what the provider asked for is waited for, and shown. */
async function refusedOnce(stage: Stage, nth: number, form: Form): Promise<void> {
  const { world, template, edited, end } = stage
  const clock = skippingClock()
  await inCopy(world, template, clock, async core => {
    const fromMs = clock.now()
    await refuse(stage, { skip: nth - 1 }, forms[form](fromMs))
    const { run, waits } = await apply(core)
    const open = run.operations.filter(({ state }) => state !== 'done')
    expect({ nth, form, open, end: await endStateOf(world, edited) }).toEqual({ nth, form, open: [], end })
    if (form === 'not at all') return
    expect({ nth, form, waits: waits.length }).toEqual({ nth, form, waits: 1 })
    expect(waits[0]?.reason.length).toBeGreaterThan(10)
    // A date has whole seconds.
    expect(waits[0]?.untilMs).toBeGreaterThan(fromMs + waitMs - 1_000)
    expect(clock.now()).toBeGreaterThanOrEqual(waits[0]?.untilMs ?? 0)
    expect(clock.slept.filter(ms => ms > 10_000)).toHaveLength(1)
  })
}

/** Refused reads say nothing: the edits are kept, nothing is planned until the provider has answered. */
async function refusedInPull(stage: Stage): Promise<void> {
  const { world, template, edited, end } = stage
  const clock = skippingClock()
  await inCopy(world, template, clock, async core => {
    const planned = (await core.client.plans.make({})).changes
    await refuse(stage, { times: 1 }, String(waitMs / 1000))
    const [result] = await core.client.profiles.pull({})
    expect(result?.fault).toMatchObject({ code: 'rate-limited', retryAtMs: expect.any(Number) as number })
    const held = await core.client.plans.make({})
    expect(held.changes.filter(({ action }) => action !== 'create')).toEqual([])
    expect(await core.client.profiles.pull({})).toMatchObject([{ fault: null, removed: 0, changed: 0 }])
    expect((await core.client.plans.make({})).changes).toEqual(planned)
    await settleAll(core, clock)
    expect(await endStateOf(world, edited)).toEqual(end)
  })
}

/** In real time: the test would run into its limit if the wait were waited for. */
async function cancelledWhileWaiting(stage: Stage): Promise<void> {
  const { world, template, edited, end } = stage
  await inCopy(world, template, systemClock, async core => {
    const planned = (await core.client.plans.make({})).changes
    await refuse(stage, {}, '240')
    const { run } = await apply(core, runId => void core.client.runs.cancel({ id: runId }))
    expect(run).toMatchObject({ state: 'cancelled', writes: 0 })
    expect(run.operations.map(({ state }) => state)).toEqual(edited.actions.map(() => 'skipped'))
    expect((await core.client.plans.make({})).changes).toEqual(planned)
    await settleAll(core, skippingClock())
    expect(await endStateOf(world, edited)).toEqual(end)
  })
}

/** The wait is in the journal: whoever comes after a SIGKILL takes the edits up, and waits for what is left of it. */
async function killedWhileWaiting(stage: Stage): Promise<void> {
  const { world, template, edited, end } = stage
  await inCopy(world, template, skippingClock(), async (core, dataDir) => {
    await refuse(stage, {}, '240')
    const child = spawn(process.execPath, [program, dataDir], { stdio: 'ignore' })
    const ended = new Promise(resolve => child.once('close', resolve))
    try {
      while (!(await statesIn(core)).includes('waiting')) await sleep(20)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
    const clock = skippingClock()
    const after = await openCoreOn(dataDir, 'the one that comes after', clock)
    try {
      await settleAll(after, clock)
      expect(clock.slept.filter(ms => ms > 100_000 && ms <= 240_000)).toHaveLength(1)
      expect((await after.client.runs.list({})).map(({ state }) => state).toSorted()).toEqual(['done', 'interrupted'])
    } finally {
      await after.close()
    }
    expect(await endStateOf(world, edited)).toEqual(end)
  })
}

async function statesIn(core: Core): Promise<string[]> {
  return (await core.client.runs.list({})).flatMap(run => run.operations.map(({ state }) => state))
}

/** Nobody waits for hours: the run ends and says so, the edits stay, a later run carries them out. */
async function toldToComeBackInHours(stage: Stage): Promise<void> {
  const { world, template, edited, end } = stage
  const clock = skippingClock()
  await inCopy(world, template, clock, async core => {
    await refuse(stage, {}, '7200')
    const { run, waits } = await apply(core)
    expect(run).toMatchObject({ state: 'incomplete', writes: 0 })
    expect(run.operations[0]).toMatchObject({ state: 'waiting', fault: { code: 'rate-limited' } })
    expect(run.operations[0]?.retryAtMs ?? 0).toBeGreaterThan(clock.now() + 7_000_000)
    expect(waits).toEqual([])
    await settleAll(core, clock)
    expect(await endStateOf(world, edited)).toEqual(end)
  })
}

function canCreate({ create }: KindCard): boolean {
  return create.state !== 'cannot'
}

/**
 * Fifty creates in one plan, where the provider can; else as many updates, a few in each plan. out: how many edits there
 * were, and what the simulator carried out.
 */
async function changeMany(
  world: World,
  switches: Record<string, unknown>
): Promise<{ asked: number; changes: Changes }> {
  const { provider, simulator } = world
  const kinds = Object.values(provider.kinds)
  const creatable = kinds.find(({ card }) => canCreate(card))
  const { dataDir, accountId } = await world.makeFolder('fifty')
  await simulator.control('PUT', 'switches', switches)
  return withCore(dataDir, async core => {
    let asked = 0
    for (let round = 1; asked < 50; round += 1) {
      asked += creatable
        ? await createCopies(core, accountId, creatable)
        : await changeEach(core, accountId, kinds, round)
      const { run } = await apply(core)
      expect(run.operations.filter(({ state }) => state !== 'done')).toEqual([])
    }
    const changes = await simulator.changes()
    await simulator.control('PUT', 'switches', { rateLimit: null })
    await settleAll(core, skippingClock())
    return { asked, changes }
  })
}

async function createCopies(core: Core, accountId: string, kind: Kind): Promise<number> {
  const [first] = await profilesOf(core, accountId, kind)
  for (let number = 1; number <= 50; number += 1) {
    const settings = needed(copyOf(kind, first?.remote ?? {}, `Copy${number}`))
    await core.client.profiles.create({ accountId, kind: kind.card.id, settings })
  }
  return 50
}

async function changeEach(core: Core, accountId: string, kinds: Kind[], round: number): Promise<number> {
  for (const kind of kinds) {
    const [first] = await profilesOf(core, accountId, kind)
    const settings = needed(changeOf(kind, first?.remote ?? {}, `c${round}`))
    await core.client.profiles.set({ id: first?.id ?? '', settings })
  }
  return kinds.length
}
