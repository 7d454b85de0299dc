import { expect } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Run } from '#shared/model/plan.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { withFolder } from './sync-folder.ts'
import type { Folder } from './sync-folder.ts'
import { TinyRemote } from './tiny-provider.ts'
import type { Call, Script } from './tiny-provider.ts'

export type Bench = Folder & { remote: TinyRemote; engine: Sync; ids: { keep: string; edit: string; drop: string } }

/** Three profiles there; one is to be created, one edited, one deleted. */
export async function bench(work: (bench: Bench) => Promise<void>): Promise<void> {
  const remote = new TinyRemote()
  for (const name of ['keep', 'edit', 'drop']) remote.put({ name, note: 'a', colour: 'red', revision: 1 })
  await withFolder({ 'acc-one': remote.api }, async folder => {
    const engine = folder.sync()
    await engine.pull()
    const idOf = (title: string) => engine.list().find(hook => hook.title === title)?.id ?? ''
    const ids = { keep: idOf('keep'), edit: idOf('edit'), drop: idOf('drop') }
    engine.set(ids.edit, { note: 'b' })
    engine.remove(ids.drop)
    engine.create('acc-one', 'hook', { name: 'new', url: 'https://new.test', pin: { $secret: 1 } })
    remote.calls.length = 0
    await work({ ...folder, remote, engine, ids })
  })
}

export async function applyAll(engine: Sync, only?: string[]): Promise<Run> {
  const plan = await engine.plan()
  const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
  return (await engine.apply({ hash: plan.hash, confirm, ...(only && { only }) })).finished
}

export async function expectEndState({ remote, engine }: Pick<Bench, 'remote' | 'engine'>): Promise<void> {
  expect(remote.sorted()).toEqual([
    { name: 'edit', note: 'b', colour: 'red', revision: 1 },
    { name: 'keep', note: 'a', colour: 'red', revision: 1 },
    { name: 'new', url: 'https://new.test', pin: 'pin-value-1' }
  ])
  expect(await engine.plan()).toMatchObject({ changes: [], conflicts: [], held: [] })
  for (const { base, local, remote: there } of engine.list()) expect([base, local]).toEqual([there, there])
}

/** Says what happens to the first call of this name (of that many), and nothing to the others. */
export function once(name: Call['call'], said: ReturnType<Script>, times = 1): Script {
  let left = times
  return ({ call }) => {
    if (call !== name || left === 0) return undefined
    left -= 1
    return said
  }
}

export async function faultOf(act: () => unknown): Promise<Fault> {
  try {
    await act()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('it was taken')
}
