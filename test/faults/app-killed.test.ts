import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Core } from '../../src/main/core.ts'
import { applyPlan } from '../helpers/core-child.ts'
import { startKillProxy, type Fate, type KillProxy } from '../helpers/kill-proxy.ts'
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

// The app's process is killed with SIGKILL at every step of its journal and at every request, for each provider, with one
// edit of every sort that its cards offer. Whoever comes after must end where the undisturbed one does.

const program = join(import.meta.dirname, '../helpers/apply-until.ts')

/** Where the process ends: at a step of its own, or while a request of its is on the way. */
type Death = { step: number } | { request: number; fate: Fate }

type Stage = { world: World; proxy: KillProxy; template: string; edited: Edited }
/** `writes`, `creates`: which requests, from 1. */
type Undisturbed = { steps: string[]; requests: number; writes: number[]; creates: number[]; end: EndState }

describe.concurrent.each(providers.map(provider => [provider.card.id, provider] as const))('%s', (id, provider) => {
  let stage: Stage
  let undisturbed: Undisturbed

  beforeAll(async () => {
    const world = await startWorld(provider)
    const proxy = await startKillProxy(() => world.simulator.url)
    stage = { world, proxy, ...(await makeEditedFolder(world, proxy.url)) }
    undisturbed = await applyUndisturbed(stage)
  })
  afterAll(async () => {
    await stage?.proxy.close()
    await stage?.world.close()
  })

  test('undisturbed, every edit is one write and every secret arrives', () => {
    const { end, writes } = undisturbed
    const count = (action: string) => stage.edited.actions.filter(one => one === action).length
    expect(end.changes).toEqual({ created: count('create'), updated: count('update'), deleted: count('delete') })
    expect(end.secretsThere).toEqual(stage.edited.secrets.map(() => true))
    expect(writes).toHaveLength(stage.edited.actions.length)
  })

  test('killed at every step and at every request: the same end, nothing twice', async () => {
    const { steps, requests, writes, creates, end } = undisturbed
    const deaths: Death[] = [
      ...steps.map((_, index) => ({ step: index + 1 })),
      ...range(requests).map(request => ({ request, fate: 'lost' as const })),
      ...writes.map(request => ({ request, fate: 'late' as const })),
      ...creates.map(request => ({ request, fate: 'held back' as const }))
    ]
    console.log(`${id}: ${deaths.length} deaths`)
    for (const death of deaths) {
      const name = 'step' in death ? `step ${death.step}: ${steps[death.step - 1]}` : JSON.stringify(death)
      const { died, end: found } = await dieAndGoOn(stage, death)
      const again = found.changes.updated - end.changes.updated
      if (again > 0 && maySendAgain(stage, steps, death)) found.changes.updated -= 1
      expect({ name, died, end: found }).toEqual({ name, died: true, end })
    }
  }, 240_000)
})

/**
 * Whether a secret goes to the provider once more, alone and the same: no read can tell whether it had arrived when the
 * process died between its request and the read-back.
 */
function maySendAgain({ edited }: Stage, steps: string[], death: Death): boolean {
  const isBetween = 'request' in death || ['written', 'read-back'].includes(steps[death.step - 1] ?? '')
  return edited.secrets.length > 0 && isBetween
}

async function applyUndisturbed({ world, proxy, template, edited }: Stage): Promise<Undisturbed> {
  const { simulator } = world
  const dataDir = await copyFolder(world, template, 'undisturbed')
  const [writes, creates]: [number[], number[]] = [[], []]
  let before = await simulator.changes()
  proxy.count = 0
  proxy.onAnswer = async nth => {
    const now = await simulator.changes()
    if (JSON.stringify(now) !== JSON.stringify(before)) writes.push(nth)
    if (now.created > before.created) creates.push(nth)
    before = now
  }
  const steps = await applyThere(dataDir, 0, () => undefined)
  proxy.onAnswer = async () => undefined
  if (!steps) throw new Error('it was not to be killed')
  const requests = proxy.count
  await withCore(dataDir, core => settleAll(core, skippingClock()))
  return { steps, requests, writes, creates, end: await endStateOf(world, edited) }
}

async function dieAndGoOn(stage: Stage, death: Death): Promise<{ died: boolean; end: EndState }> {
  const { world, proxy, template, edited } = stage
  await world.simulator.control('POST', 'reset')
  const dataDir = await copyFolder(world, template, 'killed')
  const step = 'step' in death ? death.step : 0
  const steps = await applyThere(dataDir, step, kill => {
    proxy.count = 0
    if ('request' in death)
      proxy.onRequest = async nth => {
        if (nth !== death.request) return undefined
        await kill()
        return death.fate
      }
  })
  proxy.onRequest = async () => undefined
  const clock = skippingClock()
  const isHeldBack = 'request' in death && death.fate === 'held back'
  if (!isHeldBack) await proxy.idle()
  const goOn = async (core: Core) => {
    if (isHeldBack) await applyPlan(core)
    proxy.release()
    await proxy.idle()
    await settleAll(core, clock)
  }
  await withCore(dataDir, goOn, clock)
  const end = await endStateOf(world, edited)
  await rm(dataDir, { recursive: true, force: true })
  return { died: steps === undefined, end }
}

/** Applies in a process of its own. out: the steps it passed; undefined when it was killed. */
async function applyThere(
  dataDir: string,
  dieAt: number,
  prepare: (kill: () => Promise<void>) => void
): Promise<string[] | undefined> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dataDir, '../compiled') }
  const child = spawn(process.execPath, [program, dataDir, String(dieAt)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit']
  })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  prepare(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const code = await ended
  if (code !== null && code !== 0) throw new Error(`the process ended with ${code}`)
  return code === 0 ? (JSON.parse(out) as string[]) : undefined
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
