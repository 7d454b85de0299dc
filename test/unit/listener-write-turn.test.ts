import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { newTurn, writeTurn } from '../../src/main/listener/engine/write-turn.ts'

const entry = join(import.meta.dirname, '../helpers/turn-thread.ts')

test('threads write one after the other', async () => {
  const [turn, counter] = [newTurn(), new Int32Array(new SharedArrayBuffer(8))]
  const times = 500
  const threads = [1, 2].map(
    () => new Worker(entry, { workerData: { turn, counter, times, keep: false }, execArgv: [] })
  )
  const ended = threads.map(thread => once(thread, 'exit'))
  await Promise.all(threads.map(thread => once(thread, 'message')))
  const inTurn = writeTurn(turn)
  for (let at = 0; at < times; at++) {
    inTurn(() => {
      const was = counter[0] ?? 0
      Atomics.wait(counter, 1, 0, 0.01)
      counter[0] = was + 1
    })
  }
  await Promise.all(ended)
  expect(counter[0]).toBe(3 * times)
})

test('a thread that ended in its turn delays the others and does not stop them', async () => {
  const [turn, counter] = [newTurn(), new Int32Array(new SharedArrayBuffer(8))]
  const thread = new Worker(entry, { workerData: { turn, counter, times: 1, keep: true }, execArgv: [] })
  await once(thread, 'exit')
  const inTurn = writeTurn(turn, 50)
  expect(inTurn(() => inTurn(() => 'nested'))).toBe('nested')
  expect(inTurn(() => 'next')).toBe('next')
  expect(() =>
    inTurn(() => {
      throw new Error('a full disk')
    })
  ).toThrow('a full disk')
  expect(inTurn(() => 'after it')).toBe('after it')
})
