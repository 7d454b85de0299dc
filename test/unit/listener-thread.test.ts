import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'

const { open } = listening()

test('the engine in its thread catches, looks with the secrets of the core, and tells watchers of both', async () => {
  const { listener, port, path, bus } = await open({ inThread: true })
  const topics = new Set<string>()
  bus.listen(event => topics.add(event.topic))
  const rows = listener.watch()
  const body = '{"event":"message","number":"7"}'
  expect((await ask(port, rawPost(port, path, body, ['X-Word: plugh']))).status).toBe(202)
  const looked = await nextOf(rows, row => row.verdict !== null)
  expect(looked).toMatchObject({ verdict: 'valid', origin: 'network', decoded: { event: 'message' } })
  expect(listener.get(looked.id)).toMatchObject({ bodyText: body, verdict: 'valid' })
  expect(listener.status()).toMatchObject({ state: 'listening', port, caught: 1, fault: null })
  expect(topics).toContain('callbacks')
})

test('a watch begins with its call, also where the first row is on its way already', async () => {
  const { listener, port, path } = await open({ inThread: true })
  for (let round = 0; round < 20; round++) {
    const connection = await openRaw(port)
    const rows = listener.watch()
    connection.send(rawPost(port, path, `${round}`))
    const row = await nextOf(rows, each => listener.get(each.id).bodyText === `${round}`)
    expect(row.verdict).toBe(null)
    await connection.answer()
    connection.destroy()
  }
})

test('a mark reaches the thread before the first byte', async () => {
  const { listener } = await open({ inThread: true })
  for (let round = 0; round < 20; round++)
    await listener.simulate({ provider: 'invented', sample: 'message', fields: {} })
  expect(new Set(listener.list({ limit: 99 }).map(row => row.origin))).toEqual(new Set(['simulate']))
})

test('a vault that is locked is a verdict, not a fault', async () => {
  const { listener, port, path } = await open({
    inThread: true,
    secretsFor: () => Promise.reject(new Fault('vault-locked'))
  })
  const rows = listener.watch()
  await ask(port, rawPost(port, path, '{"event":"message"}', ['X-Word: plugh']))
  expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject({ verdict: 'no-secret' })
  expect(listener.status().fault).toBe(null)
})

test('a stop does not wait for a vault that asks somebody', async () => {
  const { listener, port, path } = await open({ inThread: true, secretsFor: () => new Promise(() => {}) })
  await ask(port, rawPost(port, path, '{"event":"message"}', ['X-Word: plugh']))
  expect(await listener.stop()).toMatchObject({ state: 'stopped' })
  await expect(ask(port, rawPost(port, path))).rejects.toThrow('ECONNREFUSED')
})

test('strangers are counted, and under a flood watchers see every row and the bus a few words', async () => {
  const { listener, port, path, bus } = await open({ inThread: true })
  let told = 0
  bus.listen(event => (told += event.topic === 'callbacks' ? 1 : 0))
  const seen = new Set<number>()
  const watch = (async () => {
    for await (const row of listener.watch()) {
      seen.add(row.id)
      if (seen.size === 3_000) return
    }
  })()
  const connection = await openRaw(port)
  connection.send(Buffer.concat(Array.from({ length: 3_000 }, () => rawPost(port, path))))
  for (let at = 0; at < 3_000; at++) expect((await connection.answer()).status).toBe(202)
  connection.destroy()
  await watch
  expect(told).toBeLessThan(200)
  await ask(port, rawPost(port, '/in/nobody'))
  await expect.poll(() => listener.status().unknown).toBe(1)
})

test.each(['end the thread', 'break the thread'])(
  'where "%s", the listener says so and opens again, and what it had answered is there',
  async body => {
    const { listener, port, path } = await open({ inThread: true })
    expect((await ask(port, rawPost(port, path, body))).status).toBe(202)
    await expect.poll(() => listener.status()).toMatchObject({ state: 'failed', port: null, fault: { code: 'bug' } })
    await expect
      .poll(() => listener.status(), { timeout: 10_000 })
      .toMatchObject({ state: 'listening', port, caught: 1, fault: { code: 'bug' } })
    expect((await ask(port, rawPost(port, path, 'the next one'))).status).toBe(202)
    await expect.poll(() => listener.status()).toMatchObject({ state: 'listening', caught: 2, fault: null })
    await expect
      .poll(() => listener.list({ limit: 9 }).map(row => row.verdict))
      .toEqual(['missing', expect.stringMatching(/^(?:missing|no-secret)$/)])
    expect(listener.get(1)).toMatchObject({ bodyText: body })
  }
)

test('a stop keeps a listener that has failed from opening again', async () => {
  const { listener, store, port, path } = await open({ inThread: true })
  await ask(port, rawPost(port, path, 'end the thread'))
  await expect.poll(() => listener.status().state).toBe('failed')
  expect(store.leases.holder('listener', Date.now())).toBe(undefined)
  expect(await listener.stop()).toMatchObject({ state: 'stopped', fault: null })
  await new Promise(resolve => setTimeout(resolve, 700))
  expect(listener.status()).toMatchObject({ state: 'stopped', port: null })
  await expect(ask(port, rawPost(port, path))).rejects.toThrow('ECONNREFUSED')
})
