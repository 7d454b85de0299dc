import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { NewCallback, Store } from '../../src/main/store/store.ts'
import { listening } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'

const { open } = listening()

/** The store, but with writes of callbacks that fail as told. */
function failing(problem: (batch: NewCallback[]) => Error | undefined): (store: Store) => Store {
  return store => ({
    ...store,
    callbacks: {
      ...store.callbacks,
      addAll(batch) {
        const error = problem(batch)
        if (error) throw error
        return store.callbacks.addAll(batch)
      }
    }
  })
}

test.each([
  [507, new Fault('store-full')],
  [503, new Fault('store-busy')],
  [503, new Fault('store-read-only')],
  [503, new Error('a bug')]
])('a callback that cannot be kept is answered %i, and the next one is kept again', async (status, error) => {
  let problem: Error | undefined
  const { listener, port, path } = await open({ wrap: failing(() => problem) })
  const connection = await openRaw(port)
  connection.send(rawPost(port, path, 'first'))
  expect((await connection.answer()).status).toBe(202)
  problem = error
  connection.send(rawPost(port, path, 'second'))
  expect((await connection.answer()).status).toBe(status)
  connection.destroy()
  expect(listener.status()).toMatchObject({
    state: 'listening',
    fault: { code: error instanceof Fault ? error.code : 'bug' }
  })
  problem = undefined
  expect((await ask(port, rawPost(port, path, 'third'))).status).toBe(202)
  expect(listener.list({ limit: 9 }).map(row => listener.get(row.id).bodyText)).toEqual(['third', 'first'])
  expect(listener.status()).toMatchObject({ state: 'listening', caught: 2, fault: null })
})

test('a row that the store cannot take does not take the others of its group with it', async () => {
  const bad = (batch: NewCallback[]) =>
    batch.some(each => Buffer.from(each.body).toString() === 'bad') ? new Error('this row') : undefined
  const { listener, port, path } = await open({ wrap: failing(bad) })
  const connection = await openRaw(port)
  connection.send(Buffer.concat(['one', 'two', 'bad'].map(body => rawPost(port, path, body))))
  const statuses = [await connection.answer(), await connection.answer(), await connection.answer()].map(
    each => each.status
  )
  expect(statuses).toEqual([202, 202, 503])
  expect(listener.list({ limit: 9 }).map(row => listener.get(row.id).bodyText)).toEqual(['two', 'one'])
})

test('many requests share one transaction', async () => {
  const sizes: number[] = []
  const { port, path } = await open({ wrap: failing(batch => void sizes.push(batch.length)) })
  const connection = await openRaw(port)
  connection.send(Buffer.concat(Array.from({ length: 100 }, () => rawPost(port, path))))
  for (let at = 0; at < 100; at++) expect((await connection.answer()).status).toBe(202)
  connection.destroy()
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100)
  expect(sizes.length).toBeLessThan(20)
})

test('a listener to the bus that breaks does not keep a sender from its answer', async () => {
  const { listener, port, path, bus } = await open()
  bus.listen(({ topic }) => {
    if (topic === 'callbacks') throw new Error('a bug elsewhere')
  })
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  expect(listener.status()).toMatchObject({ caught: 1 })
})

test('an annotation that fails is made up for', async () => {
  let isFull = true
  const { listener, port, path } = await open({
    wrap: store => ({
      ...store,
      together(write) {
        if (isFull) throw new Fault('store-full')
        return store.together(write)
      }
    })
  })
  expect((await ask(port, rawPost(port, path, '{"event":"message"}'))).status).toBe(202)
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(listener.list({ limit: 9 })).toMatchObject([{ verdict: null }])
  isFull = false
  await expect.poll(() => listener.list({ limit: 9 }), { timeout: 10_000 }).toMatchObject([{ verdict: 'missing' }])
})

test('a port that another program has is a fault, on v4 and on v6, and another port works at once', async () => {
  const { listener } = await open({ stopped: true })
  for (const host of ['127.0.0.1', '::1']) {
    const other = createServer()
    const port = await listenOn(other, host)
    if (port === undefined) {
      console.log(`this machine has no ${host}: not tried there`)
      continue
    }
    await expect(listener.start({ port })).rejects.toMatchObject({
      code: 'port-taken',
      message: `Port ${port} is used by another program.`
    })
    expect(listener.status()).toMatchObject({ state: 'failed', port: null, fault: { code: 'port-taken' } })
    await new Promise(resolve => other.close(resolve))
  }
  expect(await listener.start({ port: 0 })).toMatchObject({ state: 'listening', fault: null })
})

function listenOn(server: Server, host: string): Promise<number | undefined> {
  return new Promise(resolve => {
    server.once('error', () => resolve(undefined))
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port))
  })
}
