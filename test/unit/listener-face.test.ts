import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'

const { folder, open } = listening()

test('endpoints have an address while the listener is open, and none when it is not', async () => {
  const { listener, port, path } = await open()
  expect(listener.endpoints()).toMatchObject([{ accountId: 'acc-1', url: `http://127.0.0.1:${port}${path}` }])
  const added = listener.addEndpoint({ label: 'Test' })
  expect(added.key).toMatch(/^[0-9a-z]{24}$/)
  await listener.stop()
  expect(listener.endpoints().map(each => each.url)).toEqual([null, null])
  await listener.start({})
  listener.removeEndpoint(added.id)
  expect((await ask(port, rawPost(port, `/in/${added.key}`))).status).toBe(404)
  expect(() => listener.removeEndpoint(added.id)).toThrow(expect.objectContaining({ code: 'not-found' }))
  expect(() => listener.addEndpoint({ accountId: 'acc-none', label: 'x' })).toThrow(
    expect.objectContaining({ code: 'not-found' })
  )
})

test('it starts again on the port that it had, and says what state it is in', async () => {
  const { listener, port, path, bus } = await open()
  const topics: string[] = []
  bus.listen(event => topics.push(event.topic))
  expect(await listener.start({})).toMatchObject({ state: 'listening', port })
  await ask(port, rawPost(port, path))
  expect(await listener.stop()).toEqual({ state: 'stopped', port: null, caught: 1, unknown: 0, fault: null })
  await expect(ask(port, rawPost(port, path))).rejects.toThrow('ECONNREFUSED')
  expect(await listener.start({})).toMatchObject({ state: 'listening', port })
  expect(await listener.start({ port: 0 })).toMatchObject({ state: 'listening', port })
  await expect.poll(() => topics).toEqual(expect.arrayContaining(['callbacks', 'listener']))
})

test('it moves to another port when it is told to', async () => {
  const { listener, port, path } = await open()
  const spare = createServer()
  await new Promise<void>(resolve => spare.listen(0, '127.0.0.1', resolve))
  const free = (spare.address() as AddressInfo).port
  await new Promise(resolve => spare.close(resolve))
  expect(await listener.start({ port: free })).toMatchObject({ state: 'listening', port: free })
  expect((await ask(free, rawPost(free, path))).status).toBe(202)
  await expect(ask(port, rawPost(port, path))).rejects.toThrow('ECONNREFUSED')
})

test('the bus is told of a flood in a few words', async () => {
  const { port, path, bus } = await open()
  let told = 0
  bus.listen(event => (told += event.topic === 'callbacks' ? 1 : 0))
  const connection = await openRaw(port)
  connection.send(Buffer.concat(Array.from({ length: 300 }, () => rawPost(port, path))))
  for (let at = 0; at < 300; at++) await connection.answer()
  connection.destroy()
  expect(told).toBeGreaterThan(0)
  expect(told).toBeLessThan(100)
})

test('a stop answers what is on its way and closes the rest', async () => {
  const { listener, port, path } = await open()
  const silent = await openRaw(port)
  const idle = await openRaw(port)
  idle.send(rawPost(port, path))
  await idle.answer()
  const busy = await openRaw(port)
  busy.send(`POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`)
  expect((await busy.answer()).status).toBe(100)
  const stopping = listener.stop()
  busy.send('abc')
  expect((await busy.answer()).status).toBe(202)
  await Promise.all([silent, idle, busy].map(each => each.closed()))
  expect(await stopping).toMatchObject({ state: 'stopped', caught: 2 })
})

test('a stop does not wait for ever', async () => {
  const { listener, port, path } = await open({ limits: { stopGraceMs: 50 } })
  const stuck = await openRaw(port)
  stuck.send(`POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`)
  await stuck.answer()
  expect(await listener.stop()).toMatchObject({ state: 'stopped', caught: 0 })
  await stuck.closed()
})

test('get, list and clear read the store', async () => {
  const { listener, port, path } = await open()
  await ask(port, rawPost(port, `${path}?needle`, 'a'))
  await ask(port, rawPost(port, path, 'b'))
  const [found] = listener.list({ search: 'needle', limit: 9 })
  expect(listener.get(found?.id ?? 0)).toMatchObject({ bodyText: 'a', bodyBase64: 'YQ==' })
  listener.clear()
  expect(listener.list({ limit: 9 })).toEqual([])
  expect(() => listener.get(found?.id ?? 0)).toThrow(expect.objectContaining({ code: 'not-found' }))
})

test('a simulated callback comes through the real socket, is marked as such, and nothing is added to it', async () => {
  const { listener, port, path } = await open()
  const rows = listener.watch()
  const sent = await listener.simulate({ provider: 'invented', sample: 'message', fields: { number: '+49' } })
  expect(sent).toEqual({ status: 202, to: `http://127.0.0.1:${port}${path}`, sent: 1, taken: 1, said: [] })
  const row = await nextOf(rows, each => each.decoded !== null)
  expect(row).toMatchObject({ origin: 'simulate', decoded: { event: 'message', fields: [{ value: '+49' }] } })
  const { headers, bodyText } = listener.get(row.id)
  expect(headers).toEqual([
    ['Host', `127.0.0.1:${port}`],
    ['Content-Type', 'application/json'],
    ['X-Dup', 'a'],
    ['x-dup', 'b'],
    ['Content-Length', `${bodyText?.length}`],
    ['Connection', 'close']
  ])
  await ask(port, rawPost(port, path))
  expect(listener.list({ limit: 1 })).toMatchObject([{ origin: 'network' }])
})

test('a simulation names its endpoint, goes elsewhere, or makes the endpoint that is missing', async () => {
  const { listener, endpointId } = await open()
  const free = listener.addEndpoint({ label: 'Test' })
  const sample = { provider: 'invented', sample: 'message', fields: {} }
  expect(await listener.simulate({ ...sample, endpointId: free.id })).toMatchObject({ status: 200, to: free.url })
  const elsewhere = createServer((_request, response) => response.writeHead(418).end())
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  const to = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/hook`
  expect(await listener.simulate({ ...sample, to })).toMatchObject({ status: 418, to, taken: 0 })
  await new Promise(resolve => elsewhere.close(resolve))
  await expect(listener.simulate({ ...sample, to })).rejects.toMatchObject({ code: 'unreachable' })
  listener.removeEndpoint(endpointId)
  expect(await listener.simulate(sample)).toMatchObject({ status: 202 })
  expect(listener.endpoints()).toHaveLength(2)
})

test('a simulation that cannot be says what is wrong', async () => {
  const { listener, store } = await open()
  const sample = { provider: 'invented', sample: 'message', fields: {} }
  await expect(listener.simulate({ ...sample, provider: 'nobody' })).rejects.toMatchObject({ code: 'not-found' })
  await expect(listener.simulate({ ...sample, sample: 'nothing' })).rejects.toMatchObject({
    code: 'not-found',
    detail: { advice: 'Use one of: message.' }
  })
  await expect(listener.simulate({ ...sample, fields: { nmber: '1' } })).rejects.toMatchObject({
    code: 'invalid-input',
    detail: { field: 'nmber' }
  })
  await expect(listener.simulate({ ...sample, to: 'ftp://x' })).rejects.toMatchObject({ code: 'invalid-input' })
  await expect(listener.simulate({ ...sample, endpointId: 'end-none' })).rejects.toMatchObject({ code: 'not-found' })
  await listener.stop()
  await expect(listener.simulate(sample)).rejects.toMatchObject({
    code: 'not-found',
    message: 'The listener is stopped.'
  })
  store.accounts.remove('acc-1')
  await expect(listener.simulate(sample)).rejects.toMatchObject({
    code: 'not-found',
    message: 'There is no Invented account, so no endpoint knows what this callback means.'
  })
})

test('of two listeners on one data folder only one is open; the other names it and can take over', async () => {
  const shared = folder()
  const first = await open({ folder: shared })
  const second = await open({ folder: shared, stopped: true })
  await expect(second.listener.start({ port: 0 })).rejects.toMatchObject({
    code: 'in-use-elsewhere',
    message: expect.stringContaining('A test (process')
  })
  expect(second.listener.status()).toMatchObject({ state: 'elsewhere', port: first.port, fault: null })
  const sent = await second.listener.simulate({ provider: 'invented', sample: 'message', fields: {} })
  expect(sent.status).toBe(202)
  await first.listener.stop()
  expect(await second.listener.start({})).toMatchObject({ state: 'listening', port: first.port })
  expect(first.listener.status()).toMatchObject({ state: 'elsewhere' })
})
