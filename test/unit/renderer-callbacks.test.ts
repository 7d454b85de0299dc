import { createRouterClient, implement, type AnyRouter } from '@orpc/server'
import { expect, test } from 'vitest'
import { contract, type Client } from '#shared/contract/index.ts'
import type { CallbackSummary } from '#shared/model/callback.ts'
import { filterOf, filterQuery, passes } from '../../src/renderer/state/callbacks-filter.ts'
import { listedIds } from '../../src/renderer/state/callbacks-listed.ts'
import { merged, pageSize, rowsAbove, windowSize } from '../../src/renderer/state/callbacks-window.ts'
import { countedArrivals, createCallbacks } from '../../src/renderer/state/callbacks.ts'
import { perFrame } from '../../src/renderer/state/frames.ts'
import { summaryOf } from '../helpers/details.ts'

const methods = implement(contract)

/** A client of the few methods that a test needs. */
function clientOf(router: AnyRouter): Client {
  return createRouterClient(router, { context: {} }) as Client
}

/** One that was not looked at yet. */
function callback(id: number, more: Partial<CallbackSummary> = {}): CallbackSummary {
  return summaryOf({ id, receivedMs: id, target: `/in/${id}`, verdict: null, verdictText: null, ...more })
}

const numbers = (from: number, to: number) => Array.from({ length: Math.abs(to - from) + 1 }, (_, at) => from + at)

/** A core that has the callbacks 1 to `count`, and counts how often it was asked. */
function storeOf(count: number) {
  const core = { count, asked: 0 }
  const list = methods.callbacks.list.handler(({ input }) => {
    core.asked += 1
    const below = Math.min(input.beforeId ?? Infinity, core.count + 1)
    const ids = numbers(Math.max(1, below - input.limit), below - 1).toReversed()
    return below <= 1 ? [] : ids.map(id => callback(id)).filter(item => passes(input, item))
  })
  return { core, store: createCallbacks(clientOf({ callbacks: { list } })) }
}

const idsOf = (items: CallbackSummary[]) => items.map(item => item.id)

test('a callback takes its place by number, and its later self replaces it', () => {
  const list = [callback(3), callback(1)]
  expect(idsOf(merged(list, [callback(4)]))).toEqual([4, 3, 1])
  expect(idsOf(merged(list, [callback(2), callback(0)]))).toEqual([3, 2, 1, 0])
  expect(merged(list, [callback(1), callback(1, { verdict: 'valid' })])).toEqual([
    callback(3),
    callback(1, { verdict: 'valid' })
  ])
})

test('a callback that is told twice counts as one new one, and none while the list is looked at', () => {
  const { store } = storeOf(0)
  store.getState().take([callback(1)])
  store.getState().take([callback(1, { verdict: 'invalid' })])
  store.getState().take([callback(2), callback(2, { verdict: 'valid' })])
  expect(store.getState().unseen).toBe(2)
  expect(store.getState().items.map(item => item.verdict)).toEqual(['valid', 'invalid'])
  store.getState().look(true)
  store.getState().take([callback(3)])
  expect(store.getState().unseen).toBe(0)
})

test('the list holds a window: what follows beyond it goes at the top, and comes back when it is scrolled to', async () => {
  const { store } = storeOf(3_000)
  await store.getState().reload()
  for (let page = 1; page < 10; page += 1) await store.getState().loadOlder()
  const far = store.getState()
  expect(far.items).toHaveLength(windowSize)
  expect(rowsAbove(far.above) + far.items.length).toBe(10 * pageSize)
  expect(far.items.at(-1)?.id).toBe(3_000 - 10 * pageSize + 1)

  await store.getState().loadNewer(rowsAbove(far.above) - 1)
  const near = store.getState()
  expect(rowsAbove(near.above)).toBe(rowsAbove(far.above) - pageSize)
  expect(near.items[0]?.id).toBe((far.items[0]?.id ?? 0) + pageSize)
  expect(near.items).toHaveLength(windowSize)
  expect(near.hasOlder).toBe(true)

  await store.getState().loadNewer(0)
  expect(idsOf(store.getState().items)).toEqual(numbers(3_000 - pageSize + 1, 3_000).toReversed())
  await store.getState().loadOlder()
  expect(store.getState().items.at(-1)?.id).toBe(3_000 - 2 * pageSize + 1)
})

test('a row has the same number at the same place, whichever way it was come to', async () => {
  const { store } = storeOf(5_000)
  await store.getState().reload()
  for (let page = 1; page < 12; page += 1) await store.getState().loadOlder()
  while (store.getState().above.length > 0) {
    await store.getState().loadNewer(rowsAbove(store.getState().above) - 1)
    const { items, above } = store.getState()
    expect(items[0]?.id).toBe(5_000 - rowsAbove(above))
    expect(idsOf(items)).toEqual(numbers(items.at(-1)?.id ?? 0, items[0]?.id ?? 0).toReversed())
  }
})

test('a flood does not make the window grow', async () => {
  const { store } = storeOf(10)
  await store.getState().reload()
  for (let batch = 0; batch < 50; batch += 1) {
    const ids = numbers(batch * 100 + 11, batch * 100 + 110)
    store.getState().take(ids.map(id => callback(id)))
    store.getState().take(ids.map(id => callback(id, { verdict: 'valid' })))
  }
  const { items, hasOlder } = store.getState()
  expect(items).toHaveLength(windowSize)
  expect(items[0]).toMatchObject({ id: 5_010, verdict: 'valid' })
  expect(hasOlder).toBe(true)
})

test('while the list stands still arrivals are counted once each and shown when it goes on', async () => {
  const { core, store } = storeOf(10)
  await store.getState().reload()
  store.getState().standStill('place', true)
  store.getState().standStill('button', true)
  store.getState().take([callback(11), callback(12), callback(10, { verdict: 'valid' })])
  store.getState().take([callback(11, { verdict: 'valid' })])
  expect(store.getState()).toMatchObject({ waiting: 2 })
  expect(store.getState().items[0]).toMatchObject({ id: 10, verdict: 'valid' })
  core.count = 12
  store.getState().standStill('place', false)
  expect(store.getState().waiting).toBe(2)
  store.getState().standStill('button', false)
  await expect.poll(() => store.getState().items[0]?.id).toBe(12)
  expect(store.getState().waiting).toBe(0)
})

test('what waits is counted up to a bound', async () => {
  const { store } = storeOf(10)
  await store.getState().reload()
  store.getState().standStill('place', true)
  store.getState().take(numbers(11, 5_000).map(id => callback(id)))
  expect(store.getState().waiting).toBe(countedArrivals)
})

test('a callback that comes while the list is read is not lost', async () => {
  const answer = Promise.withResolvers<CallbackSummary[]>()
  const list = methods.callbacks.list.handler(() => answer.promise)
  const store = createCallbacks(clientOf({ callbacks: { list } }))
  const reading = store.getState().reload()
  store.getState().take([callback(3)])
  answer.resolve([callback(2), callback(1)])
  await reading
  expect(idsOf(store.getState().items)).toEqual([3, 2, 1])
})

test('an answer to a filter that was replaced meanwhile is dropped', async () => {
  const answers = new Map<string, PromiseWithResolvers<CallbackSummary[]>>()
  const list = methods.callbacks.list.handler(({ input }) => {
    const answer = Promise.withResolvers<CallbackSummary[]>()
    answers.set(input.search ?? '', answer)
    return answer.promise
  })
  const store = createCallbacks(clientOf({ callbacks: { list } }))
  store.getState().setFilter({ search: 'old' })
  store.getState().setFilter({ search: 'new' })
  await expect.poll(() => answers.size).toBe(2)
  answers.get('new')?.resolve([callback(2)])
  await expect.poll(() => store.getState().items).toEqual([callback(2)])
  answers.get('old')?.resolve([callback(1)])
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(store.getState().items).toEqual([callback(2)])
})

test('a filter shows an arrival once it passes, and lets it go when it no longer does', () => {
  const { store } = storeOf(0)
  store.setState({ filter: { verdict: 'invalid' }, loaded: true })
  store.getState().take([callback(1)])
  expect(store.getState().items).toEqual([])
  store.getState().take([callback(1, { verdict: 'invalid' }), callback(2, { verdict: 'valid' })])
  expect(idsOf(store.getState().items)).toEqual([1])
  store.getState().take([callback(1, { verdict: 'valid' })])
  expect(store.getState().items).toEqual([])
})

test('under a search arrivals are asked for and not guessed', async () => {
  const { core, store } = storeOf(5)
  store.getState().setFilter({ search: 'word' })
  await expect.poll(() => store.getState().items.length).toBe(5)
  const { asked } = core
  core.count = 6
  store.getState().take([callback(6), callback(7)])
  await expect.poll(() => store.getState().items[0]?.id).toBe(6)
  expect(core.asked).toBe(asked + 1)
})

test('the callback that is open is followed wherever the list stands', async () => {
  const { store } = storeOf(500)
  await store.getState().reload()
  store.getState().open(7)
  store.getState().take([callback(7, { verdict: 'valid' })])
  expect(store.getState().opened).toMatchObject({ id: 7, verdict: 'valid' })
  expect(store.getState().items.at(-1)?.id).toBe(301)
})

test('an address says the filter and says it back; what it names wrongly is left out', () => {
  const now = 1_000_000_000
  const query = { verdict: 'invalid', status: '503', pinned: 'yes', since: '5m', search: 'late call', panel: 'rules' }
  expect(filterOf(query, now)).toEqual({
    verdict: 'invalid',
    status: 503,
    pinned: true,
    sinceMs: now - 300_000,
    search: 'late call'
  })
  expect(filterOf({ verdict: 'perfect', status: 'ok', since: 'soon', origin: '', pinned: 'no' }, now)).toEqual({})
  expect(filterOf({ until: '2026-01-02T03:04:05.000Z' }, now)).toEqual({ untilMs: Date.UTC(2026, 0, 2, 3, 4, 5) })
  expect(filterQuery(query)).not.toHaveProperty('panel')
})

test('every part of a filter is looked at', () => {
  const decoded = { event: 'call.ended', title: '', fields: [] }
  const item = callback(5, { endpointId: 'e', accountId: 'a', provider: 'p', verdict: 'valid', decoded, tags: ['t'] })
  const same = {
    endpointId: 'e',
    accountId: 'a',
    provider: 'p',
    verdict: 'valid',
    event: 'call.ended',
    tag: 't'
  } as const
  expect(
    passes({ ...same, method: 'POST', origin: 'network', status: 200, pinned: false, sinceMs: 5, untilMs: 5 }, item)
  ).toBe(true)
  const others = [
    { endpointId: 'x' },
    { accountId: 'x' },
    { provider: 'x' },
    { verdict: 'invalid' },
    { event: 'x' },
    { tag: 'x' },
    { method: 'GET' },
    { origin: 'replay' },
    { status: 500 },
    { pinned: true },
    { sinceMs: 6 },
    { untilMs: 4 }
  ] as const
  expect(others.filter(other => passes(other, item))).toEqual([])
})

test('what is listed is read page by page, up to what one file may hold', async () => {
  const { core } = storeOf(0)
  const list = methods.callbacks.list.handler(({ input }) => {
    core.asked += 1
    const below = Math.min(input.beforeId ?? Infinity, 2_501)
    return numbers(Math.max(1, below - input.limit), below - 1)
      .toReversed()
      .map(id => callback(id))
  })
  const client = clientOf({ callbacks: { list } })
  expect(await listedIds(client, {})).toEqual(numbers(1, 2_500).toReversed())
  expect(await listedIds(client, {}, 1_500)).toEqual(numbers(1_001, 2_500).toReversed())
})

test('what comes in before a frame is handed over with it, in order and once', () => {
  const frames: (() => void)[] = []
  const batches: number[][] = []
  const add = perFrame<number>(
    items => batches.push(items),
    run => frames.push(run)
  )
  for (const number of numbers(1, 500)) add(number)
  expect(frames).toHaveLength(1)
  frames[0]?.()
  add(501)
  frames[1]?.()
  expect(batches).toEqual([numbers(1, 500), [501]])
})
