import { expect, test } from 'vitest'
import type { RunEvent } from '#shared/model/plan.ts'
import { applyAll, bench, expectEndState, faultOf, once } from '../helpers/apply-bench.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'

test('a plan is carried out with one write for each change, and a second apply sends nothing', () =>
  bench(async bench => {
    const { engine, remote } = bench
    const run = await applyAll(engine)
    expect(run).toMatchObject({ state: 'done', writes: 3 })
    expect(run.operations.map(({ state, change: { action } }) => [action, state])).toEqual([
      ['create', 'done'],
      ['update', 'done'],
      ['delete', 'done']
    ])
    expect(remote.writes).toEqual([
      { call: 'create', settings: { name: 'new', url: 'https://new.test', pin: 'pin-value-1' } },
      { call: 'update', id: 'r2', settings: { note: 'b' } },
      { call: 'remove', id: 'r3' }
    ])
    await expectEndState(bench)
    expect(await applyAll(engine)).toMatchObject({ state: 'done', writes: 0, operations: [] })
    expect(remote.writes).toHaveLength(3)
    const whats = engine.history({ limit: 100 }).map(({ what }) => what)
    expect(whats).toEqual(expect.arrayContaining(['applied-create', 'applied-update', 'applied-delete']))
  }))

test('the value of a secret is nowhere in the journal or the history', () =>
  bench(async ({ engine, store }) => {
    const run = await applyAll(engine)
    expect(JSON.stringify([run, store.history.list({ limit: 100 }), store.profiles.list()])).not.toContain('pin-value')
  }))

test('every watcher sees the run from its start to its end, whenever it comes', () =>
  bench(async ({ engine }) => {
    const plan = await engine.plan()
    const started = await engine.apply({ hash: plan.hash, confirm: plan.guards.flatMap(guard => guard.confirm ?? []) })
    await started.finished
    const seen: RunEvent[] = []
    for await (const event of started.events) seen.push(event)
    const told = seen.flatMap(event => (event.type === 'operation' ? [[event.operation.state, event.finished]] : []))
    expect(told).toEqual(
      [0, 1, 2].flatMap(before => [
        ['inflight', before],
        ['done', before + 1]
      ])
    )
    expect(seen[0]).toEqual({ type: 'started', runId: started.runId, total: 3 })
    expect(seen.at(-1)).toMatchObject({ type: 'finished', run: { state: 'done' } })
    expect(seen.findLast(event => event.type === 'operation')).toMatchObject({ finished: 3, total: 3 })
  }))

test('nothing is sent when the plan is not the reviewed one', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = await engine.plan()
    engine.set(ids.keep, { note: 'later' })
    expect((await faultOf(() => engine.apply({ hash, confirm: [] }))).code).toBe('plan-changed')
    expect(remote.calls).toEqual([])
  }))

test('a delete that is not confirmed stops everything; without it the rest goes', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = await engine.plan()
    expect((await faultOf(() => engine.apply({ hash, confirm: [] }))).code).toBe('needs-confirmation')
    expect(remote.calls).toEqual([])
    expect(await (await engine.apply({ hash, confirm: [], only: [ids.edit] })).finished).toMatchObject({
      state: 'done',
      writes: 1
    })
    expect(remote.writes).toMatchObject([{ call: 'update' }])
    expect(
      (await faultOf(async () => engine.apply({ hash: (await engine.plan()).hash, confirm: [], only: [ids.keep] })))
        .code
    ).toBe('not-found')
  }))

test('a profile that needs a person cannot be ordered', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.edit('r2', { note: 'theirs' })
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    const { hash } = await engine.plan()
    expect((await faultOf(() => engine.apply({ hash, confirm: [], only: [ids.edit] }))).code).toBe('conflicts')
    expect((await faultOf(() => engine.apply({ hash, confirm: [], only: [ids.keep] }))).message).toMatch(
      /changed at the provider/
    )
    expect(remote.writes).toEqual([])
  }))

test('the brake has to be confirmed', async () => {
  const remote = new TinyRemote()
  for (let index = 0; index < 10; index += 1) remote.put({ name: `n${index}`, note: 'a' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    for (const { id } of engine.list().slice(0, 4)) engine.set(id, { note: 'b' })
    const { hash } = await engine.plan()
    expect((await faultOf(() => engine.apply({ hash, confirm: [] }))).code).toBe('brake')
    expect(await (await engine.apply({ hash, confirm: ['brake:acc-one'] })).finished).toMatchObject({
      state: 'done',
      writes: 4
    })
  })
})

test('somebody else changed it since: nothing is sent for it, and it is a conflict', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.edit('r2', { note: 'theirs' })
    const run = await applyAll(engine)
    expect(run.operations.map(({ state }) => state)).toEqual(['done', 'skipped', 'done'])
    expect(remote.writes.map(({ call }) => call)).toEqual(['create', 'remove'])
    expect(engine.conflicts()).toMatchObject([{ profileId: ids.edit, setting: 'note', local: 'b', remote: 'theirs' }])
  }))

test('another setting changed there since: nothing is sent, it shows as drift', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.edit('r2', { colour: 'blue' })
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ writes: 0, operations: [{ state: 'skipped' }] })
    expect(engine.get(ids.edit)).toMatchObject({ state: 'drifted', local: { note: 'b' }, remote: { colour: 'blue' } })
  }))

test('what is so already is done without a write', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.edit('r2', { note: 'b' })
    remote.there.delete('r3')
    expect(await applyAll(engine, [ids.edit, ids.drop])).toMatchObject({ state: 'done', writes: 0 })
    expect(engine.get(ids.edit).state).toBe('in-sync')
    expect(engine.list().map(({ id }) => id)).not.toContain(ids.drop)
  }))

test('a create that exists there meanwhile is linked, not created twice', () =>
  bench(async ({ engine, remote }) => {
    remote.put({ name: 'new', url: 'https://theirs.test' })
    const run = await applyAll(engine)
    expect(run.operations[0]).toMatchObject({ state: 'skipped' })
    expect(remote.writes.map(({ call }) => call)).toEqual(['update', 'remove'])
    expect(engine.conflicts()).toMatchObject([
      { setting: 'url', local: 'https://new.test', remote: 'https://theirs.test' }
    ])
  }))

test('an edit made while the request is under way is kept', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.script = once('update', {
      meanwhile: () => void engine.set(ids.edit, { note: 'c', url: 'https://later.test' })
    })
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ state: 'done', writes: 1 })
    expect(engine.get(ids.edit)).toMatchObject({
      state: 'edited',
      base: { note: 'b' },
      local: { note: 'c', url: 'https://later.test' }
    })
  }))

test('a change that was taken back after the review is not sent', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.script = once('create', { meanwhile: () => engine.revert(ids.edit) })
    const run = await applyAll(engine)
    expect(run.operations[1]).toMatchObject({ state: 'skipped', attempts: 0 })
    expect(remote.byName('edit')).toMatchObject({ note: 'a' })
  }))

test('a create that is deleted here while it is under way leaves a delete to plan', () =>
  bench(async ({ engine, remote }) => {
    const id = engine.list().find(({ title }) => title === 'new')?.id ?? ''
    remote.script = once('create', { meanwhile: () => engine.remove(id) })
    await applyAll(engine, [id])
    expect(engine.get(id)).toMatchObject({ state: 'deleted', remoteId: 'r4' })
  }))

test('a read-back that differs is noted and stays visible', () =>
  bench(async ({ engine, remote, ids }) => {
    let wrote = false
    remote.script = ({ call }) => {
      if (wrote && call === 'get') remote.edit('r2', { note: 'cut', colour: 'blue' })
      wrote ||= call === 'update'
      return undefined
    }
    const run = await applyAll(engine, [ids.edit])
    expect(run.operations[0]).toMatchObject({ state: 'done', note: expect.stringContaining('Note') })
    const after = engine.get(ids.edit)
    expect(after).toMatchObject({ local: { note: 'b', colour: 'red' }, remote: { note: 'cut', colour: 'blue' } })
    expect(after.state).toBe('drifted')
  }))

test('cancelling stops before the next request', () =>
  bench(async ({ engine, remote }) => {
    const plan = await engine.plan()
    let runId = ''
    remote.script = once('create', { meanwhile: () => engine.cancel(runId) })
    const started = await engine.apply({ hash: plan.hash, confirm: plan.guards.flatMap(guard => guard.confirm ?? []) })
    runId = started.runId
    const run = await started.finished
    expect(run).toMatchObject({ state: 'cancelled', writes: 1 })
    expect(run.operations.map(({ state }) => state)).toEqual(['done', 'skipped', 'skipped'])
    expect(remote.writes).toHaveLength(1)
    expect((await engine.plan()).changes).toHaveLength(2)
  }))

test('two syncs on one folder: the second is told who is at work, and may once that one is done', () =>
  bench(async ({ engine, remote, sync, store, ids }) => {
    const second = sync()
    const { hash } = await engine.plan()
    const order = { hash, confirm: [], only: [ids.edit] }
    const { finished, runId } = await engine.apply(order)
    const fault = await faultOf(() => second.apply(order))
    expect(fault).toMatchObject({ code: 'in-use-elsewhere', message: expect.stringContaining('Plugboard holder-0') })
    expect((await faultOf(() => second.cancel(runId))).code).toBe('in-use-elsewhere')
    await second.recover()
    expect(store.runs.get(runId)?.state).toBe('running')
    await finished
    expect(await applyAll(second, [ids.drop])).toMatchObject({ state: 'done' })
    expect(remote.writes).toHaveLength(2)
  }))

test('a run that lost its lease sends nothing more', () =>
  bench(async ({ engine, remote, store, clock }) => {
    const thief = { id: 'thief', pid: process.pid, machine: 'elsewhere', about: 'A thief' }
    remote.script = once('create', {
      meanwhile() {
        store.leases.release('sync', 'holder-0')
        store.leases.take('sync', thief, 60_000, clock.now())
      }
    })
    const run = await applyAll(engine)
    expect(run.operations.map(({ state }) => state)).toEqual(['done', 'skipped', 'skipped'])
    expect(remote.writes).toHaveLength(1)
  }))

test('closing waits for the request in flight and gives the lease back', () =>
  bench(async ({ engine, remote, store, clock }) => {
    let closed: Promise<void> | undefined
    remote.script = once('create', { meanwhile: () => void (closed = engine.close()) })
    const run = await applyAll(engine)
    await closed
    expect(run).toMatchObject({ state: 'cancelled', writes: 1 })
    expect(store.leases.holder('sync', clock.now())).toBeUndefined()
    expect(store.runs.operationsIn(['inflight'])).toEqual([])
  }))
