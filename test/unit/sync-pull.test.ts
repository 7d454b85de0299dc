import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { FaultCode } from '#shared/faults.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'

test('the first pull adopts everything: three alike trees, nothing to ask', async () => {
  const remote = new TinyRemote()
  remote.put({ name: 'one', note: 'a' })
  remote.put({ name: 'two' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync, store }) => {
    const engine = sync()
    expect(await engine.pull()).toEqual([
      { accountId: 'acc-one', seen: 2, adopted: 2, changed: 0, removed: 0, fault: null }
    ])
    expect(engine.list().map(({ title, state }) => [title, state])).toEqual([
      ['one', 'in-sync'],
      ['two', 'in-sync']
    ])
    expect(await engine.plan()).toMatchObject({ changes: [], held: [], conflicts: [], guards: [] })
    expect(store.accounts.get('acc-one')).toMatchObject({ state: 'ready', pulledMs: expect.any(Number) })
    expect(await engine.pull()).toMatchObject([{ adopted: 0, changed: 0, removed: 0 }])
  })
})

test.each<[FaultCode, boolean]>([
  ['auth', false],
  ['forbidden', false],
  ['rate-limited', false],
  ['provider-error', false],
  ['protocol', false],
  ['timeout', false],
  ['unreachable', true],
  ['vault-locked', true]
])('a list that fails with %s removes nothing; profiles stay known: %s', async (code, known) => {
  const remote = new TinyRemote()
  remote.put({ name: 'one', note: 'a' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync, store }) => {
    const engine = sync()
    await engine.pull()
    const [hook] = engine.list()
    engine.set(hook?.id ?? '', { note: 'b' })
    remote.script = () => ({ before: new Fault(code) })
    expect(await engine.pull()).toMatchObject([{ removed: 0, fault: { code } }])
    const after = engine.get(hook?.id ?? '')
    expect(after).toMatchObject({ remote: { note: 'a' }, local: { note: 'b' }, remoteKnown: known })
    expect((await engine.plan()).changes).toHaveLength(known ? 1 : 0)
    expect((await engine.plan()).held).toHaveLength(known ? 0 : 1)
    expect(store.accounts.get('acc-one')?.state).toBe(code === 'auth' ? 'parked' : 'ready')
  })
})

test('a later pull that succeeds clears the doubt', async () => {
  const remote = new TinyRemote()
  remote.put({ name: 'one' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    remote.script = () => ({ before: new Fault('provider-error') })
    await engine.pull()
    expect(engine.list()[0]?.state).toBe('unknown')
    remote.script = () => undefined
    await engine.pull()
    expect(engine.list()[0]?.state).toBe('in-sync')
  })
})

test('the fault of one account stops no other, and a parked account is not asked again', async () => {
  const [bad, good] = [new TinyRemote(), new TinyRemote()]
  good.put({ name: 'one' })
  bad.script = () => ({ before: new Fault('auth') })
  await withFolder({ 'acc-bad': bad.api, 'acc-good': good.api }, async ({ sync, store }) => {
    const engine = sync()
    expect(await engine.pull()).toMatchObject([
      { accountId: 'acc-bad', fault: { code: 'auth' } },
      { accountId: 'acc-good', adopted: 1, fault: null }
    ])
    const asked = bad.calls.length
    expect(await engine.pull('acc-bad')).toMatchObject([{ fault: { code: 'auth' } }])
    expect(bad.calls).toHaveLength(asked)
    expect(store.accounts.get('acc-bad')?.parkedFault).toMatchObject({ code: 'auth' })
  })
})

test('what was created here and is there too is linked: the same settles, a different setting is a conflict', async () => {
  const remote = new TinyRemote()
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    const same = engine.create('acc-one', 'hook', { name: 'same', note: 'n' })
    const other = engine.create('acc-one', 'hook', { name: 'other', note: 'mine' })
    remote.put({ name: 'same', note: 'n', colour: 'red' })
    remote.put({ name: 'other', note: 'theirs' })
    expect(await engine.pull()).toMatchObject([{ seen: 2, adopted: 0 }])
    expect(engine.get(same.id)).toMatchObject({ state: 'in-sync', remoteId: 'r1', local: { colour: 'red' } })
    expect(engine.conflicts()).toMatchObject([
      { profileId: other.id, setting: 'note', local: 'mine', remote: 'theirs' }
    ])
    expect(engine.list()).toHaveLength(2)
  })
})

test('a change there is noted in the history and adopted where the setting is followed', async () => {
  const remote = new TinyRemote()
  remote.put({ name: 'one', note: 'a', revision: 1 })
  await withFolder({ 'acc-one': remote.api }, async ({ sync, store }) => {
    const engine = sync()
    await engine.pull()
    const [hook] = store.profiles.list()
    if (!hook) throw new Error('nothing was adopted')
    store.profiles.update({ ...hook, policies: { note: 'follow' } })
    remote.edit('r1', { note: 'theirs', revision: 2 })
    expect(await engine.pull()).toMatchObject([{ changed: 1 }])
    expect(engine.get(hook.id)).toMatchObject({ state: 'in-sync', local: { note: 'theirs', revision: 2 } })
    expect(engine.history({ profileId: hook.id, limit: 1 })).toMatchObject([
      { what: 'seen-changed', settings: [{ setting: 'note', from: 'a', to: 'theirs' }] }
    ])
  })
})

test('deleted on both sides is gone', async () => {
  const remote = new TinyRemote()
  remote.put({ name: 'one' })
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    engine.remove(engine.list()[0]?.id ?? '')
    remote.there.clear()
    await engine.pull()
    expect(engine.list()).toEqual([])
  })
})

test('while another process is at work nothing is read', async () => {
  const remote = new TinyRemote()
  await withFolder({ 'acc-one': remote.api }, async ({ sync, store, clock }) => {
    const engine = sync()
    store.leases.take(
      'sync',
      { id: 'other', pid: process.pid, machine: 'elsewhere', about: 'The other window' },
      60_000,
      clock.now()
    )
    await expect(engine.pull()).rejects.toMatchObject({
      code: 'in-use-elsewhere',
      message: expect.stringContaining('The other window')
    })
    expect(remote.calls).toEqual([])
  })
})

test('closing breaks off what has not been read yet, and waits for the rest', async () => {
  const remotes = Array.from({ length: 6 }, () => new TinyRemote())
  const apis = Object.fromEntries(remotes.map((remote, index) => [`acc-${index}`, remote.api]))
  for (const remote of remotes) remote.put({ name: 'one' })
  await withFolder(apis, async ({ sync, store, clock }) => {
    const engine = sync()
    const pulled = engine.pull()
    await engine.close()
    expect(store.leases.holder('sync', clock.now())).toBeUndefined()
    expect((await pulled).map(({ fault }) => fault?.code)).toContain('cancelled')
  })
})
