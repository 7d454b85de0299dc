import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import type { Folder } from '../helpers/sync-folder.ts'

type Bench = Folder & { remote: TinyRemote; engine: Sync; hook: Profile }

/** One account with one profile, pulled. */
async function bench(work: (bench: Bench) => Promise<void> | void): Promise<void> {
  const remote = new TinyRemote()
  remote.put({ name: 'one', note: 'a', url: 'https://a.test', revision: 1 })
  await withFolder({ 'acc-one': remote.api }, async folder => {
    const engine = folder.sync()
    await engine.pull()
    const [hook] = engine.list()
    if (!hook) throw new Error('nothing was adopted')
    await work({ ...folder, remote, engine, hook })
  })
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

test('an edit is local, has a history entry and shows as edited', () =>
  bench(({ engine, hook, remote }) => {
    const after = engine.set(hook.id, { note: 'b' })
    expect(after).toMatchObject({ state: 'edited', local: { note: 'b' }, base: { note: 'a' }, remote: { note: 'a' } })
    expect(engine.history({ profileId: hook.id, limit: 1 })).toMatchObject([
      {
        what: 'local-edited',
        title: 'one',
        settings: [{ setting: 'note', label: 'Note', from: 'a', to: 'b' }],
        after: { note: 'b' }
      }
    ])
    expect(remote.writes).toEqual([])
  }))

test.each([
  ['a value of the wrong form', { url: 'nowhere' }, 'url', /^Call URL: /],
  ['a value of the wrong type', { note: 5 }, 'note', /^Note: /],
  ['an unknown setting', { nope: 'x' }, 'nope', /not a setting of Hook/],
  ['what only the provider sets', { revision: 9 }, 'revision', /set by the provider/],
  ['what cannot change any more', { name: 'two' }, 'name', /cannot change once it exists/],
  ['a secret as it is', { pin: '12345' }, 'pin', /belongs into the vault/],
  ['a mark where no secret is', { note: { $secret: 1 } }, 'note', /is not a secret/],
  ['nothing where something is required', { name: null }, 'name', /cannot change/]
])('an edit is refused before anything is saved: %s', (_, settings, field, message) =>
  bench(({ engine, hook, store }) => {
    const before = store.history.list({ limit: 100 }).length
    const fault = faultOf(() => engine.set(hook.id, { note: 'other', ...settings }))
    expect(fault).toMatchObject({ code: 'invalid-input', detail: { field } })
    expect(fault.message).toMatch(message)
    expect(engine.get(hook.id).state).toBe('in-sync')
    expect(store.history.list({ limit: 100 })).toHaveLength(before)
  })
)

test('a value that was odd already does not stand in the way of another edit', () =>
  bench(async ({ engine, hook, remote }) => {
    remote.edit('r1', { url: 'nowhere' })
    await engine.pull()
    engine.resolve(hook.id, 'url', 'remote')
    expect(engine.set(hook.id, { note: 'b' }).state).toBe('edited')
  }))

test('a secret setting is taken by its version', () =>
  bench(async ({ engine, hook }) => {
    engine.set(hook.id, { pin: { $secret: 1 } })
    expect((await engine.plan()).changes).toMatchObject([
      { settings: [{ setting: 'pin', secret: true, to: { $secret: 1 } }] }
    ])
  }))

test('unset clears, and clearing twice writes no second entry', () =>
  bench(({ engine, hook }) => {
    expect(engine.unset(hook.id, ['note']).local).not.toHaveProperty('note')
    const entries = engine.history({ limit: 100 }).length
    engine.unset(hook.id, ['note'])
    expect(engine.history({ limit: 100 })).toHaveLength(entries)
  }))

test('a new profile is checked whole', () =>
  bench(({ engine }) => {
    expect(faultOf(() => engine.create('acc-one', 'hook', { note: 'x' }))).toMatchObject({
      message: 'Name is required.',
      detail: { field: 'name' }
    })
    expect(faultOf(() => engine.create('acc-one', 'nope', { name: 'x' })).detail.field).toBe('kind')
    expect(faultOf(() => engine.create('acc-none', 'hook', { name: 'x' })).code).toBe('not-found')
    expect(engine.create('acc-one', 'hook', { name: 'two' })).toMatchObject({ state: 'created', title: 'two' })
  }))

test('two profiles never have one natural key', () =>
  bench(({ engine, hook }) => {
    const message = '“one” exists already in this account.'
    expect(faultOf(() => engine.create('acc-one', 'hook', { name: 'one' }))).toMatchObject({
      code: 'already-exists',
      message
    })
    const two = engine.create('acc-one', 'hook', { name: 'two' })
    expect(faultOf(() => engine.set(two.id, { name: 'one' })).code).toBe('already-exists')
    engine.remove(hook.id)
    expect(faultOf(() => engine.create('acc-one', 'hook', { name: 'one' })).report().advice).toMatch(
      /marked for deletion/
    )
  }))

test('the name of what was only created here may still change', () =>
  bench(({ engine }) => {
    const two = engine.create('acc-one', 'hook', { name: 'two' })
    expect(engine.set(two.id, { name: 'three' }).title).toBe('three')
  }))

test('deleting marks what exists there and drops what was only here', () =>
  bench(({ engine, hook }) => {
    engine.remove(hook.id)
    expect(engine.get(hook.id).state).toBe('deleted')
    expect(faultOf(() => engine.set(hook.id, { note: 'b' })).code).toBe('not-found')
    const two = engine.create('acc-one', 'hook', { name: 'two' })
    engine.remove(two.id)
    expect(faultOf(() => engine.get(two.id)).code).toBe('not-found')
  }))

test('reverting brings back what the provider has', () =>
  bench(({ engine, hook }) => {
    engine.set(hook.id, { note: 'b' })
    engine.revert(hook.id)
    expect(engine.get(hook.id)).toMatchObject({ state: 'in-sync', local: { note: 'a' } })
    engine.remove(hook.id)
    engine.revert(hook.id)
    expect(engine.get(hook.id).state).toBe('in-sync')
  }))

test('a rollback is a new edit that brings back what was', () =>
  bench(({ engine, hook }) => {
    const [seen] = engine.history({ profileId: hook.id, limit: 1 })
    engine.set(hook.id, { note: 'b' })
    expect(engine.rollback(hook.id, seen?.id ?? '')).toMatchObject({ state: 'in-sync', local: { note: 'a' } })
    expect(engine.history({ profileId: hook.id, limit: 1 })).toMatchObject([{ what: 'local-rolled-back' }])
    expect(faultOf(() => engine.rollback(hook.id, 'his-none')).code).toBe('not-found')
  }))

test('a rollback revives what was dropped', () =>
  bench(({ engine }) => {
    const two = engine.create('acc-one', 'hook', { name: 'two', note: 'n' })
    const [entry] = engine.history({ profileId: two.id, limit: 1 })
    engine.remove(two.id)
    expect(engine.rollback(two.id, entry?.id ?? '')).toMatchObject({
      id: two.id,
      state: 'created',
      local: { note: 'n' }
    })
  }))

test('drift: adopting it leaves nothing to send, putting back plans it', () =>
  bench(async ({ engine, hook, remote }) => {
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    expect(engine.get(hook.id).state).toBe('drifted')
    expect(await engine.plan()).toMatchObject({ changes: [], held: [{ reason: 'drift' }] })
    engine.resolve(hook.id, 'note', 'local')
    expect((await engine.plan()).changes).toMatchObject([{ settings: [{ setting: 'note', from: 'theirs', to: 'a' }] }])
    expect(faultOf(() => engine.resolve(hook.id, 'note', 'remote'))).toMatchObject({ code: 'invalid-input' })
    remote.edit('r1', { note: 'theirs again' })
    engine.revert(hook.id)
    await engine.pull()
    expect(engine.resolve(hook.id, null, 'remote')).toMatchObject({ state: 'in-sync', local: { note: 'theirs again' } })
  }))

test.each([
  ['local', { state: 'edited', local: { note: 'mine' } }],
  ['remote', { state: 'in-sync', local: { note: 'theirs' } }],
  [{ value: 'third' }, { state: 'edited', local: { note: 'third' } }]
] as const)('a conflict is resolved with %j', (use, expected) =>
  bench(async ({ engine, hook, remote }) => {
    engine.set(hook.id, { note: 'mine' })
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    expect(engine.conflicts()).toMatchObject([
      { profileId: hook.id, setting: 'note', base: 'a', local: 'mine', remote: 'theirs' }
    ])
    expect(engine.resolve(hook.id, 'note', use)).toMatchObject(expected)
    expect(engine.conflicts()).toEqual([])
  })
)

test.each([
  ['remote', null],
  ['local', { state: 'created', local: { note: 'mine' }, remoteId: null }]
] as const)('removed there, changed here, resolved with %s', (use, expected) =>
  bench(async ({ engine, hook, remote }) => {
    engine.set(hook.id, { note: 'mine' })
    remote.there.clear()
    await engine.pull()
    expect(engine.conflicts()).toMatchObject([{ setting: null }])
    expect([engine.resolve(hook.id, null, use)]).toMatchObject([expected])
  })
)

test.each([
  ['local', 'deleted'],
  ['remote', 'in-sync']
] as const)('deleted here, changed there, resolved with %s', (use, state) =>
  bench(async ({ engine, hook, remote }) => {
    engine.remove(hook.id)
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    expect(engine.get(hook.id).state).toBe('conflict')
    expect(engine.resolve(hook.id, null, use)?.state).toBe(state)
  })
)

test('removed there and untouched here is held until somebody says drop or create', () =>
  bench(async ({ engine, hook, remote }) => {
    remote.there.clear()
    expect(await engine.pull()).toMatchObject([{ removed: 1, fault: null }])
    expect(await engine.plan()).toMatchObject({ changes: [], held: [{ reason: 'removed-there' }] })
    expect(engine.resolve(hook.id, null, 'local')).toMatchObject({ state: 'created' })
    expect((await engine.plan()).changes).toMatchObject([{ action: 'create' }])
  }))
