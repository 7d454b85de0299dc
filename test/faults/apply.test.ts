import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { FaultCode } from '#shared/faults.ts'
import type { Run, RunEvent } from '#shared/model/plan.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import type { Folder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'
import type { Call, Script } from '../helpers/tiny-provider.ts'

type Bench = Folder & { remote: TinyRemote; engine: Sync; ids: { keep: string; edit: string; drop: string } }

/** Three profiles there; one is to be created, one edited, one deleted. */
async function bench(work: (bench: Bench) => Promise<void>): Promise<void> {
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

async function applyAll(engine: Sync, only?: string[]): Promise<Run> {
  const plan = engine.plan()
  const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
  return engine.apply({ hash: plan.hash, confirm, ...(only && { only }) }).finished
}

function expectEndState({ remote, engine }: Pick<Bench, 'remote' | 'engine'>): void {
  expect([...remote.there.values()].toSorted((one, other) => (String(one.name) < String(other.name) ? -1 : 1))).toEqual(
    [
      { name: 'edit', note: 'b', colour: 'red', revision: 1 },
      { name: 'keep', note: 'a', colour: 'red', revision: 1 },
      { name: 'new', url: 'https://new.test', pin: 'pin-value-1' }
    ]
  )
  expect(engine.plan()).toMatchObject({ changes: [], conflicts: [], held: [] })
  for (const { base, local, remote: there } of engine.list()) expect([base, local]).toEqual([there, there])
}

/** Says what happens to the first call of this name (of that many), and nothing to the others. */
function once(name: Call['call'], said: ReturnType<Script>, times = 1): Script {
  let left = times
  return ({ call }) => {
    if (call !== name || left === 0) return undefined
    left -= 1
    return said
  }
}

function faultOf(act: () => unknown): Fault {
  try {
    act()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
  throw new Error('it was taken')
}

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
    expectEndState(bench)
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
    const plan = engine.plan()
    const started = engine.apply({ hash: plan.hash, confirm: plan.guards.flatMap(guard => guard.confirm ?? []) })
    await started.finished
    const seen: RunEvent[] = []
    for await (const event of started.events) seen.push(event)
    expect(seen[0]).toEqual({ type: 'started', runId: started.runId, total: 3 })
    expect(seen.at(-1)).toMatchObject({ type: 'finished', run: { state: 'done' } })
    expect(seen.findLast(event => event.type === 'operation')).toMatchObject({ finished: 3, total: 3 })
  }))

test('nothing is sent when the plan is not the reviewed one', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = engine.plan()
    engine.set(ids.keep, { note: 'later' })
    expect(faultOf(() => engine.apply({ hash, confirm: [] })).code).toBe('plan-changed')
    expect(remote.calls).toEqual([])
  }))

test('a delete that is not confirmed stops everything; without it the rest goes', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = engine.plan()
    expect(faultOf(() => engine.apply({ hash, confirm: [] })).code).toBe('needs-confirmation')
    expect(remote.calls).toEqual([])
    expect(await engine.apply({ hash, confirm: [], only: [ids.edit] }).finished).toMatchObject({
      state: 'done',
      writes: 1
    })
    expect(remote.writes).toMatchObject([{ call: 'update' }])
    expect(faultOf(() => engine.apply({ hash: engine.plan().hash, confirm: [], only: [ids.keep] })).code).toBe(
      'not-found'
    )
  }))

test('the brake has to be confirmed', async () => {
  const remote = new TinyRemote()
  for (let index = 0; index < 10; index += 1) remote.put({ name: `n${index}`, note: 'a' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    for (const { id } of engine.list().slice(0, 4)) engine.set(id, { note: 'b' })
    const { hash } = engine.plan()
    expect(faultOf(() => engine.apply({ hash, confirm: [] })).code).toBe('brake')
    expect(await engine.apply({ hash, confirm: ['brake:acc-one'] }).finished).toMatchObject({
      state: 'done',
      writes: 4
    })
  })
})

test.each<[string, Script, number]>([
  ['a lost answer to a create', once('create', { after: new Fault('outcome-unknown') }), 3],
  ['a lost answer to an update', once('update', { after: new Fault('timeout') }), 3],
  ['a lost answer to a delete', once('remove', { after: new Fault('provider-error') }), 3],
  ['a lost create', once('create', { before: new Fault('outcome-unknown') }), 4],
  ['a lost update', once('update', { before: new Fault('timeout') }), 4],
  ['a lost delete', once('remove', { before: new Fault('provider-error') }), 4],
  ['an unknown answer to a create', once('create', { after: new Fault('protocol') }), 3],
  ['429 on a create', once('create', { before: new Fault('rate-limited') }), 4],
  ['429 twice on an update', once('update', { before: new Fault('rate-limited') }, 2), 5],
  ['429 on a read', once('get', { before: new Fault('rate-limited') }, 2), 3],
  ['a read-back that fails', once('get', { before: new Fault('provider-error') }), 3]
])('%s: same end state, nothing twice', (what, script, writes) =>
  bench(async bench => {
    const { remote, engine } = bench
    let wrote = false
    const isReadBack = what.startsWith('a read-back')
    remote.script = (call, index) => {
      const held = isReadBack && !wrote
      if (call.call === 'create') wrote = true
      return held ? undefined : script(call, index)
    }
    expect(await applyAll(engine)).toMatchObject({ state: 'done', writes })
    expect(remote.writes).toHaveLength(writes)
    expectEndState(bench)
  })
)

test('Retry-After wins over any other wait', () =>
  bench(async ({ engine, remote, clock, ids }) => {
    const retryAtMs = clock.now() + 42_000
    remote.script = once('update', { before: new Fault('rate-limited', { retryAtMs }) })
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ state: 'done' })
    expect(clock.slept).toEqual([42_000])
  }))

test('a provider that never stops asking to wait leaves the edit waiting', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.script = once('update', { before: new Fault('rate-limited') }, 99)
    const run = await applyAll(engine, [ids.edit])
    expect(run).toMatchObject({
      state: 'incomplete',
      writes: 5,
      operations: [{ state: 'waiting', fault: { code: 'rate-limited' } }]
    })
    remote.script = () => undefined
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ state: 'done', writes: 1 })
  }))

test('a wait of hours is left to a later run', () =>
  bench(async ({ engine, remote, clock, ids }) => {
    remote.script = once('update', { before: new Fault('rate-limited', { retryAtMs: clock.now() + 3_600_000 }) })
    expect(await applyAll(engine, [ids.edit])).toMatchObject({
      state: 'incomplete',
      operations: [{ state: 'waiting' }]
    })
    expect(clock.slept).toEqual([])
  }))

test.each<FaultCode>(['refused', 'forbidden', 'conflict-there'])(
  '%s is permanent: the edit stays, the rest goes on',
  code =>
    bench(async ({ engine, remote, ids }) => {
      remote.script = once('update', { before: new Fault(code, { message: 'Because.' }) })
      const run = await applyAll(engine)
      expect(run).toMatchObject({ state: 'incomplete', writes: 3 })
      expect(run.operations.map(({ state }) => state)).toEqual(['done', 'failed', 'done'])
      expect(run.operations[1]?.fault).toMatchObject({ code, message: 'Because.' })
      expect(engine.get(ids.edit)).toMatchObject({ state: 'edited', local: { note: 'b' } })
    })
)

test('401 in the middle parks the account; what is left is not sent and stays planned', () =>
  bench(async ({ engine, remote, store }) => {
    remote.script = once('update', { before: new Fault('auth') })
    const run = await applyAll(engine)
    expect(run.operations.map(({ state }) => state)).toEqual(['done', 'skipped', 'skipped'])
    expect(run.operations[2]?.fault).toMatchObject({ code: 'auth' })
    expect(store.accounts.get('acc-one')).toMatchObject({ state: 'parked', parkedFault: { code: 'auth' } })
    expect(remote.writes).toHaveLength(2)
    expect(engine.plan().held.map(({ reason }) => reason)).toEqual(['account-parked', 'account-parked'])
  }))

test('a provider that cannot be reached gets nothing more', () =>
  bench(async ({ engine, remote }) => {
    remote.script = () => ({ before: new Fault('unreachable') })
    const run = await applyAll(engine)
    expect(run).toMatchObject({ state: 'incomplete', writes: 0 })
    expect(run.operations.every(({ state }) => state === 'skipped')).toBe(true)
    expect(remote.calls).toHaveLength(1)
    expect(engine.plan().changes).toHaveLength(3)
  }))

test('a vault that stays locked sends nothing', () =>
  bench(async ({ remote, sync, engine }) => {
    const locked = sync({ connect: () => Promise.reject(new Fault('vault-locked')) })
    expect(await applyAll(locked)).toMatchObject({ state: 'incomplete', writes: 0 })
    expect(remote.calls).toEqual([])
    expect(engine.plan().changes).toHaveLength(3)
  }))

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
    const plan = engine.plan()
    let runId = ''
    remote.script = once('create', { meanwhile: () => engine.cancel(runId) })
    const started = engine.apply({ hash: plan.hash, confirm: plan.guards.flatMap(guard => guard.confirm ?? []) })
    runId = started.runId
    const run = await started.finished
    expect(run).toMatchObject({ state: 'cancelled', writes: 1 })
    expect(run.operations.map(({ state }) => state)).toEqual(['done', 'skipped', 'skipped'])
    expect(remote.writes).toHaveLength(1)
    expect(engine.plan().changes).toHaveLength(2)
  }))

test('an outcome that cannot be found out holds its profile until a pull settles it', () =>
  bench(async ({ engine, remote, ids }) => {
    let lost = false
    remote.script = ({ call }) => {
      if (call === 'update') lost = true
      return lost ? { after: new Fault('timeout') } : undefined
    }
    const run = await applyAll(engine, [ids.edit])
    expect(run).toMatchObject({ state: 'incomplete', operations: [{ state: 'unknown', fault: { code: 'timeout' } }] })
    expect(engine.get(ids.edit).state).toBe('unknown')
    expect(engine.plan().held).toMatchObject([{ profileId: ids.edit, reason: 'outcome-unknown' }])
    lost = false
    remote.script = () => undefined
    await engine.pull()
    expect(engine.get(ids.edit).state).toBe('in-sync')
    expect(remote.writes).toHaveLength(1)
  }))

test('a lost create is not sent again before it certainly cannot arrive any more', () =>
  bench(async ({ engine, remote, clock }) => {
    const id = engine.list().find(({ title }) => title === 'new')?.id ?? ''
    remote.script = once('create', { before: new Fault('timeout') })
    const atMs = clock.now()
    expect(await applyAll(engine, [id])).toMatchObject({ state: 'done', writes: 2 })
    expect(clock.now() - atMs).toBeGreaterThanOrEqual(90_000)
    expect([...remote.there.values()].filter(({ name }) => name === 'new')).toHaveLength(1)
  }))

test('two syncs on one folder: the second is told who is at work, and may once that one is done', () =>
  bench(async ({ engine, remote, sync, store, ids }) => {
    const second = sync()
    const { hash } = engine.plan()
    const order = { hash, confirm: [], only: [ids.edit] }
    const { finished, runId } = engine.apply(order)
    const fault = faultOf(() => second.apply(order))
    expect(fault).toMatchObject({ code: 'in-use-elsewhere', message: expect.stringContaining('Plugboard holder-0') })
    expect(faultOf(() => second.cancel(runId)).code).toBe('in-use-elsewhere')
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

test('accounts go on beside one that fails', async () => {
  const [bad, good] = [new TinyRemote(), new TinyRemote()]
  for (const remote of [bad, good]) remote.put({ name: 'one', note: 'a' })
  await withFolder({ 'acc-bad': bad.api, 'acc-good': good.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    for (const { id } of engine.list()) engine.set(id, { note: 'b' })
    bad.script = () => ({ before: new Fault('provider-error') })
    expect(await applyAll(engine)).toMatchObject({ state: 'incomplete', writes: 1 })
    expect(good.byName('one')).toMatchObject({ note: 'b' })
    expect(bad.byName('one')).toMatchObject({ note: 'a' })
  })
})

test('closing waits for the request in flight and gives the lease back', () =>
  bench(async ({ engine, remote, store, clock }) => {
    let closed: Promise<void> | undefined
    remote.script = once('create', { meanwhile: () => (closed = engine.close()) })
    const run = await applyAll(engine)
    await closed
    expect(run).toMatchObject({ state: 'cancelled', writes: 1 })
    expect(store.leases.holder('sync', clock.now())).toBeUndefined()
    expect(store.runs.operationsIn(['inflight'])).toEqual([])
  }))
