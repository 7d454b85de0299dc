import { expect, test } from 'vitest'
import type { ListenerSettings } from '#shared/model/lab.ts'
import { usualSettings, readSettings, writeSettings } from '../../src/main/listener/settings.ts'
import { createRetention } from '../../src/main/listener/engine/retention.ts'
import type { Store } from '../../src/main/store/store.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { callbackRow } from '../helpers/store-rows.ts'

const { open } = storeFolders()
const listeners = listening()
const none: ListenerSettings = { ...usualSettings, keepDays: null, keepCount: null, keepBytes: null }
const dayMs = 86_400_000

function idsIn(store: Store): number[] {
  return store.callbacks
    .list({ limit: 1_000 })
    .map(row => row.id)
    .toReversed()
}

function workOff(store: Store, settings: Partial<ListenerSettings>, nowMs = Date.now()): void {
  const retention = createRetention(store.callbacks)
  while (retention.step({ ...none, ...settings }, nowMs));
}

test('over the count the oldest go first, with all that was added to them; pinned ones stay', async () => {
  const store = await open()
  store.callbacks.addAll(Array.from({ length: 260 }, () => callbackRow({ body: Buffer.from('needle') })))
  for (let id = 1; id <= 260; id++) store.callbacks.annotate(id, { verdict: 'missing', verdictText: '', decoded: null })
  while (store.callbacks.index(50) > 0);
  store.callbacks.note(1, { pinned: true, tags: [], note: 'kept' })
  store.callbacks.note(2, { pinned: false, tags: ['a'], note: 'goes' })
  workOff(store, { keepCount: 100 })
  expect(idsIn(store)).toEqual([1, ...Array.from({ length: 99 }, (_, at) => 162 + at)])
  expect(store.callbacks.count()).toBe(100)
  expect(store.callbacks.removed()).toBe(160)
  expect(store.callbacks.get(2)).toBe(undefined)
  expect(store.callbacks.list({ search: 'needle', limit: 1_000 })).toHaveLength(100)
  workOff(store, { keepCount: 100 })
  expect(store.callbacks.count()).toBe(100)
})

test('over the size so many go that the rest fits, and rows that others removed are not counted', async () => {
  const store = await open()
  store.callbacks.addAll(Array.from({ length: 40 }, () => callbackRow({ body: Buffer.alloc(99_000) })))
  const retention = createRetention(store.callbacks)
  const settings = { ...none, keepBytes: 3_000_000 }
  while (retention.step(settings, Date.now()));
  expect(store.callbacks.count()).toBe(30)
  store.callbacks.removeAll()
  store.callbacks.addAll(Array.from({ length: 30 }, () => callbackRow({ body: Buffer.alloc(99_000) })))
  while (retention.step(settings, Date.now()));
  expect(store.callbacks.count()).toBe(30)
})

test('what is older than the limit goes, also behind one whose clock was wrong', async () => {
  const store = await open()
  const nowMs = 1_800_000_000_000
  const ages = [40, -400, 31, 29, 1]
  store.callbacks.addAll(ages.map(days => callbackRow({ receivedMs: nowMs - days * dayMs })))
  workOff(store, { keepDays: 30 }, nowMs)
  expect(idsIn(store)).toEqual([2, 4, 5])
})

test('clearing keeps what is pinned', async () => {
  const store = await open()
  store.callbacks.addAll([callbackRow(), callbackRow(), callbackRow()])
  store.callbacks.note(2, { pinned: true, tags: [], note: '' })
  store.callbacks.removeAll()
  expect(idsIn(store)).toEqual([2])
  expect(store.callbacks.count()).toBe(1)
})

test('after a large clearing the file gives its space back to the disk', async () => {
  const { listener, store } = await listeners.open({ inThread: true, stopped: true })
  store.callbacks.addAll(Array.from({ length: 300 }, () => callbackRow({ body: Buffer.alloc(100_000) })))
  const full = store.upkeep.space()
  expect(full.givesBack).toBe(true)
  listener.clear()
  await listener.start({ port: 0 })
  await expect.poll(() => store.upkeep.space().pages, { timeout: 20_000 }).toBeLessThan(full.pages / 2)
})

test('settings are what was chosen, else the usual ones; the thread goes by them at once', async () => {
  const { listener, store, port, path } = await listeners.open({ inThread: true })
  expect(listener.settings()).toEqual(usualSettings)
  const post = (host: string) => {
    const text = rawPost(port, path)
      .toString('latin1')
      .replace(/Host: .*/, `Host: ${host}`)
    return ask(port, text).then(answer => answer.status)
  }
  expect(await post('hooks.example.test')).toBe(421)
  expect(listener.configure({ hosts: ['Hooks.Example.test '] }).hosts).toEqual(['hooks.example.test'])
  expect(await post('hooks.example.test')).toBe(202)
  expect(await post('HOOKS.example.test:443')).toBe(202)
  expect(await post('other.example.test')).toBe(421)
  expect(() => listener.configure({ hosts: ['https://hooks.example.test/'] })).toThrow(
    expect.objectContaining({ code: 'invalid-input' })
  )
  store.callbacks.addAll(Array.from({ length: 250 }, () => callbackRow()))
  listener.configure({ keepCount: 100 })
  await expect.poll(() => store.callbacks.count(), { timeout: 20_000 }).toBe(100)
  expect(listener.settings()).toMatchObject({ keepCount: 100, hosts: ['hooks.example.test'] })
  store.options.set('listener-settings', 'no JSON')
  expect(readSettings(store.options)).toEqual(usualSettings)
  expect(writeSettings(store.options, { keepDays: 7 })).toEqual({ ...usualSettings, keepDays: 7 })
})

test('an endpoint that is removed or added elsewhere is known to the thread with the next request', async () => {
  const { listener, port, path, endpointId } = await listeners.open({ inThread: true })
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  listener.removeEndpoint(endpointId)
  expect((await ask(port, rawPost(port, path))).status).toBe(404)
  const added = listener.addEndpoint({ label: 'New' })
  expect((await ask(port, rawPost(port, `/in/${added.key}`))).status).toBe(200)
})
