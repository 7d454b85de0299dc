import { expect, test } from 'vitest'
import type { CallbackDetail } from '#shared/model/callback.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Laboratory } from '../../src/main/listener/laboratory.ts'
import { matchView, waitForCallback } from '../../src/main/listener/wait.ts'
import { detailOf } from '../helpers/details.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { callbackRow } from '../helpers/store-rows.ts'

const { open } = listening()
const json = ['Content-Type: application/json']

test('a wait ends with the first callback that matches, looked at', async () => {
  const { listener, port, path } = await open()
  const waiting = listener.laboratory.wait({ match: `json.event = 'paid' and verdict = 'valid'`, timeoutMs: 20_000 })
  for (const event of ['made', 'paid', 'paid'])
    await ask(port, rawPost(port, path, JSON.stringify({ event }), [...json, 'X-Word: plugh']))
  const found = await waiting
  expect(found).toMatchObject({ id: 2, verdict: 'valid', decoded: { event: 'paid' }, bodyText: '{"event":"paid"}' })
})

test('what came before counts with afterId alone', async () => {
  const { listener, store } = await open({ stopped: true })
  const ids = store.callbacks.addAll(['a', 'b', 'b'].map(name => callbackRow({ target: `/in/key/${name}` })))
  for (const id of ids) store.callbacks.annotate(id, { verdict: 'valid', verdictText: '', decoded: null })
  const wait: Laboratory['wait'] = order => listener.laboratory.wait(order)
  expect(await wait({ match: `path = '/b'`, timeoutMs: 5_000, afterId: 0 })).toMatchObject({ id: 2 })
  expect(await wait({ match: `path = '/b'`, timeoutMs: 5_000, afterId: 2 })).toMatchObject({ id: 3 })
  const timedOut = expect.objectContaining({ code: 'timed-out' })
  await expect(wait({ match: `path = '/b'`, timeoutMs: 150 })).rejects.toEqual(timedOut)
  await expect(wait({ match: `path = '/c'`, timeoutMs: 150, afterId: 0 })).rejects.toEqual(timedOut)
})

test('a callback that another process stores, and looks at later than the next one, is found', async () => {
  const { listener, store } = await open({ stopped: true })
  const waiting = listener.laboratory.wait({ match: `path = '/b'`, timeoutMs: 20_000 })
  const [first = 0, second = 0] = store.callbacks.addAll(
    ['b', 'c'].map(name => callbackRow({ target: `/in/key/${name}` }))
  )
  store.callbacks.annotate(second, { verdict: 'valid', verdictText: '', decoded: null })
  await systemClock.sleep(250)
  store.callbacks.annotate(first, { verdict: 'valid', verdictText: '', decoded: null })
  expect(await waiting).toMatchObject({ id: first })
})

test.each(['json.(', '', 'a b', '"'])('the expression %j is refused at once', async match => {
  const { listener } = await open({ stopped: true })
  const refused = expect.objectContaining({
    code: 'invalid-input',
    detail: expect.objectContaining({ field: 'match' })
  })
  await expect(listener.laboratory.wait({ match, timeoutMs: 60_000 })).rejects.toEqual(refused)
})

test('an expression that would never end, or does not go with a callback, is passed over', async () => {
  const rows = Array.from({ length: 4 }, (_, at) => detailOf({ id: at + 1, body: at === 3 ? '{"a":1}' : '{"a":"x"}' }))
  const callbacks = {
    after: (id: number) => rows.filter(row => row.id > id).map(row => ({ id: row.id, isLooked: true })),
    get: (id: number): CallbackDetail | undefined => rows[id - 1],
    list: () => []
  }
  const wait = (match: string, timeoutMs: number) =>
    waitForCallback({ match, timeoutMs, afterId: 0 }, { callbacks, clock: systemClock })
  expect(await wait('json.a > 0', 10_000)).toMatchObject({ id: 4 })
  const endless = '($f := function($n) { $f($n + 1) }; $f(0))'
  const timedOut = expect.objectContaining({ code: 'timed-out' })
  await expect(wait(endless, 300)).rejects.toEqual(timedOut)
  expect(await wait(`json.a = 1 ? true : $match('${'a'.repeat(40)}!', /^(a+)+$/)`, 10_000)).toMatchObject({ id: 4 })
})

test('a wait that is given up ends', async () => {
  const { listener } = await open({ stopped: true })
  const abort = new AbortController()
  const waiting = listener.laboratory.wait({ match: 'false', timeoutMs: 60_000 }, abort.signal)
  abort.abort()
  await expect(waiting).rejects.toEqual(expect.objectContaining({ code: 'cancelled' }))
})

test('what an expression sees', () => {
  const detail = detailOf({
    target: '/in/key/more?a=1&a=2&b=%20',
    headers: [
      ['X-A', '1'],
      ['x-a', '2'],
      ['Content-Type', 'application/x-www-form-urlencoded']
    ],
    body: 'From=%2B1&x=1&x=2',
    decoded: { event: 'sms', title: 'SMS', fields: [{ name: 'from', label: 'From', value: '+1' }] },
    provider: 'exotel',
    accountId: 'acc-1',
    endpointId: 'end-1'
  })
  expect(matchView(detail)).toMatchObject({
    method: 'POST',
    path: '/more',
    query: { a: ['1', '2'], b: ' ' },
    headers: { 'x-a': ['1', '2'], 'content-type': 'application/x-www-form-urlencoded' },
    body: 'From=%2B1&x=1&x=2',
    json: undefined,
    form: { From: '+1', x: ['1', '2'] },
    decoded: { event: 'sms', fields: { from: '+1' } },
    verdict: 'valid',
    status: 200,
    provider: 'exotel',
    account: 'acc-1',
    endpoint: 'end-1',
    receivedMs: detail.receivedMs
  })
})

const har = (body: string, method = 'POST') =>
  JSON.stringify({
    log: {
      entries: [
        {
          startedDateTime: '2026-01-01T00:00:00Z',
          request: {
            method,
            url: 'http://a.test/x',
            headers: [{ name: 'X-Word', value: 'plugh' }],
            postData: { text: body }
          }
        }
      ]
    }
  })

test('what is imported for an endpoint is decoded, judged, told and found, and never sent on', async () => {
  const { listener, store, endpointId } = await open({ stopped: true })
  listener.sending.addTarget({ endpointId, url: 'http://127.0.0.1:9/' })
  const abort = new AbortController()
  const told = listener.watch(abort.signal)[Symbol.asyncIterator]()
  const ids = await listener.laboratory.importHar({ har: har('{"event":"paid"}'), endpointId })
  expect(listener.list({ limit: 9 })).toMatchObject([
    { id: ids[0], origin: 'import', endpointId, accountId: 'acc-1', decoded: { event: 'paid' } }
  ])
  expect(listener.list({ limit: 9 })[0]?.verdict).not.toBeNull()
  expect((await told.next()).value).toMatchObject({ id: ids[0], origin: 'import' })
  abort.abort()
  expect(store.callbacks.unannotated(9)).toEqual([])
  expect(store.attempts.ofCallback(ids[0] ?? 0)).toEqual([])
  expect(listener.list({ limit: 9, search: 'paid', origin: 'import' })).toHaveLength(1)
})

test('an import for an endpoint that is not there, and a file that cannot be read, store nothing', async () => {
  const { listener } = await open({ stopped: true })
  const importHar: Laboratory['importHar'] = order => listener.laboratory.importHar(order)
  await expect(importHar({ har: har('x'), endpointId: 'end-x' })).rejects.toEqual(
    expect.objectContaining({ code: 'not-found' })
  )
  await expect(importHar({ har: har('x', '') })).rejects.toEqual(expect.objectContaining({ code: 'invalid-input' }))
  expect(listener.list({ limit: 9 })).toEqual([])
  expect(await importHar({ har: '{"log":{"entries":[]}}' })).toEqual([])
})

test('a note changes what is given and keeps the rest', async () => {
  const { listener, store } = await open({ stopped: true })
  store.callbacks.addAll([callbackRow()])
  const note: Laboratory['note'] = order => listener.laboratory.note(order)
  expect(note({ id: 1, pinned: true })).toMatchObject({ id: 1, pinned: true, tags: [], note: '' })
  expect(note({ id: 1, tags: ['a', 'b', 'a'] })).toMatchObject({ pinned: true, tags: ['a', 'b'] })
  expect(note({ id: 1, note: 'Look', tags: undefined })).toMatchObject({ pinned: true, tags: ['a', 'b'], note: 'Look' })
  expect(note({ id: 1, pinned: false, tags: [] })).toMatchObject({ pinned: false, tags: [], note: 'Look' })
  expect(() => note({ id: 2, pinned: true })).toThrow(expect.objectContaining({ code: 'not-found' }))
})

test('an export and a comparison name the callback that is not there', async () => {
  const { listener, store } = await open({ stopped: true })
  store.callbacks.addAll([callbackRow(), callbackRow({ method: 'PUT' })])
  const { laboratory } = listener
  expect(laboratory.diff(1, 2).differences).toEqual([{ part: 'method', name: '', from: 'POST', to: 'PUT' }])
  expect(() => laboratory.diff(1, 3)).toThrow('There is no callback 3')
  expect(() => laboratory.export({ ids: [1, 9], format: 'har', whole: false, version: '1' })).toThrow(
    'There is no callback 9'
  )
  expect(laboratory.export({ ids: [2, 1], format: 'curl', whole: true, version: '1' }).text).toMatch(
    /Callback 2,[^]*Callback 1,/
  )
})
