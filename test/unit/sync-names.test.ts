import { expect, test } from 'vitest'
import { openStore } from '../../src/main/store/open.ts'
import { recordOf } from '../../src/main/sync/edits.ts'
import { createNames } from '../../src/main/sync/names.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import { faultOf } from '../helpers/apply-bench.ts'
import { holder, syncDeps, withFolder, type Folder } from '../helpers/sync-folder.ts'
import { hookKind, TinyRemote } from '../helpers/tiny-provider.ts'

const accountId = 'acc-one'

/** A folder with some profiles there; `lists`: how often all profiles were read since the pull. */
async function withNames(work: (of: Folder & { engine: ReturnType<Folder['sync']>; lists: () => number }) => unknown) {
  const remote = new TinyRemote()
  for (let nth = 0; nth < 5; nth += 1) remote.put({ name: `n${nth}` })
  await withFolder({ [accountId]: remote.api }, async folder => {
    let lists = 0
    const { profiles } = folder.store
    const list: typeof profiles.list = filter => {
      lists += 1
      return profiles.list(filter)
    }
    const engine = folder.sync({ store: { ...folder.store, profiles: { ...profiles, list } } })
    await engine.pull()
    const before = lists
    await work({ ...folder, engine, lists: () => lists - before })
  })
}

test('for the names of many new profiles the others are read once', () =>
  withNames(async ({ engine, lists }) => {
    for (let nth = 0; nth < 20; nth += 1) engine.create(accountId, 'hook', { name: `new${nth}` })
    expect(lists()).toBe(1)
    for (const name of ['new0', 'new19', 'n0', 'n4'])
      expect((await faultOf(() => engine.create(accountId, 'hook', { name }))).code).toBe('already-exists')
    expect(lists()).toBe(1)
  }))

test('a name is free again once nobody has it, here and there', () =>
  withNames(async ({ engine }) => {
    const { id } = engine.create(accountId, 'hook', { name: 'a' })
    engine.set(id, { name: 'b' })
    const other = engine.create(accountId, 'hook', { name: 'a' })
    expect((await faultOf(() => engine.set(other.id, { name: 'b' }))).code).toBe('already-exists')
    engine.remove(id)
    expect(engine.set(other.id, { name: 'b' }).title).toBe('b')
    const there = engine.list().find(({ title }) => title === 'n1')?.id ?? ''
    engine.remove(there)
    const fault = await faultOf(() => engine.create(accountId, 'hook', { name: 'n1' }))
    expect(fault.report().advice).toContain('marked for deletion')
  }))

test('an edit that was taken back with its transaction holds no name, and gives none away', () =>
  withNames(async ({ engine, store }) => {
    const { id } = engine.create(accountId, 'hook', { name: 'a' })
    const takenBack = () =>
      store.together(() => {
        engine.set(id, { name: 'b' })
        engine.create(accountId, 'hook', { name: 'c' })
        throw new Error('taken back')
      })
    expect(takenBack).toThrow('taken back')
    engine.create(accountId, 'hook', { name: 'b' })
    engine.create(accountId, 'hook', { name: 'c' })
    expect((await faultOf(() => engine.create(accountId, 'hook', { name: 'a' }))).code).toBe('already-exists')
  }))

test('a name that another process took is taken', () =>
  withNames(async ({ engine, dataDir, clock }) => {
    engine.create(accountId, 'hook', { name: 'a' })
    const store = await openStore({ dataDir, clock })
    const other = createSync({ ...syncDeps(store, clock, {}), holder: holder('another process') })
    other.create(accountId, 'hook', { name: 'b' })
    await other.close()
    store.close()
    expect((await faultOf(() => engine.create(accountId, 'hook', { name: 'b' }))).code).toBe('already-exists')
  }))

test('of two who have a name the same one is told of, however the names became known', async () => {
  const remote = new TinyRemote()
  remote.put({ name: 'twin' })
  remote.put({ name: 'twin' })
  await withFolder({ [accountId]: remote.api }, async folder => {
    const engine = folder.sync()
    await engine.pull()
    const { store } = folder
    const names = createNames({ store, kindOf: () => hookKind })
    const asker = { ...recordOf(store, engine.list()[0]?.id ?? ''), id: 'pro-another' }
    for (const { id } of engine.list()) {
      expect(names.takenBy('twin', asker)).toBeDefined()
      engine.set(id, { url: `https://example.test/${id}` })
      const fresh = createNames({ store, kindOf: () => hookKind })
      expect(names.takenBy('twin', asker)?.id).toBe(fresh.takenBy('twin', asker)?.id)
    }
  })
})
