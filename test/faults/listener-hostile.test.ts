import { expect, test } from 'vitest'
import { listening } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'

const { open } = listening()
const short = { lingerMs: 200, stopGraceMs: 300 }
const impatient = { ...short, headersTimeoutMs: 1_000, requestTimeoutMs: 1_200, timeoutCheckMs: 50 }

type Place = { port: number; path: string }
type Attack = [name: string, status: number | 'closed', bytes: (place: Place) => string]
const post = ({ port, path }: Place, ...headers: string[]) =>
  `POST ${path} HTTP/1.1\r\n${[`Host: 127.0.0.1:${port}`, ...headers].join('\r\n')}\r\n\r\n`
const smuggled = 'GET /in/smuggled HTTP/1.1\r\nHost: x\r\n\r\n'

const attacks: Attack[] = [
  ['a line that is no request', 400, () => 'hello there\r\n\r\n'],
  ['bytes', 400, () => '\x00\x01\x02\xff\r\n\r\n'],
  ['an unknown method', 400, ({ path }) => `BREW ${path} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ['an unknown version', 400, ({ path }) => `POST ${path} HTTP/9.9\r\nHost: x\r\n\r\n`],
  ['the HTTP/2 preface', 400, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a target with a space', 400, ({ path }) => `POST ${path} x HTTP/1.1\r\nHost: x\r\n\r\n`],
  [
    'a target with a raw high byte',
    400,
    ({ path, port }) => `POST ${path}?\xfc HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  ],
  ['a target with NUL', 400, ({ path, port }) => `POST ${path}\x00 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`],
  ['no Host', 400, ({ path }) => `POST ${path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
  ['no Host in HTTP/1.0', 400, ({ path }) => `POST ${path} HTTP/1.0\r\n\r\n`],
  ['two Hosts', 400, place => post(place, 'Host: evil.example')],
  ['two Content-Lengths', 400, place => `${post(place, 'Content-Length: 3', 'Content-Length: 4')}abcd${smuggled}`],
  ['two equal Content-Lengths', 400, place => `${post(place, 'Content-Length: 3', 'Content-Length: 3')}abc`],
  ['a Content-Length of two numbers', 400, place => `${post(place, 'Content-Length: 3, 4')}abcd`],
  ['a negative Content-Length', 400, place => post(place, 'Content-Length: -1')],
  ['a signed Content-Length', 400, place => `${post(place, 'Content-Length: +3')}abc`],
  ['a Content-Length beyond all numbers', 400, place => post(place, `Content-Length: ${'9'.repeat(40)}`)],
  [
    'Content-Length, then Transfer-Encoding',
    400,
    place => `${post(place, 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`
  ],
  [
    'Transfer-Encoding, then Content-Length',
    400,
    place => `${post(place, 'Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n${smuggled}`
  ],
  [
    'chunked that is not the last encoding',
    400,
    place => `${post(place, 'Transfer-Encoding: chunked, gzip')}0\r\n\r\n${smuggled}`
  ],
  [
    'an encoding that is not chunked',
    400,
    place => `${post(place, 'Transfer-Encoding: xchunked')}0\r\n\r\n${smuggled}`
  ],
  [
    'chunked in HTTP/1.0',
    400,
    ({ port, path }) =>
      `POST ${path} HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`
  ],
  ['a chunk size that is no number', 400, place => `${post(place, 'Transfer-Encoding: chunked')}zz\r\n\r\n`],
  ['a chunk longer than it says', 400, place => `${post(place, 'Transfer-Encoding: chunked')}2\r\nabcd\r\n0\r\n\r\n`],
  [
    'a chunk size beyond all numbers',
    400,
    place => `${post(place, 'Transfer-Encoding: chunked')}${'f'.repeat(20)}\r\n`
  ],
  [
    'a bomb of chunk extensions',
    413,
    place => `${post(place, 'Transfer-Encoding: chunked')}1;${'e'.repeat(40_000)}\r\na\r\n`
  ],
  ['a space before the colon', 400, place => post(place, 'Content-Length : 3')],
  ['a header continued on the next line', 400, place => post(place, 'X-A: 1', ' Transfer-Encoding: chunked')],
  ['a header without a colon', 400, place => post(place, 'nothing')],
  ['a bare line feed in a header', 400, place => post(place, 'X-A: 1\nTransfer-Encoding: chunked')],
  ['a NUL in a header', 400, place => post(place, 'X-A: \x00')],
  ['a bomb of one header', 431, place => post(place, `X-A: ${'a'.repeat(100_000)}`)],
  ['a bomb of many headers', 431, place => post(place, ...Array.from({ length: 20_000 }, (_, at) => `H${at}: 1`))],
  ['a bomb of a target', 431, ({ path }) => `GET ${path}/${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`],
  [
    'a request to be a tunnel',
    'closed',
    ({ port }) => `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`
  ],
  ['a TLS handshake', 'closed', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' + 'r'.repeat(200)],
  ['a sender that stops in the request line', 408, ({ path }) => `POST ${path}`],
  ['a sender that stops in the headers', 408, ({ path }) => `POST ${path} HTTP/1.1\r\nHost: 127`],
  ['a sender that stops in the body', 408, place => `${post(place, 'Content-Length: 10')}abc`],
  ['a sender that says nothing', 408, () => '']
]

const answered = attacks.filter(([, status]) => status !== 'closed')
const unanswered = attacks.filter(([, status]) => status === 'closed')

test.each(answered)(
  '%s is answered %i, leaves no row, and a good request is answered after it',
  async (_name, status, bytes) => {
    const { listener, port, path } = await open({ limits: status === 408 ? impatient : short })
    const connection = await openRaw(port)
    connection.send(bytes({ port, path }))
    expect((await connection.answer()).status).toBe(status)
    expect(await connection.closed()).toBe('')
    expect(listener.list({ limit: 9 })).toEqual([])
    expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
    expect(listener.status()).toMatchObject({ state: 'listening', caught: 1, unknown: 0, fault: null })
  }
)

test.each(unanswered)(
  '%s ends the connection, leaves no row, and a good request is answered after it',
  async (_name, _status, bytes) => {
    const { listener, port, path } = await open({ limits: short })
    const connection = await openRaw(port)
    connection.send(bytes({ port, path }))
    expect(await connection.closed()).toBe('')
    expect((await ask(port, rawPost(port, path, 'good'))).status).toBe(202)
    expect(listener.status()).toMatchObject({ state: 'listening', caught: 1, unknown: 0, fault: null })
  }
)

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
