import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CallbackFilter } from '#shared/model/lab.ts'
import type { NewCallback, Store } from '../../src/main/store/store.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { callbackRow } from '../helpers/store-rows.ts'

const { open } = storeFolders()
const look = { verdict: 'valid' as const, verdictText: 'Signed', decoded: { event: 'e', title: 't', fields: [] } }

/** Stores and looks at them; `indexed` of them are in the index. */
async function storeOf(callbacks: Partial<NewCallback>[], indexed: number): Promise<Store> {
  const store = await open()
  const ids = store.callbacks.addAll(callbacks.map(each => callbackRow(each)))
  for (const id of ids) store.callbacks.annotate(id, look)
  expect(store.callbacks.index(indexed)).toBe(Math.min(indexed, ids.length))
  return store
}

const found = (store: Store, filter: CallbackFilter & { beforeId?: number; limit?: number }) =>
  store.callbacks.list({ limit: 100, ...filter }).map(row => row.id)

const letters: Partial<NewCallback>[] = [
  { target: '/in/Key1?Status=Done&to=%2B12025550123' },
  { headers: [['X-Event', 'Call "Ended" f\u00c3\u00bcr alle']] },
  { body: Buffer.from('From=%2B12025550123&Body=Gr%C3%BC%C3%9Fe+aus+K%C3%B6ln') },
  { body: Buffer.from(String.raw`{"to":"\u00dcBER","text":"one\ntwo 100% sure a_b"}`) },
  { body: Buffer.from([0xff, 0x00, 0x41, 0x62, 0x43, 0xfe]), trailers: [['X-Check', 'sum42']] }
]

test.each([
  ['+12025550123', [3, 1]],
  ['12025550', [3, 1]],
  ['status done', [1]],
  ['STATUS=done', [1]],
  ['x-event für', [2]],
  ['fur ALLE', [2]],
  ['"call \\"', []],
  ['"call ""ended"', [2]],
  ['grusse', []],
  ['grüße koln', [3]],
  ['"aus Köln"', [3]],
  ['"aus Koln Gr"', []],
  ['uber', [4]],
  ['two', [4]],
  ['"100% sure"', [4]],
  ['"% s"', [4]],
  ['"100% su"', [4]],
  ['"ure a"', []],
  ['"sure a" "for" une', []],
  ['"sure a" tw', [4]],
  ['a_b', [4, 3]],
  ['abc', [5]],
  ['sum42', [5]],
  ['%', [4, 3, 1]],
  ["' OR 1=1 --", []],
  ['nowhere', []],
  ['key1', [5, 4, 3, 2, 1]],
  ['   ', [5, 4, 3, 2, 1]]
])('a search for %s is the same in the index and before it', async (search, expected) => {
  for (const indexed of [5, 0, 3]) {
    const store = await storeOf(letters, indexed)
    expect({ indexed, ids: found(store, { search }) }).toEqual({ indexed, ids: expected })
  }
})

const oneWord = fc.constantFrom('alpha', 'alphabet', 'beta', 'Béta', 'gamma', '12025550123', '1202', 'α', 'x')
const oneCallback = fc.record({
  method: fc.constantFrom('GET', 'POST', 'M-SEARCH'),
  origin: fc.constantFrom('network' as const, 'simulate' as const),
  answerStatus: fc.constantFrom(200, 404),
  provider: fc.constantFrom('exotel', null),
  accountId: fc.constantFrom('acc-1', 'acc 1', null),
  endpointId: fc.constantFrom('end-1', null),
  receivedMs: fc.integer({ min: 0, max: 50 }),
  words: fc.array(oneWord, { maxLength: 4 }),
  pinned: fc.boolean(),
  tags: fc.subarray(['red', 'a "b"']),
  verdict: fc.constantFrom('valid' as const, 'invalid' as const),
  event: fc.constantFrom('message', 'message "x"', null)
})
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
const oneFilter = fc.record({
  method: maybe(fc.constantFrom('GET', 'get', 'M-SEARCH')),
  origin: maybe(fc.constantFrom('network' as const, 'import' as const)),
  status: maybe(fc.constantFrom(200, 500)),
  provider: maybe(fc.constant('exotel')),
  accountId: maybe(fc.constantFrom('acc-1', 'acc 1')),
  endpointId: maybe(fc.constant('end-1')),
  sinceMs: maybe(fc.integer({ min: 0, max: 50 })),
  untilMs: maybe(fc.integer({ min: 0, max: 50 })),
  pinned: maybe(fc.boolean()),
  tag: maybe(fc.constantFrom('red', 'a "b"', 're')),
  verdict: maybe(fc.constantFrom('valid' as const, 'missing' as const)),
  event: maybe(fc.constantFrom('message', 'message "x"')),
  words: fc.array(fc.constantFrom('alpha', 'BETA', 'ga', '+1202', 'α'), { maxLength: 2 })
})

test('every filter, alone and together, finds what a plain walk over all rows finds, page by page', async () => {
  const store = await open()
  const check = fc.asyncProperty(
    fc.array(oneCallback, { maxLength: 30 }),
    fc.array(oneFilter, { minLength: 8, maxLength: 8 }),
    fc.integer({ min: 0, max: 30 }),
    async (callbacks, filters, indexed) => {
      clear(store)
      const ids = store.callbacks.addAll(callbacks.map(each => callbackRow({ ...each, body: bodyOf(each.words) })))
      callbacks.forEach(({ verdict, event, pinned, tags }, at) => {
        const decoded = event === null ? null : { event, title: '', fields: [] }
        store.callbacks.annotate(ids[at] ?? 0, { verdict, verdictText: '', decoded })
        if (pinned || tags.length > 0) store.callbacks.note(ids[at] ?? 0, { pinned, tags, note: '' })
      })
      store.callbacks.index(indexed)
      for (const { words, ...filter } of filters) {
        const expected = ids.filter((_, at) => callbacks[at] && fits(callbacks[at], filter, words)).toReversed()
        expect(paged(store, { ...filter, search: words.join(' ') })).toEqual(expected)
      }
    }
  )
  await fc.assert(check, { numRuns: 60 })
})

type OneCallback = typeof oneCallback extends fc.Arbitrary<infer T> ? T : never

function fits(callback: OneCallback, filter: CallbackFilter, words: string[]): boolean {
  const { tag, sinceMs, untilMs, status, ...equal } = filter
  const own = callback.words.map(plain)
  return (
    Object.entries(equal).every(([name, value]) => value === undefined || Reflect.get(callback, name) === value) &&
    (status === undefined || callback.answerStatus === status) &&
    (tag === undefined || callback.tags.some(each => each === tag)) &&
    (sinceMs === undefined || callback.receivedMs >= sinceMs) &&
    (untilMs === undefined || callback.receivedMs <= untilMs) &&
    words.map(plain).every(word => own.some(each => each.startsWith(word)))
  )
}

const plain = (text: string) => text.toLowerCase().replace('é', 'e').replace('+', '')
const bodyOf = (words: string[]) => Buffer.from(words.map(encodeURIComponent).join('&'))

function paged(store: Store, filter: CallbackFilter): number[] {
  const ids: number[] = []
  for (;;) {
    const page = found(store, { ...filter, limit: 3, ...(ids.length > 0 && { beforeId: ids.at(-1) }) })
    ids.push(...page)
    if (page.length < 3) return ids
  }
}

function clear(store: Store): void {
  for (const row of store.callbacks.list({ limit: 1_000, pinned: true }))
    store.callbacks.note(row.id, { pinned: false, tags: [], note: '' })
  store.callbacks.removeAll()
  expect(store.callbacks.count()).toBe(0)
}

test('words are found across the blocks of the index, newest first', async () => {
  const store = await open()
  const [first = 0] = store.callbacks.addAll([callbackRow({ target: '/in/needle-first' })])
  store.callbacks.annotate(first, look)
  store.callbacks.note(first, { pinned: true, tags: [], note: '' })
  for (let block = 0; block < 2; block += 1) {
    store.callbacks.addAll(Array.from({ length: 70_000 }, () => callbackRow({ target: '/in/a' })))
    store.callbacks.removeAll()
  }
  const [last = 0] = store.callbacks.addAll([callbackRow({ target: '/in/needle-last' })])
  store.callbacks.annotate(last, look)
  store.callbacks.index(10)
  expect(last).toBeGreaterThan(131_072)
  expect(found(store, { search: 'needle' })).toEqual([last, first])
  expect(found(store, { search: 'needle first' })).toEqual([first])
  expect(found(store, { search: 'needle', beforeId: last })).toEqual([first])
})

test('the index goes up to the first callback that was not looked at', async () => {
  const store = await open()
  const [first = 0, second = 0, third = 0] = store.callbacks.addAll([callbackRow(), callbackRow(), callbackRow()])
  store.callbacks.annotate(first, look)
  store.callbacks.annotate(third, look)
  expect(store.callbacks.index(9)).toBe(1)
  expect(store.callbacks.index(9)).toBe(0)
  store.callbacks.annotate(second, look)
  expect(store.callbacks.index(1)).toBe(1)
  expect(store.callbacks.index(9)).toBe(1)
  expect(found(store, { verdict: 'valid', search: 'key1' })).toEqual([third, second, first])
})

test('an answer that was decided after the row was indexed is found', async () => {
  const store = await storeOf([{ answerStatus: 0 }], 1)
  store.callbacks.answered(1, { answerStatus: 503, ruleId: 'rule-1' })
  expect(found(store, { status: 503 })).toEqual([1])
  expect(found(store, { status: 0 })).toEqual([])
})

test('clearing keeps what is pinned, with its note, and finds it again', async () => {
  const store = await storeOf([{}, { target: '/in/kept' }, {}], 3)
  store.callbacks.note(2, { pinned: true, tags: ['order'], note: 'Look here' })
  store.callbacks.note(3, { pinned: false, tags: ['order'], note: '' })
  store.callbacks.removeAll()
  expect(store.callbacks.list({ limit: 9 })).toMatchObject([
    { id: 2, pinned: true, tags: ['order'], note: 'Look here' }
  ])
  for (const filter of [{ search: 'kept' }, { tag: 'order' }, { pinned: true }, { method: 'POST' }])
    expect(found(store, filter)).toEqual([2])
  expect(store.callbacks.index(9)).toBe(1)
  expect(found(store, { search: 'kept' })).toEqual([2])
})

test('what happens to callbacks while their words are gathered is what the index says', async () => {
  const store = await storeOf([], 0)
  const ids = store.callbacks.addAll([
    callbackRow({ target: '/in/answered', answerStatus: 0 }),
    callbackRow({ target: '/in/removed' }),
    callbackRow({ target: '/in/looked' })
  ])
  for (const id of ids) store.callbacks.annotate(id, look)
  const indexed = store.callbacks.index(9, write => {
    store.callbacks.answered(1, { answerStatus: 503, ruleId: null })
    store.callbacks.remove([2])
    store.callbacks.annotate(3, { ...look, decoded: { event: 'e', title: 'another title', fields: [] } })
    return write()
  })
  expect(indexed).toBe(3)
  expect(found(store, { status: 503 })).toEqual([1])
  expect(found(store, { status: 0 })).toEqual([])
  expect(found(store, { search: 'removed' })).toEqual([])
  expect(found(store, { search: 'another' })).toEqual([3])
})

test('two who index at once index each callback once, and an index that was begun anew begins at its beginning', async () => {
  const store = await storeOf([{ target: '/in/one' }, { target: '/in/two' }], 0)
  const twice = store.callbacks.index(9, write => {
    expect(store.callbacks.index(1)).toBe(1)
    return write()
  })
  expect(twice).toBe(0)
  store.callbacks.note(1, { pinned: true, tags: [], note: '' })
  const cleared = store.callbacks.index(9, write => {
    store.callbacks.removeAll()
    return write()
  })
  expect(cleared).toBe(0)
  expect(store.callbacks.index(9)).toBe(1)
  expect(found(store, { search: 'one' })).toEqual([1])
  expect(found(store, { search: 'two' })).toEqual([])
})
