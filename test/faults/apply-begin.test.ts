import { expect, test } from 'vitest'
import { bench, faultOf } from '../helpers/apply-bench.ts'

// An apply makes its plan anew before it is a run: what happens in between must not be missed.

test('a second apply that comes while the first one still makes its plan is refused, and nothing goes out twice', () =>
  bench(async ({ engine, remote, store, ids }) => {
    const { hash } = await engine.plan()
    const order = { hash, confirm: [`delete:${ids.drop}`] }
    const [first, second] = [engine.apply(order), faultOf(() => engine.apply(order))]
    expect((await second).code).toBe('in-use-elsewhere')
    expect(await (await first).finished).toMatchObject({ state: 'done', writes: 3 })
    expect(remote.writes).toHaveLength(3)
    expect(store.runs.list(9)).toHaveLength(1)
    expect(await (await engine.apply(order)).finished).toMatchObject({ state: 'done', writes: 0 })
  }))

test('closing while an apply still makes its plan sends nothing, leaves no run and gives the lease back', () =>
  bench(async ({ engine, remote, store, clock, ids }) => {
    const { hash } = await engine.plan()
    const begun = faultOf(() => engine.apply({ hash, confirm: [`delete:${ids.drop}`] }))
    await engine.close()
    expect(store.leases.holder('sync', clock.now())).toBeUndefined()
    expect((await begun).code).toBe('cancelled')
    expect(remote.calls).toEqual([])
    expect(store.runs.list(9)).toEqual([])
  }))

test('an apply that is refused for its plan leaves the next one free to begin', () =>
  bench(async ({ engine, ids }) => {
    const { hash } = await engine.plan()
    expect((await faultOf(() => engine.apply({ hash: 'other', confirm: [] }))).code).toBe('plan-changed')
    const run = await engine.apply({ hash, confirm: [], only: [ids.edit] })
    expect(await run.finished).toMatchObject({ state: 'done', writes: 1 })
  }))

test('a plan that is not made when sync is closed ends, and touches the database no more', () =>
  bench(async ({ engine, store }) => {
    const planned = faultOf(() => engine.plan())
    await engine.close()
    expect((await planned).code).toBe('cancelled')
    expect(store.options.get('reviewed-plans')).toBeUndefined()
  }))
