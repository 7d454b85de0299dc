import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import {
  accountRow,
  callbackRow,
  codeOf,
  endpointRow,
  historyRow,
  operationRow,
  profileRow,
  runRow,
  secretRow
} from '../helpers/store-rows.ts'

const { folder, open } = storeFolders()

test('an account comes back as it was, with the references to its secrets', async () => {
  const store = await open()
  const parkedFault = new Fault('auth', { field: 'appSecret' }).report()
  store.accounts.add(accountRow())
  store.accounts.add(accountRow({ id: 'acc-2', createdMs: 1, state: 'parked', parkedFault, pulledMs: 3 }))
  store.secrets.point(secretRow())
  const secrets = [{ name: 'appSecret', version: 1, vault: 'keychain' }]
  expect(store.accounts.get('acc-1')).toEqual({ ...accountRow(), secrets })
  expect(store.accounts.list().map(account => account.id)).toEqual(['acc-1', 'acc-2'])
  expect(store.accounts.get('acc-2')).toMatchObject({ parkedFault, pulledMs: 3, secrets: [] })
  expect(store.accounts.get('acc-3')).toBeUndefined()
})

test('an account update replaces what may change and keeps the rest', async () => {
  const store = await open()
  store.accounts.add(accountRow())
  const wanted = { label: 'New', baseUrl: 'sandbox:exotel', fields: {}, updatedMs: 9, pulledMs: 8 }
  store.accounts.update(accountRow({ ...wanted, provider: 'other', createdMs: 0, state: 'untested' }))
  expect(store.accounts.get('acc-1')).toEqual({ ...accountRow({ ...wanted, state: 'untested' }), secrets: [] })
})

test('removing an account takes its profiles, secret references and endpoints, and leaves what happened', async () => {
  const store = await open()
  for (const id of ['acc-1', 'acc-2']) {
    store.accounts.add(accountRow({ id }))
    store.profiles.add(profileRow({ id: `pro-${id}`, accountId: id }))
    store.secrets.point(secretRow({ owner: id }))
    store.secrets.point(secretRow({ owner: `pro-${id}` }))
    store.endpoints.add(endpointRow({ id: `end-${id}`, accountId: id, key: id }))
    store.history.add(historyRow({ id: `his-${id}`, accountId: id }))
    store.callbacks.addAll([callbackRow({ accountId: id, endpointId: `end-${id}` })])
  }
  store.accounts.remove('acc-1')
  expect(store.accounts.list().map(account => account.id)).toEqual(['acc-2'])
  expect(store.profiles.list().map(profile => profile.id)).toEqual(['pro-acc-2'])
  expect(store.secrets.all().map(secret => secret.owner)).toEqual(['acc-2', 'pro-acc-2'])
  expect(store.endpoints.list().map(endpoint => endpoint.id)).toEqual(['end-acc-2'])
  expect(store.history.list({ limit: 9 }).map(entry => entry.accountId)).toEqual(['acc-2', 'acc-1'])
  expect(store.callbacks.list({ limit: 9 }).map(callback => [callback.accountId, callback.endpointId])).toEqual([
    ['acc-2', 'end-acc-2'],
    [null, null]
  ])
})

test('a secret reference is replaced by the next version and removed by name', async () => {
  const store = await open()
  store.secrets.point(secretRow())
  store.secrets.point(secretRow({ version: 2, vault: 'file', fingerprint: 'f2' }))
  store.secrets.point(secretRow({ name: 'other' }))
  expect(store.secrets.get('acc-1', 'appSecret')).toEqual(secretRow({ version: 2, vault: 'file', fingerprint: 'f2' }))
  store.secrets.remove('acc-1', 'appSecret')
  expect(store.secrets.list('acc-1')).toEqual([secretRow({ name: 'other' })])
  expect(store.secrets.get('acc-1', 'appSecret')).toBeUndefined()
})

test('profiles keep their three trees, absent ones as null, and come by kind, then creation', async () => {
  const store = await open()
  store.accounts.add(accountRow())
  store.accounts.add(accountRow({ id: 'acc-0' }))
  store.profiles.add(profileRow({ id: 'pro-b', kind: 'b', createdMs: 1 }))
  store.profiles.add(profileRow({ id: 'pro-a2', kind: 'a', createdMs: 2 }))
  store.profiles.add(profileRow({ id: 'pro-a1', kind: 'a', createdMs: 1, base: {}, remote: { a: { $secret: 2 } } }))
  store.profiles.add(profileRow({ id: 'pro-0', accountId: 'acc-0' }))
  expect(store.profiles.list({ accountId: 'acc-1' }).map(profile => profile.id)).toEqual(['pro-a1', 'pro-a2', 'pro-b'])
  expect(store.profiles.list()).toHaveLength(4)
  expect(store.profiles.get('pro-b')).toEqual(profileRow({ id: 'pro-b', kind: 'b', createdMs: 1 }))
  expect(store.profiles.get('pro-a1')).toMatchObject({ base: {}, remote: { a: { $secret: 2 } } })
  const changed = profileRow({ id: 'pro-b', kind: 'b', createdMs: 1, remoteId: 'r', local: null, remoteKnown: false })
  store.profiles.update(changed)
  expect(store.profiles.get('pro-b')).toEqual(changed)
  store.profiles.remove('pro-b')
  expect(store.profiles.get('pro-b')).toBeUndefined()
})

test('one object at the provider is one profile', async () => {
  const store = await open()
  store.accounts.add(accountRow())
  store.profiles.add(profileRow({ remoteId: 'r-1' }))
  expect(codeOf(() => store.profiles.add(profileRow({ id: 'pro-2', remoteId: 'r-1' })))).toBe('already-exists')
  store.profiles.add(profileRow({ id: 'pro-2', remoteId: 'r-2' }))
  store.profiles.add(profileRow({ id: 'pro-3' }))
  store.profiles.add(profileRow({ id: 'pro-4' }))
})

test('an edit of what was removed meanwhile is a fault, not silence', async () => {
  const store = await open()
  expect(codeOf(() => store.accounts.update(accountRow()))).toBe('not-found')
  expect(codeOf(() => store.profiles.update(profileRow()))).toBe('not-found')
  expect(codeOf(() => store.profiles.add(profileRow()))).toBe('not-found')
  expect(codeOf(() => store.runs.update(runRow()))).toBe('not-found')
  expect(codeOf(() => store.runs.updateOperation(operationRow()))).toBe('not-found')
})

test('profiles that are gone are listed with what they last were, however much happened since', async () => {
  const store = await open({ dataDir: folder() })
  store.accounts.add(accountRow())
  store.profiles.add(profileRow({ id: 'pro-here' }))
  store.together(() => {
    store.history.add(historyRow({ id: 'his-1', profileId: 'pro-gone', title: 'old', after: { value: 'a' } }))
    store.history.add(historyRow({ id: 'his-2', profileId: 'pro-gone', title: 'new', after: null, atMs: 7 }))
    store.history.add(historyRow({ id: 'his-3', profileId: 'pro-lost', title: 'lost', after: null, atMs: 5 }))
    store.history.add(historyRow({ id: 'his-4', profileId: 'pro-nameless', title: 'was', after: { value: 'a' } }))
    store.history.add(
      historyRow({ id: 'his-5', profileId: 'pro-nameless', title: 'pro-nameless', after: null, atMs: 9 })
    )
    store.history.add(historyRow({ id: 'his-6', profileId: 'pro-never', title: 'pro-never', after: null, atMs: 9 }))
    for (let nth = 0; nth < 1_100; nth += 1)
      store.history.add(historyRow({ id: `his-here-${nth}`, profileId: 'pro-here' }))
  })
  const accountId = historyRow().accountId
  const gone = [
    { profileId: 'pro-never', accountId, title: 'pro-never', goneMs: 9, restoreTo: null },
    { profileId: 'pro-nameless', accountId, title: 'was', goneMs: 9, restoreTo: 'his-4' },
    { profileId: 'pro-lost', accountId, title: 'lost', goneMs: 5, restoreTo: null },
    { profileId: 'pro-gone', accountId, title: 'new', goneMs: 7, restoreTo: 'his-1' }
  ]
  expect(store.history.gone(10)).toEqual(gone)
  expect(store.history.gone(1)).toEqual(gone.slice(0, 1))
})

test('history comes newest first by the order it was written, whatever the clock said', async () => {
  const store = await open()
  store.history.add(historyRow({ id: 'his-1', atMs: 500 }))
  store.history.add(historyRow({ id: 'his-2', atMs: 100, profileId: 'pro-2', after: null }))
  store.history.add(historyRow({ id: 'his-3', atMs: 300, accountId: 'acc-2' }))
  const ids = (filter: { profileId?: string; accountId?: string; limit: number }) =>
    store.history.list(filter).map(entry => entry.id)
  expect(ids({ limit: 2 })).toEqual(['his-3', 'his-2'])
  expect(ids({ limit: 9, profileId: 'pro-1' })).toEqual(['his-3', 'his-1'])
  expect(ids({ limit: 9, accountId: 'acc-1' })).toEqual(['his-2', 'his-1'])
  expect(ids({ limit: 9, accountId: 'acc-1', profileId: 'pro-1' })).toEqual(['his-1'])
  expect(store.history.get('his-1')).toEqual(historyRow({ atMs: 500 }))
  expect(store.history.get('his-2')?.after).toBeNull()
})

test('a run keeps its operations in plan order and what a crash left can be found by state', async () => {
  const store = await open()
  const fault = new Fault('timeout', { retryAtMs: 50 }).report()
  store.runs.add(runRow())
  for (const id of ['op-3', 'op-1', 'op-2']) store.runs.addOperation(operationRow({ id }))
  store.runs.add(runRow({ id: 'run-2', state: 'done' }))
  const inflight = operationRow({
    state: 'inflight',
    attempts: 1,
    inflightElapsedMs: 8,
    fault,
    note: 'n',
    retryAtMs: 50
  })
  store.runs.updateOperation(inflight)
  expect(store.runs.get('run-1')?.operations.map(operation => operation.id)).toEqual(['op-3', 'op-1', 'op-2'])
  expect(store.runs.operationsIn(['inflight', 'unknown'])).toEqual([inflight])
  expect(store.runs.operationsIn(['prepared', 'inflight']).map(one => one.id)).toEqual(['op-3', 'op-1', 'op-2'])
  expect(store.runs.operationsIn([])).toEqual([])
  expect(store.runs.unfinished().map(run => run.id)).toEqual(['run-1'])
  store.runs.update(runRow({ state: 'incomplete', writes: 2, finishedMs: 9 }))
  expect(store.runs.unfinished()).toEqual([])
  expect(store.runs.list(1).map(run => run.id)).toEqual(['run-2'])
  expect(store.runs.get('run-1')).toMatchObject({ state: 'incomplete', writes: 2, finishedMs: 9 })
})

test('an endpoint is found by its key, and a key is used once', async () => {
  const store = await open()
  store.accounts.add(accountRow())
  store.endpoints.add(endpointRow())
  store.endpoints.add(endpointRow({ id: 'end-2', key: 'key2', accountId: null }))
  expect(store.endpoints.byKey('key2')).toEqual(endpointRow({ id: 'end-2', key: 'key2', accountId: null }))
  expect(store.endpoints.byKey('KEY2')).toBeUndefined()
  expect(codeOf(() => store.endpoints.add(endpointRow({ id: 'end-3' })))).toBe('already-exists')
  store.endpoints.remove('end-1')
  expect(store.endpoints.list().map(endpoint => endpoint.id)).toEqual(['end-2'])
})

test('an option is kept over a restart', async () => {
  const dataDir = folder()
  const first = await open({ dataDir })
  expect(first.options.get('vault')).toBeUndefined()
  first.options.set('vault', 'file')
  first.options.set('vault', 'keychain')
  first.close()
  expect((await open({ dataDir })).options.get('vault')).toBe('keychain')
})

test('what is written together is there as a whole or not at all', async () => {
  const store = await open()
  expect(
    store.together(() => {
      store.accounts.add(accountRow())
      return 'out'
    })
  ).toBe('out')
  const broken = new Error('broken')
  const attempt = () =>
    store.together(() => {
      store.profiles.add(profileRow())
      store.together(() => store.callbacks.addAll([callbackRow()]))
      throw broken
    })
  expect(attempt).toThrow(broken)
  expect(store.profiles.list()).toEqual([])
  expect(store.callbacks.count()).toBe(0)
})

test('an inner part that fails can be left out without losing the outer one', async () => {
  const store = await open()
  store.together(() => {
    store.accounts.add(accountRow())
    const inner = codeOf(() =>
      store.together(() => {
        store.accounts.add(accountRow({ id: 'acc-2' }))
        throw new Fault('cancelled')
      })
    )
    expect(inner).toBe('cancelled')
  })
  expect(store.accounts.list().map(account => account.id)).toEqual(['acc-1'])
})

test('an edit that waits in the middle is refused: it would hold the lock', async () => {
  const store = await open()
  expect(() => store.together(async () => store.accounts.add(accountRow()))).toThrow(TypeError)
  expect(store.accounts.list()).toEqual([])
})
