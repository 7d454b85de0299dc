import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { applyAll, bench, faultOf, once } from '../helpers/apply-bench.ts'
import { holder, withFolder } from '../helpers/sync-folder.ts'
import { hookKind, tinyProvider, TinyRemote } from '../helpers/tiny-provider.ts'

test('every entry says which part of Plugboard made it and of which kind the profile is', () =>
  bench(async ({ engine, store, ids, remote }) => {
    await applyAll(engine, [ids.edit])
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    engine.resolve(ids.keep, 'note', 'remote')
    const entries = store.history.list({ limit: 100 })
    const whats = ['local-created', 'applied-update', 'seen-new', 'seen-changed', 'conflict-resolved']
    expect(entries.map(({ what }) => what)).toEqual(expect.arrayContaining(whats))
    for (const entry of entries) expect(entry).toMatchObject({ kind: 'hook', who: 'Plugboard holder-0' })
  }))

test('what the schedule did is told apart from what the person at the window did', () =>
  bench(async ({ engine, store, ids, remote }) => {
    const { hash } = await engine.plan()
    await (
      await engine.apply({ hash, confirm: [], only: [ids.edit], who: 'schedule' })
    ).finished
    remote.edit('r1', { note: 'theirs' })
    await engine.pull(undefined, 'schedule')
    const whoOf = (what: string) => store.history.list({ limit: 100 }).find(entry => entry.what === what)?.who
    expect([whoOf('applied-update'), whoOf('seen-changed'), whoOf('local-edited')]).toEqual([
      'schedule',
      'schedule',
      'Plugboard holder-0'
    ])
  }))

test('what differs between any two points, and between a point and before everything or now', () =>
  bench(async ({ engine, store, ids: { edit: profileId } }) => {
    engine.set(profileId, { note: 'c', pin: { $secret: 1 } })
    engine.set(profileId, { note: 'd', pin: { $secret: 2 } })
    const [, third, , first] = store.history.list({ profileId, limit: 100 }).map(({ id }) => id)
    const diff = (from: string | null | undefined, to: string | null | undefined) =>
      engine.historyDiff({ profileId, from: from ?? null, to: to ?? null })
    expect(diff(first, third)).toEqual([
      { setting: 'note', label: 'Note', secret: false, from: 'a', to: 'c' },
      { setting: 'pin', label: 'PIN', secret: true, to: { $secret: 1 } }
    ])
    expect(diff(third, first)).toMatchObject([{ from: 'c', to: 'a' }, { from: { $secret: 1 } }])
    expect(diff(third, null)).toMatchObject([
      { setting: 'note', to: 'd' },
      { setting: 'pin', from: { $secret: 1 }, to: { $secret: 2 } }
    ])
    expect(diff(null, first).map(({ setting, to }) => [setting, to])).toEqual([
      ['colour', 'red'],
      ['name', 'edit'],
      ['note', 'a']
    ])
    expect(diff(first, first)).toEqual([])
    const [others] = store.history.list({ limit: 1 })
    expect(others?.profileId).toBe(profileId)
    const fault = await faultOf(() => engine.historyDiff({ profileId: 'pro-none', from: null, to: null }))
    expect(fault.code).toBe('not-found')
  }))

test('an entry of another profile is no point of this one', () =>
  bench(async ({ engine, store, ids }) => {
    const [entry] = store.history.list({ profileId: ids.keep, limit: 1 })
    const span = { profileId: ids.edit, from: entry?.id ?? '', to: null }
    expect((await faultOf(() => engine.historyDiff(span))).code).toBe('not-found')
    expect((await faultOf(() => engine.rollback(ids.edit, span.from))).code).toBe('not-found')
  }))

test('a profile that was deleted at the provider can still be compared and comes back as a new one', () =>
  bench(async bench => {
    const { engine, store, ids, remote } = bench
    await applyAll(engine)
    expect(engine.list().some(({ id }) => id === ids.drop)).toBe(false)
    const entries = store.history.list({ profileId: ids.drop, limit: 100 })
    expect(entries.map(({ what }) => what)).toEqual(['applied-delete', 'local-deleted', 'seen-new'])
    const seen = entries.at(-1)?.id ?? ''
    expect(engine.historyDiff({ profileId: ids.drop, from: seen, to: null })).toMatchObject([
      { setting: 'colour', from: 'red' },
      { setting: 'name', from: 'drop' },
      { setting: 'note', from: 'a' }
    ])
    expect(engine.rollback(ids.drop, seen)).toMatchObject({ state: 'created', local: { name: 'drop', note: 'a' } })
    expect(await applyAll(engine)).toMatchObject({ state: 'done', writes: 1 })
    expect(remote.byName('drop')).toEqual({ name: 'drop', note: 'a', colour: 'red' })
    expect(store.history.list({ profileId: ids.drop, limit: 2 }).map(({ what }) => what)).toEqual([
      'applied-create',
      'local-rolled-back'
    ])
  }))

test('going back, or making again what was removed there, takes no name that another profile has by now', () =>
  bench(async ({ engine, store, ids, remote }) => {
    const { id } = engine.create('acc-one', 'hook', { name: 'first' })
    const [made] = store.history.list({ profileId: id, limit: 1 })
    engine.set(id, { name: 'second' })
    engine.create('acc-one', 'hook', { name: 'first' })
    expect((await faultOf(() => engine.rollback(id, made?.id ?? ''))).code).toBe('already-exists')
    expect(engine.get(id).title).toBe('second')
    remote.there.clear()
    remote.put({ name: 'keep', note: 'another' })
    await engine.pull()
    expect(engine.get(ids.keep).state).toBe('removed-there')
    expect((await faultOf(() => engine.resolve(ids.keep, null, 'local'))).code).toBe('already-exists')
    expect(engine.resolve(ids.keep, null, 'remote')).toBeNull()
  }))

/** A provider with a second kind, alike in everything but its name. */
const otherKind = { ...hookKind, card: { ...hookKind.card, id: 'other', label: 'Other' } }
const twoKinds = { ...tinyProvider, kinds: { hook: hookKind, other: otherKind } }

test('with several kinds, its entries say of which kind a profile that is gone was', () =>
  withFolder({ 'acc-one': new TinyRemote().api }, async folder => {
    const registry = { kind: (_: string, id: string) => (id === 'other' ? otherKind : hookKind), get: () => twoKinds }
    const engine = folder.sync({ registry, holder: holder('one') })
    const { id } = engine.create('acc-one', 'other', { name: 'n' })
    const [entry] = folder.store.history.list({ profileId: id, limit: 1 })
    engine.remove(id)
    expect(engine.rollback(id, entry?.id ?? '')).toMatchObject({ id, kind: 'other', state: 'created' })
  }))

test('a profile that was taken back while it was created, and never arrived, keeps its name', () =>
  withFolder({ 'acc-one': new TinyRemote().api }, async ({ sync, store, clock }) => {
    const engine = sync()
    const { id } = engine.create('acc-one', 'hook', { name: 'old' })
    engine.set(id, { name: 'new' })
    const broken = sync({
      onStep(name) {
        if (name === 'inflight') throw new Error('the process ended here')
      }
    })
    await (await broken.apply({ hash: (await broken.plan()).hash, confirm: [] })).finished.catch(() => undefined)
    engine.remove(id)
    expect(engine.get(id)).toMatchObject({ title: 'new', local: null, base: null, remote: null })
    expect(engine.list()).toMatchObject([{ id, title: 'new' }])
    expect((await engine.plan()).held).toMatchObject([{ title: 'new', reason: 'outcome-unknown' }])
    expect((await faultOf(() => engine.revert(id))).message).toContain('“new”')
    expect((await faultOf(() => engine.set(id, { note: 'x' }))).message).toContain('“new”')
    engine.setPolicy({ id, setting: 'note', policy: 'ignore' })
    expect(store.history.list({ profileId: id, limit: 9 }).map(({ title }) => title)).toEqual([
      'new',
      'new',
      'new',
      'old'
    ])

    await engine.recover()
    await clock.sleep(90_000)
    await engine.pull()
    expect(engine.list()).toEqual([])
    expect(engine.gone()).toMatchObject([{ profileId: id, title: 'new' }])
    expect(engine.rollback(id, engine.gone()[0]?.restoreTo ?? '')).toMatchObject({ title: 'new', state: 'created' })
  }))

test('with several kinds, an entry from before kinds were noted says what it cannot tell', () =>
  withFolder({ 'acc-one': new TinyRemote().api }, async ({ sync, store }) => {
    const old = { id: 'his-old', atMs: 1, accountId: 'acc-one', profileId: 'pro-old', title: 'n', settings: [] }
    store.history.add({ ...old, kind: null, what: 'local-created', after: { name: 'n' }, runId: null, who: null })
    const several = sync({ registry: { kind: () => hookKind, get: () => twoKinds } })
    expect((await faultOf(() => several.rollback('pro-old', 'his-old'))).code).toBe('not-found')
    expect(sync().rollback('pro-old', 'his-old')).toMatchObject({ kind: 'hook', state: 'created' })
  }))

test('a request that never left counts neither for the run nor for its operation', () =>
  bench(async ({ engine, remote, ids }) => {
    remote.script = once('update', { before: new Fault('unreachable') })
    const run = await applyAll(engine, [ids.edit])
    expect(run).toMatchObject({ state: 'incomplete', writes: 0, operations: [{ state: 'skipped', attempts: 0 }] })
  }))
