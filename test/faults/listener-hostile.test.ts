import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { beforeAll, expect, test } from 'vitest'
import { attacks } from '../helpers/attacks.ts'
import { seeded } from '../helpers/core-child.ts'
import { listening } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'

const { open } = listening()
const short = { lingerMs: 200, stopGraceMs: 300 }
const impatient = { ...short, headersTimeoutMs: 1_000, requestTimeoutMs: 1_200, timeoutCheckMs: 50 }

const shared = listening('file')
let one: Awaited<ReturnType<typeof open>>
beforeAll(async () => {
  one = await shared.open({ inThread: true, limits: impatient })
})

/** The bodies of what was kept since, in the order of the alphabet. */
function keptSince(id: number): string[] {
  const rows = one.listener.list({ limit: 100 }).filter(row => row.id > id)
  return rows.map(row => Buffer.from(one.listener.get(row.id).bodyBase64, 'base64').toString('latin1')).toSorted()
}

const newest = () => one.listener.list({ limit: 1 })[0]?.id ?? 0

test.each(attacks)('$name: $status, what is kept is right, and a good request is answered meanwhile', async attack => {
  const { port, path } = one
  const before = newest()
  const connection = await openRaw(port)
  connection.send(attack.bytes({ port, path }))
  expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
  const first = attack.status === 'closed' ? 'closed' : (await connection.answer()).status
  expect(first).toBe(attack.status)
  if (first === 202) connection.end()
  expect(await connection.closed()).toBe('')
  expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
  expect(keptSince(before)).toEqual([...(attack.kept ?? []), 'good', 'good'].toSorted())
  expect(one.listener.status()).toMatchObject({ state: 'listening', fault: null })
})

test('a bomb of gzip is kept as it came and inflated by nobody', async () => {
  const { port, path, listener } = one
  // 9 GB in 9 MB: whoever inflates it does not answer.
  const bomb = Buffer.alloc(9_000_000, gzipSync(Buffer.alloc(10_000_000)))
  const headers = ['Content-Encoding: gzip', 'Content-Type: application/json']
  expect((await ask(port, rawPost(port, path, bomb, headers))).status).toBe(202)
  const id = newest()
  await expect.poll(() => listener.get(id).verdict, { timeout: 20_000 }).not.toBeNull()
  expect(Buffer.from(listener.get(id).bodyBase64, 'base64').equals(bomb)).toBe(true)
})

test.each([
  ['in the request line', (path: string) => `POST ${path}`],
  ['in a header', (path: string) => `POST ${path} HTTP/1.1\r\nHost: 127`],
  [
    'in the body',
    (path: string, port: number) => `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 9\r\n\r\nabc`
  ]
])('a reset and an early close %s leave no row, and a good request is answered', async (_name, bytes) => {
  const { port, path } = one
  const before = newest()
  for (const end of ['resetAndDestroy', 'destroy', 'end'] as const) {
    const socket = connect({ port, host: '127.0.0.1' })
    const gone = new Promise(resolve => socket.once('close', resolve))
    await new Promise<void>(resolve => void socket.write(bytes(path, port), 'latin1', () => resolve()))
    socket.on('error', () => {}).resume()
    socket[end]()
    expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
    await gone
  }
  expect(keptSince(before)).toEqual(['good', 'good', 'good'])
})

test('a sender that is gone when its answer comes leaves its row, once', async () => {
  const { port, path } = one
  const before = newest()
  for (let round = 0; round < 20; round++) {
    const socket = connect({ port, host: '127.0.0.1' })
    await new Promise<void>(resolve => void socket.write(rawPost(port, path, 'whole'), () => resolve()))
    socket.on('error', () => {}).destroy()
  }
  await expect.poll(() => keptSince(before).length, { timeout: 10_000 }).toBe(20)
  expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
  expect(keptSince(before)).toHaveLength(21)
})

test('a sender that closes its half after a whole request gets its answer', async () => {
  const { port, path } = one
  const connection = await openRaw(port)
  connection.send(rawPost(port, path, 'half'))
  connection.end()
  expect((await connection.answer()).status).toBe(202)
  expect(await connection.closed()).toBe('')
})

test('2,500 connections that say nothing, or half a request, block nobody', async () => {
  const { listener, port, path } = await open({ inThread: true })
  const idle = await Promise.all(Array.from({ length: 2_500 }, () => openRaw(port)))
  for (const [at, each] of idle.entries()) if (at % 2) each.send(`POST ${path} HTTP/1.1\r\nHost: 127`)
  for (let at = 0; at < 20; at++) expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
  expect(listener.status()).toMatchObject({ state: 'listening', caught: 20, fault: null })
  for (const each of idle) each.destroy()
})

test('one connection too many ends the one that is silent for the longest, never one whose request is under way', async () => {
  const { listener, port, path } = await open({ limits: { connections: 3 } })
  const reading = await openRaw(port)
  reading.send(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 2\r\n\r\na`)
  const [first, answered] = [await openRaw(port), await openRaw(port)]
  answered.send(rawPost(port, path, 'one'))
  expect((await answered.answer()).status).toBe(202)
  const late = await openRaw(port)
  expect(await first.closed()).toBe('')
  late.send(rawPost(port, path, 'two'))
  expect((await late.answer()).status).toBe(202)
  expect((await ask(port, rawPost(port, path, 'three'))).status).toBe(202)
  expect(await answered.closed()).toBe('')
  reading.send('b')
  expect((await reading.answer()).status).toBe(202)
  expect(listener.status().caught).toBe(4)
  for (const each of [reading, late]) each.destroy()
})

test('2,000 requests that were spoiled anywhere end or are answered, and a good one is answered after each hundred', async () => {
  const { listener, port, path } = await open({ inThread: true, limits: impatient })
  const seed = Number(process.env['PLUGBOARD_TEST_SEED'] ?? Date.now() % 100_000)
  console.log(`PLUGBOARD_TEST_SEED=${seed}`)
  const random = seeded(seed)
  for (let round = 0; round < 20; round++) {
    const spoiled = Array.from({ length: 100 }, () => spoil(rawPost(port, path, 'spoiled', oddHeaders), random))
    const connections = await Promise.all(spoiled.map(() => openRaw(port)))
    connections.forEach((each, at) => each.send(spoiled[at] ?? ''))
    expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
    for (const each of connections) each.end()
    await Promise.all(connections.map(each => each.closed()))
  }
  expect(listener.status()).toMatchObject({ state: 'listening', fault: null })
  expect(listener.list({ limit: 10_000, search: 'good' }).length).toBe(20)
})

const oddHeaders = ['Transfer-Encoding: identity', 'Expect: 100-continue', 'Connection: keep-alive', 'X-A: 1']

/** One to four places get other bytes, lose some or have some twice. */
function spoil(bytes: Buffer, random: () => number): Buffer {
  const rubbish = [
    '\0',
    '\r\n',
    '\r',
    '\n',
    ' ',
    ':',
    ',',
    '\xff',
    'chunked',
    '0\r\n\r\n',
    '%',
    ';',
    '-1',
    '99999999999'
  ]
  let spoiled = random() < 0.5 ? bytes : Buffer.from(bytes.toString('latin1').replace('identity', 'chunked'), 'latin1')
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) {
    const at = Math.floor(random() * spoiled.length)
    const end = at + Math.floor(random() ** 3 * 40)
    const put = Buffer.from(rubbish[Math.floor(random() * rubbish.length)] ?? '', 'latin1')
    const between = random() < 0.3 ? spoiled.subarray(at, end) : put
    spoiled = Buffer.concat([spoiled.subarray(0, at), between, spoiled.subarray(random() < 0.5 ? at : end)])
  }
  return spoiled
}

test('a sender that drips does not hold up the others', async () => {
  const { listener, port, path } = await open()
  const slow = await Promise.all(Array.from({ length: 100 }, () => openRaw(port)))
  for (const each of slow) each.send(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 3\r\n\r\na`)
  expect((await ask(port, rawPost(port, path))).status).toBe(202)
  for (const each of slow) each.send('bc')
  for (const each of slow) expect((await each.answer()).status).toBe(202)
  expect(listener.status().caught).toBe(101)
  for (const each of slow) each.destroy()
})

test('a good request keeps its own answer when rubbish follows it on the connection', async () => {
  const { listener, port, path } = await open({ limits: short })
  const connection = await openRaw(port)
  connection.send(Buffer.concat([rawPost(port, path, 'good'), Buffer.from('rubbish\r\n\r\n')]))
  expect((await connection.answer()).status).toBe(202)
  expect((await connection.answer()).status).toBe(400)
  await connection.closed()
  expect(listener.list({ limit: 9 }).map(row => listener.get(row.id).bodyText)).toEqual(['good'])
})

test('a sender that goes away in the middle leaves no row', async () => {
  const { listener, port, path } = await open()
  const connection = await openRaw(port)
  connection.send(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 10\r\n\r\nabc`)
  connection.end()
  await connection.closed()
  expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
  expect(listener.list({ limit: 9 }).map(row => listener.get(row.id).bodyText)).toEqual(['good'])
})

test.each(['/in/wrong', '/', '*', '/in/', '/in//KEY', '/IN/KEY', '/x/in/KEY', '/in/KEYwrong', '/in/x/../KEY'])(
  'the target %s is answered 404 and counted, but not kept',
  async target => {
    const { listener, port, path } = await open()
    const answer = await ask(port, rawPost(port, target.replace('KEY', path.slice(4)), 'body'))
    expect(answer.status).toBe(404)
    expect(listener.status()).toMatchObject({ caught: 0, unknown: 1 })
  }
)

test.each([
  'evil.example',
  'evil.example:PORT',
  'localhost',
  'localhost:1',
  '127.0.0.1:PORT@evil.example',
  '0.0.0.0:PORT'
])('the host %s is not ours and is turned away, in the header as in the target', async name => {
  const { listener, port, path } = await open()
  const host = name.replace('PORT', String(port))
  const inHeader = await ask(port, `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`)
  const inTarget = await ask(port, rawPost(port, `http://${host}${path}`))
  expect([inHeader.status, inTarget.status]).toEqual([421, 421])
  expect(listener.status()).toMatchObject({ caught: 0, unknown: 0 })
})

test('a host is ours whatever its case', async () => {
  const { port, path } = await open()
  expect(
    (await ask(port, `POST ${path} HTTP/1.1\r\nHost: LocalHost:${port}\r\nContent-Length: 0\r\n\r\n`)).status
  ).toBe(202)
})

test('too many bytes on their way at once are answered 503 and given back when they are gone', async () => {
  const { port, path } = await open({ limits: { bytesInFlight: 1_000 } })
  const holding = await openRaw(port)
  holding.send(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 901\r\n\r\n${'a'.repeat(900)}`)
  await expect.poll(async () => (await ask(port, rawPost(port, path, 'b'.repeat(200)))).status).toBe(503)
  holding.send('a')
  expect((await holding.answer()).status).toBe(202)
  holding.destroy()
  expect((await ask(port, rawPost(port, path, 'b'.repeat(200)))).status).toBe(202)
})
