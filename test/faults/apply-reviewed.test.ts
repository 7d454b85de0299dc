import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Fault } from '#shared/faults.ts'
import type { Run } from '#shared/model/plan.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { bench, faultOf } from '../helpers/apply-bench.ts'
import type { Bench } from '../helpers/apply-bench.ts'

const confirmAll = (ids: Bench['ids']) => [`delete:${ids.drop}`]

async function carriedOut(engine: Sync, hash: string, ids: Bench['ids'], only?: string[]): Promise<Run> {
  return (await engine.apply({ hash, confirm: confirmAll(ids), ...(only && { only }) })).finished
}

async function differenceAfter(
  { engine, ids }: Bench,
  meanwhile: () => unknown
): Promise<Fault['detail']['difference']> {
  const { hash } = await engine.plan()
  await meanwhile()
  const fault = await faultOf(() => engine.apply({ hash, confirm: confirmAll(ids) }))
  expect(fault.code).toBe('plan-changed')
  return fault.detail.difference
}

test('a reviewed change that is true there meanwhile is left out, and the rest goes', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = await engine.plan()
    remote.edit('r2', { note: 'b' })
    await engine.pull()
    const run = await carriedOut(engine, hash, ids)
    expect(run).toMatchObject({ state: 'done', writes: 2, planHash: hash })
    expect(remote.writes.map(({ call }) => call)).toEqual(['create', 'remove'])
  }))

test('so does a create that was linked and a delete that is done, down to nothing at all', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = await engine.plan()
    const made = engine.list().find(({ title }) => title === 'new')?.id ?? ''
    await carriedOut(engine, hash, ids, [made])
    remote.there.delete('r3')
    await engine.pull()
    expect(await carriedOut(engine, hash, ids)).toMatchObject({ state: 'done', writes: 1 })
    expect(await carriedOut(engine, hash, ids)).toMatchObject({ state: 'done', writes: 0, operations: [] })
    expect(remote.writes.map(({ call }) => call)).toEqual(['create', 'update'])
  }))

test('what is ordered by itself and is true already sends nothing', () =>
  bench(async ({ engine, remote, ids }) => {
    const { hash } = await engine.plan()
    remote.edit('r2', { note: 'b' })
    await engine.pull()
    expect(await carriedOut(engine, hash, ids, [ids.edit])).toMatchObject({ state: 'done', writes: 0 })
  }))

test('a plan that another process has shown is known here', () =>
  bench(async ({ engine, remote, ids, sync }) => {
    const { hash } = await engine.plan()
    remote.edit('r2', { note: 'b' })
    await engine.pull()
    expect(await carriedOut(sync(), hash, ids)).toMatchObject({ state: 'done', writes: 2 })
  }))

test('an edit more is a difference, by its labels, and nothing is sent', () =>
  bench(async bench => {
    const { engine, remote, ids } = bench
    expect(await differenceAfter(bench, () => engine.set(ids.keep, { note: 'later', pin: { $secret: 9 } }))).toEqual([
      { what: 'added', profileId: ids.keep, title: 'keep', action: 'update', settings: ['Note', 'PIN'] }
    ])
    expect(remote.calls).toEqual([])
  }))

test('the same profile edited further differs in just that setting', () =>
  bench(async bench => {
    const { engine, remote, ids } = bench
    expect(await differenceAfter(bench, () => engine.set(ids.edit, { note: 'c' }))).toMatchObject([
      { what: 'differs', profileId: ids.edit, settings: ['Note'] }
    ])
    expect(remote.writes).toEqual([])
  }))

test('a value that the plan relied on and that is another one now is a difference', () =>
  bench(async bench => {
    const { engine, remote, ids, store } = bench
    const drifted = async () => {
      remote.edit('r2', { colour: 'blue' })
      await engine.pull()
      engine.resolve(ids.edit, 'colour', 'remote')
      expect(store.profiles.get(ids.edit)?.remote).toMatchObject({ colour: 'blue' })
    }
    expect(await differenceAfter(bench, drifted)).toMatchObject([
      { what: 'differs', profileId: ids.edit, settings: ['Colour'] }
    ])
    expect(remote.writes).toEqual([])
  }))

test('an edit that was taken back, or that needs a person now, is gone and not true there', () =>
  bench(async bench => {
    const { engine, remote, ids } = bench
    const meanwhile = async () => {
      engine.revert(ids.drop)
      remote.edit('r2', { note: 'theirs' })
      await engine.pull()
    }
    expect(await differenceAfter(bench, meanwhile)).toMatchObject([
      { what: 'gone', title: 'edit', settings: ['Note'] },
      { what: 'gone', title: 'drop', action: 'delete' }
    ])
    expect(remote.writes).toEqual([])
  }))

test('a plan that was never shown here is refused without a difference', () =>
  bench(async ({ engine, remote }) => {
    const fault = await faultOf(() => engine.apply({ hash: 'f'.repeat(64), confirm: [] }))
    expect([fault.code, fault.detail.difference]).toEqual(['plan-changed', undefined])
    expect(remote.calls).toEqual([])
  }))

test('no difference carries a value', () =>
  bench(async bench => {
    const found = await differenceAfter(bench, () => bench.engine.set(bench.ids.keep, { note: 'canary' }))
    expect(JSON.stringify(found)).not.toContain('canary')
  }))

type Deed = 'edit' | 'edit more' | 'revert' | 'remove' | 'create' | 'theirs' | 'theirs alike' | 'gone there' | 'pull'
const deeds = fc.constantFrom<Deed[]>(
  'edit',
  'edit more',
  'revert',
  'remove',
  'create',
  'theirs',
  'theirs alike',
  'gone there',
  'pull'
)

async function act({ engine, remote, ids }: Bench, deed: Deed): Promise<void> {
  const isThere = engine.list().some(({ id, local }) => id === ids.edit && local !== null)
  switch (deed) {
    case 'edit':
      return void engine.set(ids.keep, { note: 'more' })
    case 'edit more':
      return void (isThere && engine.set(ids.edit, { note: 'c' }))
    case 'revert':
      return void (engine.list().some(({ id }) => id === ids.drop) && engine.revert(ids.drop))
    case 'remove':
      return void (isThere && engine.remove(ids.edit))
    case 'create':
      return void (
        engine.list().some(({ title }) => title === 'unseen') || engine.create('acc-one', 'hook', { name: 'unseen' })
      )
    case 'theirs':
      return void (remote.there.has('r2') && remote.edit('r2', { note: 'theirs' }))
    case 'theirs alike':
      return void (remote.there.has('r2') && remote.edit('r2', { note: 'b' }))
    case 'gone there':
      return void remote.there.delete('r3')
    case 'pull':
      return void (await engine.pull())
    default:
      return deed satisfies never
  }
}

test('whatever happens between the review and the apply, nothing is sent that was not shown', () =>
  fc.assert(
    fc.asyncProperty(fc.array(deeds, { maxLength: 4 }), meanwhile =>
      bench(async bench => {
        const { engine, remote, ids } = bench
        const { hash, changes } = await engine.plan()
        for (const deed of meanwhile) await act(bench, deed)
        await engine.apply({ hash, confirm: confirmAll(ids) }).then(
          ({ finished }) => finished,
          () => undefined
        )
        const shown = changes.map(({ action, remoteId, settings }) => ({
          call: action === 'delete' ? 'remove' : action,
          id: remoteId,
          names: new Set(settings.map(({ setting }) => setting))
        }))
        for (const { call, id = null, settings = {} } of remote.writes) {
          const one = shown.find(other => other.call === call && other.id === id)
          expect(one).toBeDefined()
          expect(Object.keys(settings).filter(name => !one?.names.has(name))).toEqual([])
        }
      })
    ),
    // Each run is a data folder of its own.
    { numRuns: 60 }
  ))
