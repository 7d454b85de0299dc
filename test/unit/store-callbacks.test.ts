import { expect, test } from 'vitest'
import type { HeaderPair } from '#shared/model/callback.ts'
import type { CallbackStore } from '../../src/main/store/store.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { accountRow, callbackRow } from '../helpers/store-rows.ts'

const { folder, open } = storeFolders()
const look: Parameters<CallbackStore['annotate']>[1] = {
  verdict: 'valid',
  verdictText: 'Signed',
  decoded: { event: 'e', title: 't', fields: [] }
}

test('all 256 byte values come back exactly, also after a restart', async () => {
  const dataDir = folder()
  const body = Uint8Array.from({ length: 512 }, (_, index) => index & 255)
  const latin1 = String.fromCharCode(9, ...Array.from({ length: 128 }, (_, index) => 128 + index))
  const headers: HeaderPair[] = [
    ['X-Bytes', latin1],
    ['x-bytes', 'again, in another case'],
    ['X-Bytes', ''],
    ['Quote', '"\\ \' %_']
  ]
  const callback = callbackRow({ body, headers, trailers: [['Check', latin1]], target: `/in/key1?a=%00&b=${latin1}` })
  const first = await open({ dataDir })
  const [id = 0] = first.callbacks.addAll([callback])
  first.close()
  const store = await open({ dataDir })
  const raw = store.callbacks.raw(id)
  expect(raw).toMatchObject({ id, headers, trailers: callback.trailers, target: callback.target })
  expect([...(raw?.body ?? [])]).toEqual([...body])
  const detail = store.callbacks.get(id)
  expect(detail).toMatchObject({ headers, trailers: callback.trailers, bodyBytes: 512, bodyText: null })
  expect([...Buffer.from(detail?.bodyBase64 ?? '', 'base64')]).toEqual([...body])
})

test('a view into a larger buffer stores its own part alone', async () => {
  const store = await open()
  const [id = 0] = store.callbacks.addAll([callbackRow({ body: new Uint8Array([1, 2, 3, 4]).subarray(1, 3) })])
  expect([...(store.callbacks.raw(id)?.body ?? [])]).toEqual([2, 3])
})

test.each([
  ['text with a NUL and a byte order mark', Buffer.from('\uFEFFa\u0000ü'), '\uFEFFa\u0000ü'],
  ['nothing', Buffer.alloc(0), ''],
  ['half a character', Buffer.from('ü').subarray(0, 1), null]
])('a body of %s shows as text only where it is text', async (_, body, text) => {
  const store = await open()
  const [id = 0] = store.callbacks.addAll([callbackRow({ body })])
  expect(store.callbacks.get(id)).toMatchObject({ bodyText: text, bodyBase64: body.toString('base64') })
})

test('ids grow in order and are not used again after all were removed', async () => {
  const store = await open()
  const ids = store.callbacks.addAll([callbackRow({ receivedMs: 9 }), callbackRow({ receivedMs: 3 }), callbackRow()])
  expect(ids).toEqual([1, 2, 3])
  expect(store.callbacks.addAll([])).toEqual([])
  expect(store.callbacks.count()).toBe(3)
  store.callbacks.removeAll()
  expect(store.callbacks.count()).toBe(0)
  expect(store.callbacks.raw(1)).toBeUndefined()
  expect(store.callbacks.addAll([callbackRow()])).toEqual([4])
})

test('a callback is to be looked at until it was annotated', async () => {
  const store = await open()
  const [first = 0, second = 0, third = 0] = store.callbacks.addAll([callbackRow(), callbackRow(), callbackRow()])
  store.callbacks.annotate(second, look)
  expect(store.callbacks.unannotated(9)).toEqual([first, third])
  expect(store.callbacks.unannotated(1)).toEqual([first])
  expect(store.callbacks.get(second)).toMatchObject(look)
  store.callbacks.annotate(first, { verdict: 'no-secret', verdictText: 'No secret', decoded: null })
  expect(store.callbacks.get(first)).toMatchObject({ verdict: 'no-secret', decoded: null })
  store.callbacks.annotate(99, look)
})

test('the list pages backwards and keeps to the account', async () => {
  const store = await open()
  store.accounts.add(accountRow())
  store.accounts.add(accountRow({ id: 'acc-2' }))
  const accountOf = (index: number) => (index % 2 === 0 ? 'acc-1' : 'acc-2')
  store.callbacks.addAll(Array.from({ length: 6 }, (_, index) => callbackRow({ accountId: accountOf(index) })))
  const ids = listed(store.callbacks)
  expect(ids({ limit: 2 })).toEqual([6, 5])
  expect(ids({ limit: 2, beforeId: 5 })).toEqual([4, 3])
  expect(ids({ limit: 9, accountId: 'acc-1' })).toEqual([5, 3, 1])
  expect(ids({ limit: 1, accountId: 'acc-1', beforeId: 5 })).toEqual([3])
  expect(ids({ limit: 9, accountId: 'acc-1', beforeId: 5, search: '/IN/' })).toEqual([3, 1])
})

test('a callback for an endpoint that was just removed is stored all the same', async () => {
  const store = await open()
  const [id = 0] = store.callbacks.addAll([callbackRow({ endpointId: 'end-gone', accountId: 'acc-gone' })])
  expect(store.callbacks.get(id)).toMatchObject({ endpointId: null, accountId: null })
})

function listed(callbacks: CallbackStore): (filter: Parameters<CallbackStore['list']>[0]) => number[] {
  return filter => callbacks.list(filter).map(callback => callback.id)
}
