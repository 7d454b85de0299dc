import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { applyAll, once } from '../helpers/apply-bench.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import type { Folder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'

type Bench = Folder & { remote: TinyRemote; engine: Sync; edit: string; made: string }

/** An edit and a create that a run left behind when it broke off at the step of its nth operation. */
async function leftBehind(at: { step: string; nth: number }, work: (bench: Bench) => Promise<void>): Promise<void> {
  const remote = new TinyRemote()
  remote.put({ name: 'edit', note: 'a' })
  await withFolder({ 'acc-one': remote.api }, async folder => {
    const engine = folder.sync()
    await engine.pull()
    const edit = engine.list()[0]?.id ?? ''
    engine.set(edit, { note: 'b' })
    const made = engine.create('acc-one', 'hook', { name: 'new', note: 'n' }).id
    let times = 0
    const broken = folder.sync({
      onStep(name) {
        if (name === at.step && ++times === at.nth) throw new Error('the process ended here')
      }
    })
    await expect((await broken.apply({ hash: (await broken.plan()).hash, confirm: [] })).finished).rejects.toThrow(
      'ended here'
    )
    remote.calls.length = 0
    await work({ ...folder, remote, engine, edit, made })
  })
}

test('at start a run that was left behind is interrupted and what it had not sent is skipped', () =>
  leftBehind({ step: 'written', nth: 1 }, async ({ engine, store, remote, edit, made }) => {
    expect(store.runs.unfinished()).toHaveLength(1)
    expect((await engine.plan()).held).toMatchObject([{ profileId: made, reason: 'outcome-unknown' }])
    await engine.recover()
    const [run] = store.runs.list(1)
    expect(run).toMatchObject({ state: 'interrupted', writes: 1 })
    expect(run?.operations.map(({ state }) => state)).toEqual(['done', 'skipped'])
    expect(engine.get(made)).toMatchObject({ state: 'in-sync', remoteId: 'r2' })
    expect((await engine.plan()).changes).toMatchObject([{ profileId: edit, action: 'update' }])
    expect(remote.writes).toEqual([])
  }))

test('while the provider cannot be reached the outcome stays unknown and holds the profile, and nothing is sent for it', () =>
  leftBehind({ step: 'inflight', nth: 2 }, async ({ engine, remote, edit }) => {
    remote.script = () => ({ before: new Fault('unreachable') })
    await engine.recover()
    expect(engine.get(edit).state).toBe('unknown')
    expect(await engine.plan()).toMatchObject({ changes: [], held: [{ profileId: edit, reason: 'outcome-unknown' }] })
    remote.script = () => undefined
    await engine.pull()
    expect(await engine.plan()).toMatchObject({ changes: [{ profileId: edit }], held: [] })
  }))

test('a create of unknown outcome is not planned again before it certainly cannot arrive any more', () =>
  leftBehind({ step: 'inflight', nth: 1 }, async ({ engine, clock, made }) => {
    await engine.recover()
    expect(engine.get(made).state).toBe('unknown')
    await clock.sleep(90_000)
    await engine.pull()
    expect(engine.get(made).state).toBe('created')
  }))

test('a create of unknown outcome that is found twice is left to a person', () =>
  leftBehind({ step: 'inflight', nth: 1 }, async ({ engine, remote, store }) => {
    remote.put({ name: 'new', note: 'n' })
    remote.put({ name: 'new', note: 'n' })
    await engine.recover()
    expect(store.runs.operationsIn(['unknown'])).toMatchObject([{ note: expect.stringContaining('More than one') }])
    expect(remote.writes).toEqual([])
  }))

test('a create that was taken back while its outcome was not known leaves nothing, or a delete', () =>
  leftBehind({ step: 'inflight', nth: 1 }, async ({ engine, clock, made }) => {
    engine.remove(made)
    await clock.sleep(90_000)
    await engine.recover()
    expect(engine.list().map(({ id }) => id)).not.toContain(made)
  }).then(() =>
    leftBehind({ step: 'written', nth: 1 }, async ({ engine, made }) => {
      engine.remove(made)
      await engine.recover()
      expect(engine.get(made)).toMatchObject({ state: 'deleted', remoteId: 'r2' })
    })
  ))

test('somebody else changed it after the crash: that is a conflict, not a lost edit', () =>
  leftBehind({ step: 'inflight', nth: 2 }, async ({ engine, remote, edit }) => {
    remote.edit('r1', { note: 'theirs' })
    await engine.recover()
    expect(engine.conflicts()).toMatchObject([{ profileId: edit, local: 'b', remote: 'theirs' }])
  }))

const dayMs = 24 * 3_600_000

test.each([
  ['what is left of a wait is waited for by whoever comes after', 0, [200_000]],
  ['a wait that the clock has put off to another day is not waited for', -dayMs, []]
])('the process ends while it waits for the provider: %s', async (_, jumpMs, waits) => {
  const remote = new TinyRemote()
  remote.put({ name: 'edit', note: 'a' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync, clock, store }) => {
    const dying = { ...clock, sleep: () => Promise.reject(new Error('the process ended here')) }
    const [broken, engine] = [sync({ clock: dying }), sync({ clock: { ...clock, now: () => clock.now() + jumpMs } })]
    await broken.pull()
    broken.set(broken.list()[0]?.id ?? '', { note: 'b' })
    const limited = new Fault('rate-limited', { retryAtMs: clock.now() + 240_000 })
    remote.script = once('update', { before: limited })
    await expect(applyAll(broken)).rejects.toThrow('ended here')
    await clock.sleep(40_000)
    await engine.recover()
    expect(store.runs.list(1)).toMatchObject([{ state: 'interrupted', operations: [{ state: 'skipped' }] }])
    expect(await applyAll(engine)).toMatchObject({ state: 'done', writes: 1 })
    expect(clock.slept).toEqual([40_000, ...waits])
  })
})

test('when nothing was left behind nobody is asked', async () => {
  const remote = new TinyRemote()
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    await sync().recover()
    expect(remote.calls).toEqual([])
  })
})
