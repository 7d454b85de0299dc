import { METHODS } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { callbackDetail, type HeaderPair } from '../../src/shared/model/callback.ts'
import { seeded } from '../helpers/core-child.ts'
import { startListeningCore, type ListeningCore } from '../helpers/core-listening.ts'
import { ask, openRaw } from '../helpers/raw-http.ts'
import { bodies, chunked, dup, everyByte, heads, highBytes, targets, visible } from '../helpers/wire-cases.ts'
import { asWire, wireOf, wireRequest, type WireOptions, type WireRequest } from '../helpers/wire-request.ts'

let core: ListeningCore
beforeAll(async () => {
  core = await startListeningCore()
})
afterAll(() => core.close())

const limit = 10 * 1024 * 1024
const exportFile = z.object({ callbacks: z.array(callbackDetail) })

test.each(bodies)('body: %s', (_name, options) => expectBack(options))
test.each(chunked)('chunked: %s', (_name, options) => expectBack(options))
test.each(heads)('headers: %s', (_name, options) => expectBack(options))
test.each(targets)('target: %s', (_name, target) => expectBack({ target: target(core.path, core.port), body: 'x' }))

test('every method that there is; CONNECT has no body, whatever its sender may think', async () => {
  for (const method of METHODS) await expectBack({ method, ...(method !== 'CONNECT' && { body: method }) })
})

test('methods that nobody has heard of, alone and after others on a connection, with every framing', async () => {
  for (const method of ['BREW', 'x', 'post', 'Get', 'VERSION-CONTROLX', "!#$%&'*+-.^_`|~09AZaz", 'P'.repeat(40)])
    await expectBack({ method, body: everyByte, headers: [dup('X-A', 1), dup('x-a', 2)] })
  await expectBack({ method: 'BREW', bare: true })
  await expectBack({ method: 'BREW', version: '1.0', body: everyByte })
  await expectBack({ method: 'BREW', body: Buffer.alloc(300_000, everyByte) })
  await expectBack({ method: 'BREW', body: everyByte, chunks: { sizes: [7] }, trailers: [['T', 't']] })
  await expectBack({ method: 'BREW', target: `${core.path}/a?b`, headers: [['Connection', 'keep-alive']], body: 'x' })

  await expectBack({ method: 'BREW', body: everyByte }, async (connection, { head, rest }) => {
    connection.send(Buffer.concat([head, rest]))
    connection.end()
  })

  const connection = await openRaw(core.port)
  const before = await core.newestId()
  const [first, second] = [wireRequest(core, { body: 'one' }), wireRequest(core, { method: 'BREW', body: 'two' })]
  for (const { head, rest } of [first, second]) {
    connection.send(head)
    connection.send(rest)
    expect((await connection.answer()).status).toBe(200)
  }
  expect(await connection.closed()).toBe('')
  const twice = await openRaw(core.port)
  twice.send(Buffer.concat([second.head, second.rest, first.head, first.rest]))
  expect((await twice.answer()).head).toContain('Connection: close')
  await twice.closed()
  const details = await Promise.all((await core.since(before)).map(row => core.detail(row.id)))
  expect(details.map(asWire)).toEqual([first, second, second, first].map(wireOf))
})

test('the answer to such a method comes whole, however long it is', async () => {
  const { client } = core.core
  const condition = { of: 'method', name: '', is: 'equals', value: 'BREW' } as const
  const answer = { type: 'respond', status: 418, body: 'tea '.repeat(240_000) } as const
  const always = { endpointId: null, enabled: true, everyNth: null, percent: null, forwards: 'usual' } as const
  const { id } = await client.rules.add({ ...always, label: 'Tea', conditions: [condition], answer })
  const { head } = wireRequest(core, { method: 'BREW', bare: true })
  expect(await ask(core.port, head)).toMatchObject({ status: 418, body: answer.body })
  await client.rules.remove({ id })
})

test('a method that comes in pieces is never taken for another one', async () => {
  const before = await core.newestId()
  const connection = await openRaw(core.port)
  const { head, rest } = wireRequest(core, { method: 'POSTX', body: 'x' })
  connection.send(head.subarray(0, 2))
  await new Promise(resolve => setTimeout(resolve, 50))
  connection.send(Buffer.concat([head.subarray(2), rest]))
  expect((await connection.answer()).status).toBe(400)
  expect(await core.since(before)).toEqual([])
})

test('a body that waits for 100, and one whose every byte is a packet', async () => {
  await expectBack({ headers: [['Expect', '100-continue']], body: everyByte }, async (connection, { head, rest }) => {
    connection.send(head)
    expect((await connection.answer()).status).toBe(100)
    connection.send(rest)
  })
  const dripped: WireOptions = { body: everyByte, chunks: { sizes: [60], extension: ';e' }, trailers: [['T', 't']] }
  await expectBack(dripped, async (connection, { head, rest }) => {
    for (const byte of Buffer.concat([head, rest])) {
      connection.send(Buffer.of(byte))
      await new Promise(setImmediate)
    }
  })
})

test.each([
  ['with a length', {}],
  ['in chunks', { chunks: { sizes: [1_000_003] } }]
])(
  'a body of exactly the limit is whole, and one byte more is 413 and kept as truncated: %s',
  async (_name, options) => {
    const body = Buffer.alloc(limit, everyByte)
    await expectBack({ ...options, body })
    const before = await core.newestId()
    const { head, rest } = wireRequest(core, { ...options, body: Buffer.concat([body, Buffer.of(7)]) })
    expect((await ask(core.port, Buffer.concat([head, rest]))).status).toBe(413)
    const rows = await core.since(before)
    expect(rows).toMatchObject([{ truncated: true, bodyBytes: limit, answerStatus: 413 }])
    expect(asWire(await core.detail(rows[0]?.id ?? 0)).body === body.toString('latin1')).toBe(true)
  }
)

test('the same port on ::1 and 127.0.0.1', async context => {
  const before = await core.newestId()
  for (const [host, name] of [
    ['127.0.0.1', 'localhost'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
    ['::1', 'localhost']
  ] as const) {
    const bytes = `PUT ${core.path}?${host} HTTP/1.1\r\nHost: ${name}:${core.port}\r\nContent-Length: 1\r\n\r\n\xff`
    const answer = await ask(core.port, bytes, host).catch((error: unknown) => {
      if (host === '127.0.0.1') throw error
      return context.skip(`this machine has no IPv6 loopback: ${String(error)}`)
    })
    expect(answer.status).toBe(200)
  }
  const rows = await core.since(before)
  expect(rows.map(row => row.remoteAddress)).toEqual(['127.0.0.1', '127.0.0.1', '::1', '::1'])
})

test('300 invented requests, many on one connection and torn anywhere, come back in their order', async () => {
  const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? Date.now() % 100_000)
  console.log(`PLUGBOARD_TEST_SEED=${seed}`)
  const random = seeded(seed)
  for (let round = 0; round < 10; round++) {
    const before = await core.newestId()
    const requests = Array.from({ length: 30 }, () => wireRequest(core, invented(random)))
    const bytes = Buffer.concat(requests.flatMap(({ head, rest }) => [head, rest]))
    const connection = await openRaw(core.port)
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(random() ** 3 * 5_000)
      connection.send(bytes.subarray(at, at + size))
      at += size
      if (random() < 0.3) await new Promise(setImmediate)
    }
    for (const _ of requests) expect((await connection.answer()).status).toBe(200)
    connection.destroy()
    const rows = await core.since(before)
    const details = await Promise.all(rows.map(row => core.detail(row.id)))
    expect(details.map(asWire)).toEqual(requests.map(wireOf))
  }
})

function invented(random: () => number): WireOptions {
  const pick = <T>(...choices: T[]): T => choices[Math.floor(random() * choices.length)] as T
  const below = (count: number) => Math.floor(random() ** 2 * count)
  const text = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')
  const pair = (): HeaderPair => [
    `X-${text('abAB-_.~!', 1 + below(4))}`,
    text(`${visible} \t${highBytes}`, below(60)).trim()
  ]
  const isChunked = random() < 0.5
  return {
    method: pick('POST', 'PUT', 'GET', 'PATCH', 'DELETE', 'QUERY'),
    target: `${core.path}${pick('/', '//', '?')}${text(visible, below(80))}`,
    headers: Array.from({ length: below(12) }, pair),
    body: Buffer.from(Array.from({ length: below(3_000) }, () => Math.floor(random() * 256))),
    ...(isChunked && {
      chunks: { sizes: [1 + below(40), 1 + below(900)], extension: pick('', ';x', ';a="b;c"') },
      trailers: Array.from({ length: below(3) }, pair)
    })
  }
}

type Connection = Awaited<ReturnType<typeof openRaw>>

/** Sends it, and expects one row with exactly this, through `get`, in the JSON file and through a HAR file and back. */
async function expectBack(options: WireOptions, send?: (to: Connection, request: WireRequest) => Promise<void>) {
  const { client } = core.core
  const request = wireRequest(core, options)
  const before = await core.newestId()
  const connection = await openRaw(core.port)
  if (send) await send(connection, request)
  else connection.send(Buffer.concat([request.head, request.rest]))
  expect((await connection.answer()).status).toBe(200)
  connection.destroy()

  const rows = await core.since(before)
  expect(rows).toHaveLength(1)
  const id = rows[0]?.id ?? 0
  const detail = await core.detail(id)
  expect(asWire(detail)).toEqual(wireOf(request))
  expect(detail).toMatchObject({ bodyBytes: request.body.length, truncated: false, remoteAddress: '127.0.0.1' })
  const json = await client.callbacks.export({ ids: [id], format: 'json', whole: true })
  expect(exportFile.parse(JSON.parse(json.text)).callbacks.map(asWire)).toEqual([wireOf(request)])
  const har = await client.callbacks.export({ ids: [id], format: 'har', whole: true })
  const { ids } = await client.callbacks.import({ har: har.text })
  expect(asWire(await core.detail(ids[0] ?? 0))).toEqual(wireOf(request))
}
