import { spawn } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import { hookClient } from '../helpers/hook-client.ts'
import { startHookServer } from '../helpers/hook-server.ts'
import type { HookServer } from '../helpers/hook-server.ts'
import { addAccount, holder, syncDeps } from '../helpers/sync-folder.ts'

const program = fileURLToPath(new URL('../helpers/apply-and-die.ts', import.meta.url))
const wanted = [
  { name: 'edit', note: 'b' },
  { name: 'keep', note: 'a' },
  { name: 'new', note: 'n' }
]
let root: string
let template: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'plugboard-kill-'))
  template = join(root, 'template')
  const server = await startWorld()
  await withSync(template, server, async sync => {
    await sync.pull()
    const idOf = (title: string) => sync.list().find(hook => hook.title === title)?.id ?? ''
    sync.set(idOf('edit'), { note: 'b' })
    sync.remove(idOf('drop'))
    sync.create('acc-one', 'hook', { name: 'new', note: 'n' })
  })
  await server.close()
})

afterAll(() => rm(root, { recursive: true, force: true }))

async function startWorld(): Promise<HookServer> {
  const server = await startHookServer()
  for (const name of ['keep', 'edit', 'drop']) server.remote.put({ name, note: 'a' })
  return server
}

async function withSync(
  dataDir: string,
  server: HookServer,
  work: (sync: ReturnType<typeof createSync>) => Promise<void>
) {
  const store = await openStore({ dataDir, clock: systemClock })
  if (store.accounts.list().length === 0) addAccount(store)
  // The requests of a killed process cannot arrive any more: there is no network between.
  const tuning = { lostAfterMs: 0 }
  const deps = syncDeps(store, systemClock, { 'acc-one': hookClient(server.url) })
  const sync = createSync({ ...deps, holder: holder(`parent-${process.pid}`), tuning })
  try {
    await work(sync)
  } finally {
    await sync.close()
    store.close()
  }
}

/** Applies in a process of its own. out: the steps it passed; undefined when it was killed. */
async function applyThere(dataDir: string, server: HookServer, dieAt: number): Promise<string[] | undefined> {
  const child = spawn(process.execPath, [program, dataDir, server.url, String(dieAt)], {
    stdio: ['ignore', 'pipe', 'inherit']
  })
  server.onWrite = (when, method) => onWrite(when, method, () => child.kill('SIGKILL'))
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  const code = await new Promise<number | null>(resolve => child.once('close', resolve))
  server.onWrite = () => undefined
  if (code !== null && code !== 0) throw new Error(`the process ended with ${code}`)
  return code === 0 ? (JSON.parse(out) as string[]) : undefined
}

let onWrite: (when: 'before' | 'after', method: string, kill: () => void) => void = () => undefined

/** Kills at the step, starts anew, recovers, applies what is left, and looks at both sides. */
async function killAndRecover(name: string, dieAt: number): Promise<{ writes: string[]; ended: boolean }> {
  const dataDir = join(root, name)
  await cp(template, dataDir, { recursive: true })
  const server = await startWorld()
  try {
    const steps = await applyThere(dataDir, server, dieAt)
    await withSync(dataDir, server, async sync => {
      await sync.recover()
      const plan = await sync.plan()
      expect(plan).toMatchObject({ conflicts: [], held: [] })
      const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
      expect(await (await sync.apply({ hash: plan.hash, confirm })).finished).toMatchObject({ state: 'done' })
      expect(await sync.plan()).toMatchObject({ changes: [], conflicts: [], held: [] })
      for (const { base, local, remote, state } of sync.list())
        expect([state, base, local]).toEqual(['in-sync', remote, remote])
    })
    expect(server.remote.sorted()).toEqual(wanted)
    return { writes: server.writes.map(({ method }) => method), ended: steps !== undefined }
  } finally {
    await server.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

test('killed at every step of an apply: the same end state after a restart, one write for each change', async () => {
  const dataDir = join(root, 'counted')
  await cp(template, dataDir, { recursive: true })
  const server = await startWorld()
  const steps = await applyThere(dataDir, server, 0)
  await server.close()
  expect(steps?.filter(step => step === 'inflight')).toHaveLength(3)
  for (const [index, step] of (steps ?? []).entries()) {
    const { writes, ended } = await killAndRecover(`step-${index}`, index + 1)
    expect({ step, index, ended, writes }).toEqual({ step, index, ended: false, writes: ['POST', 'PATCH', 'DELETE'] })
  }
}, 60_000)

test.each(['POST', 'PATCH', 'DELETE'])(
  'killed while a %s is at the provider: the answer is lost, not the change',
  async method => {
    onWrite = (when, which, kill) => {
      if (when === 'after' && which === method) kill()
    }
    const { writes, ended } = await killAndRecover(`answer-${method}`, 0)
    onWrite = () => undefined
    expect({ writes, ended }).toEqual({ writes: ['POST', 'PATCH', 'DELETE'], ended: false })
  }
)
