import { expect, test } from 'vitest'
import { summaryOf } from '../../src/main/listener/edge/capture.ts'
import { createWatchers } from '../../src/main/listener/watch.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { callbackRow } from '../helpers/store-rows.ts'

const { open } = storeFolders()
const look = { verdict: 'valid' as const, verdictText: '', decoded: null }

test('a watcher that sleeps through a flood reads every row from the store and grows no queue', async () => {
  const { callbacks } = await open()
  const watchers = createWatchers(callbacks, 10)
  const abort = new AbortController()
  const watched = watchers.watch(abort.signal)
  const ids = callbacks.addAll(Array.from({ length: 95 }, () => callbackRow()))
  for (const id of ids) watchers.tell(summaryOf(id, callbackRow()))
  for (const id of ids) {
    callbacks.annotate(id, look)
    watchers.tell(summaryOf(id, callbackRow(), look))
  }
  const seen = new Map<number, string | null>()
  for await (const row of watched) {
    seen.set(row.id, row.verdict)
    if (seen.size === 95 && [...seen.values()].every(verdict => verdict === 'valid')) break
  }
  expect([...seen.keys()].toSorted((a, b) => a - b)).toEqual(ids)
})

test('a look at an old row reaches a watcher that reads further on', async () => {
  const { callbacks } = await open()
  const watchers = createWatchers(callbacks, 4)
  const rows = watchers.watch()[Symbol.asyncIterator]()
  const ids = callbacks.addAll(Array.from({ length: 12 }, () => callbackRow()))
  for (const id of ids) watchers.tell(summaryOf(id, callbackRow()))
  for (let at = 0; at < 5; at++) expect((await rows.next()).value?.id).toBe(ids[at])
  watchers.tell(summaryOf(ids[0] ?? 0, callbackRow(), look))
  const later: (readonly [number | undefined, string | null | undefined])[] = []
  while (later.length < 8) {
    const { value } = await rows.next()
    later.push([value?.id, value?.verdict])
  }
  expect(later).toContainEqual([ids[0], 'valid'])
  expect(later.map(([id]) => id)).toEqual(expect.arrayContaining(ids.slice(5)))
})

test('a watcher that catches up leaves others their turn, and loses nothing to one that asks beside it', async () => {
  const { callbacks } = await open()
  const watchers = createWatchers(callbacks, 4)
  const rows = watchers.watch()[Symbol.asyncIterator]()
  const ids = callbacks.addAll(Array.from({ length: 40 }, () => callbackRow()))
  let turns = 0
  let isOver = false
  setImmediate(function count() {
    turns += 1
    if (!isOver) setImmediate(count)
  })
  watchers.missed(ids[0] ?? 0)
  const seen: (number | undefined)[] = []
  while (seen.length < 40) for (const { value } of await Promise.all([rows.next(), rows.next()])) seen.push(value?.id)
  isOver = true
  expect(seen).toEqual(ids)
  expect(turns).toBeGreaterThanOrEqual(9)
})

test('a watch begins at the call and ends with its signal, its loop or the listener', async () => {
  const { callbacks } = await open()
  const watchers = createWatchers(callbacks)
  const abort = new AbortController()
  const aborted = watchers.watch(abort.signal)[Symbol.asyncIterator]()
  const left = watchers.watch()
  const ended = watchers.watch()[Symbol.asyncIterator]()
  watchers.tell(summaryOf(1, callbackRow()))
  expect((await aborted.next()).value?.id).toBe(1)
  const waiting = aborted.next()
  abort.abort()
  expect(await waiting).toEqual({ value: undefined, done: true })
  for await (const row of left) {
    expect(row.id).toBe(1)
    break
  }
  expect(await left[Symbol.asyncIterator]().next()).toEqual({ value: undefined, done: true })
  watchers.end()
  expect((await ended.next()).done).toBe(true)
  expect((await watchers.watch(AbortSignal.abort())[Symbol.asyncIterator]().next()).done).toBe(true)
})
