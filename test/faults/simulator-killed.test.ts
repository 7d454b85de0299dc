import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyPlan } from '../helpers/core-child.ts'
import { providers, type Edited } from '../helpers/provider-edits.ts'
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

// The provider's process is killed with SIGKILL in the middle of each request, and comes back on the same port with the
// state that it had kept: while the app still looks, or only after the app has given up. The app ends where it would have.

const deaths = {
  'before it carries the request out': { type: 'timeout', when: 'before' },
  'after it has carried it out, before it answers': { type: 'timeout', when: 'after' },
  'while it answers': { type: 'truncated', how: 'connection' }
}
type Death = keyof typeof deaths

type Stage = { world: World; template: string; edited: Edited; requests: number; end: EndState }

describe.concurrent.each(providers.map(provider => [provider.card.id, provider] as const))('%s', (id, provider) => {
  let stage: Stage

  beforeAll(async () => {
    const world = await startWorld(provider)
    const { template, edited } = await makeEditedFolder(world)
    stage = { world, template, edited, ...(await applyUndisturbed(world, template, edited)) }
  })
  afterAll(() => stage?.world.close())

  test('killed in the middle of each request: the same end, nothing twice', async () => {
    const { requests, end, edited } = stage
    console.log(`${id}: ${requests * Object.keys(deaths).length} deaths`)
    for (const death of Object.keys(deaths) as Death[]) {
      for (let nth = 1; nth <= requests; nth += 1) {
        const { isBack, state } = await dieAt(stage, death, nth)
        // No read tells whether a secret has arrived: it goes out once more, alone and the same.
        const again = state.changes.updated - end.changes.updated
        if (again === 1 && edited.secrets.length > 0) state.changes.updated -= 1
        expect({ death, nth, isBack, state }).toEqual({ death, nth, isBack, state: end })
      }
    }
  }, 240_000)
})

async function applyUndisturbed(world: World, template: string, edited: Edited) {
  const before = await countRequests(world)
  const dataDir = await copyFolder(world, template, 'undisturbed')
  const requests = await withCore(dataDir, async core => {
    await applyPlan(core)
    const count = (await countRequests(world)) - before
    await settleAll(core, skippingClock())
    return count
  })
  return { requests, end: await endStateOf(world, edited) }
}

type Counters = { counters: { requests: Record<string, number> } }

async function countRequests({ simulator }: World): Promise<number> {
  const { counters } = await simulator.control<Counters>('GET', 'state')
  return Object.values(counters.requests).reduce((sum, count) => sum + count, 0)
}

/** Kills the simulator at the nth request of an apply; it is back at once, or, each second time, when the app has given up. */
async function dieAt({ world, template, edited }: Stage, death: Death, nth: number) {
  const { simulator } = world
  await simulator.control('POST', 'reset')
  await simulator.control('POST', 'faults', { skip: nth - 1, fault: deaths[death] })
  const dataDir = await copyFolder(world, template, `killed-${nth}`)
  const isBack = nth % 2 === 0 ? 'at once' : 'later'
  const clock = skippingClock(20)
  await withCore(
    dataDir,
    async core => {
      const applied = applyPlan(core)
      await untilStruck(world)
      await simulator.kill()
      if (isBack === 'at once') await simulator.restart()
      await applied
      if (isBack === 'later') await simulator.restart()
      await settleAll(core, clock)
    },
    clock
  )
  await rm(dataDir, { recursive: true, force: true })
  return { isBack, state: await endStateOf(world, edited) }
}

async function untilStruck({ simulator }: World): Promise<void> {
  for (;;) {
    const { faults } = await simulator.control<{ faults: unknown[] }>('GET', 'faults')
    if (faults.length === 0) return
    await sleep(5)
  }
}
