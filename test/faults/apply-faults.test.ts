import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { FaultCode } from '#shared/faults.ts'
import { applyAll, bench, expectEndState, once } from '../helpers/apply-bench.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { hookKind, TinyRemote, tinyProvider } from '../helpers/tiny-provider.ts'
import type { Script } from '../helpers/tiny-provider.ts'

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
    await expectEndState(bench)
  })
)

test('Retry-After wins over any other wait', () =>
  bench(async ({ engine, remote, clock, ids }) => {
    const retryAtMs = clock.now() + 42_000
    remote.script = once('update', { before: new Fault('rate-limited', { retryAtMs }) })
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ state: 'done' })
    expect(clock.slept).toEqual([42_000])
  }))

test.each<[string, ReturnType<Script>, number]>([
  ['was carried out all the same', { after: unavailable(5_000) }, 1],
  ['was not carried out', { before: unavailable(5_000) }, 2]
])('a create that is answered 503 is not repeated before a read says that it %s', (_, said, writes) =>
  bench(async ({ engine, remote, clock }) => {
    const id = engine.list().find(({ title }) => title === 'new')?.id ?? ''
    remote.script = once('create', said)
    const started = await engine.apply({ hash: (await engine.plan()).hash, confirm: [], only: [id] })
    expect(await started.finished).toMatchObject({ state: 'done', writes })
    const states: string[] = []
    for await (const event of started.events) if (event.type === 'operation') states.push(event.operation.state)
    expect(states.slice(0, 2)).toEqual(['inflight', 'unknown'])
    expect(remote.calls.map(({ call }) => call).slice(0, 3)).toEqual(['list', 'create', 'list'])
    expect(clock.slept[0]).toBe(5_000)
    expect([...remote.there.values()].filter(({ name }) => name === 'new')).toHaveLength(1)
  })
)

test('an update that is answered 503 waits as long as it was asked to, and goes out again', () =>
  bench(async ({ engine, remote, clock, ids }) => {
    remote.script = once('update', { before: unavailable(7_000) })
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ state: 'done', writes: 2 })
    expect(clock.slept).toEqual([7_000])
  }))

function unavailable(afterMs: number): Fault {
  return new Fault('provider-error', { retryAtMs: 1_700_000_000_000 + afterMs })
}

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
    expect((await engine.plan()).held.map(({ reason }) => reason)).toEqual(['account-parked', 'account-parked'])
  }))

test('a provider that cannot be reached gets nothing more', () =>
  bench(async ({ engine, remote }) => {
    remote.script = () => ({ before: new Fault('unreachable') })
    const run = await applyAll(engine)
    expect(run).toMatchObject({ state: 'incomplete', writes: 0 })
    expect(run.operations.every(({ state }) => state === 'skipped')).toBe(true)
    expect(remote.calls).toHaveLength(1)
    expect((await engine.plan()).changes).toHaveLength(3)
  }))

test('a vault that stays locked sends nothing', () =>
  bench(async ({ remote, sync, engine }) => {
    const locked = sync({ connect: () => Promise.reject(new Fault('vault-locked')) })
    expect(await applyAll(locked)).toMatchObject({ state: 'incomplete', writes: 0 })
    expect(remote.calls).toEqual([])
    expect((await engine.plan()).changes).toHaveLength(3)
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
    expect((await engine.plan()).held).toMatchObject([{ profileId: ids.edit, reason: 'outcome-unknown' }])
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

test.each([-86_400_000, 86_400_000])('a clock that jumps by %i ms neither shortens nor lengthens the wait', jumpMs =>
  bench(async ({ remote, clock, sync, engine }) => {
    let offMs = 0
    const jumping = { ...clock, now: () => clock.now() + offMs }
    const id = engine.list().find(({ title }) => title === 'new')?.id ?? ''
    remote.script = once('create', { before: new Fault('timeout'), meanwhile: () => (offMs = jumpMs) })
    expect(await applyAll(sync({ clock: jumping }), [id])).toMatchObject({ state: 'done', writes: 2 })
    expect(clock.slept).toEqual([90_000])
  })
)

test('an update that the provider could not do just now is sent again after a pause each time', () =>
  bench(async ({ remote, clock, engine, ids }) => {
    remote.script = once('update', { before: new Fault('provider-error') }, 3)
    expect(await applyAll(engine, [ids.edit])).toMatchObject({ state: 'done', writes: 4 })
    expect(clock.slept).toHaveLength(3)
    for (const [nth, ms] of clock.slept.entries()) expect(ms).toBeLessThanOrEqual(1_000 * 2 ** (nth + 1))
  }))

test('a create of a kind that cannot be listed is looked for by its name', () =>
  bench(async ({ remote, sync, engine }) => {
    const kind = { ...hookKind, card: { ...hookKind.card, listing: 'by-name' as const } }
    const byName = { kind: () => kind, get: () => ({ ...tinyProvider, kinds: { hook: kind } }) }
    const id = engine.list().find(({ title }) => title === 'new')?.id ?? ''
    remote.put({ name: 'new', url: 'https://new.test' }, 'new')
    const run = await applyAll(sync({ registry: byName }), [id])
    expect(remote.calls[0]).toEqual({ call: 'get', id: 'new' })
    expect(remote.calls.filter(({ call }) => call === 'list')).toEqual([])
    expect(remote.writes).toEqual([])
    expect(run.operations[0]?.state).not.toBe('done')
  }))
