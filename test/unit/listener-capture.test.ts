import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { defaultLimits } from '../../src/main/listener/edge/limits.ts'
import { openEdge } from '../../src/main/listener/edge/server.ts'
import { listening } from '../helpers/listening.ts'
import { ask, openRaw, rawPost } from '../helpers/raw-http.ts'

const { open } = listening()
const everyByte = Uint8Array.from({ length: 256 }, (_, at) => at)

test.each([
  ['all 256 byte values', everyByte],
  ['NUL bytes', new Uint8Array(64)],
  ['invalid UTF-8', Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80)],
  ['a gzip body', gzipSync('{"event":"message"}')],
  ['no body', new Uint8Array()],
  ['a body over many packets', Buffer.alloc(3_000_000, everyByte)]
])('%s come back exactly', async (_name, body) => {
  const { listener, port, path } = await open()
  const answer = await ask(port, rawPost(port, path, body, ['Content-Encoding: gzip']))
  expect(answer.status).toBe(202)
  const [row] = listener.list({ limit: 1 })
  const detail = listener.get(row?.id ?? 0)
  expect(Buffer.from(detail.bodyBase64, 'base64').equals(body)).toBe(true)
  expect(detail).toMatchObject({ bodyBytes: body.byteLength, truncated: false, answerStatus: 202, origin: 'network' })
})

test('headers keep their order, case, duplicates and bytes; the target is as it stood', async () => {
  const { listener, port, path } = await open()
  const target = `${path}/more%2F//..?a=1&a=%zz&b={"|\\^+[]'`
  const headers = [
    'X-Dup: one',
    'x-DUP: two',
    'X-dup: one',
    'X-Latin: caf\xe9',
    'X-Empty:',
    'Cookie: a=1',
    'Cookie: b=2'
  ]
  await ask(port, rawPost(port, target, 'x', headers))
  const [row] = listener.list({ limit: 1 })
  const detail = listener.get(row?.id ?? 0)
  expect(detail.target).toBe(target)
  expect(detail.httpVersion).toBe('1.1')
  expect(detail.remoteAddress).toBe('127.0.0.1')
  expect(detail.headers).toEqual([
    ['Host', `127.0.0.1:${port}`],
    ['X-Dup', 'one'],
    ['x-DUP', 'two'],
    ['X-dup', 'one'],
    ['X-Latin', 'caf\xe9'],
    ['X-Empty', ''],
    ['Cookie', 'a=1'],
    ['Cookie', 'b=2'],
    ['Content-Length', '1']
  ])
})

test('2,500 header lines are kept, all of them', async () => {
  const { listener, port, path } = await open()
  const headers = Array.from({ length: 2_500 }, (_, at) => `H${at}: ${at}`)
  expect((await ask(port, rawPost(port, path, '', headers))).status).toBe(202)
  const [row] = listener.list({ limit: 1 })
  expect(listener.get(row?.id ?? 0).headers).toHaveLength(2_502)
})

test('a chunked body is stored without its framing, with its trailers', async () => {
  const { listener, port, path } = await open()
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n`
  const answer = await ask(port, `${head}5;ext=1\r\nab\r\nc\r\n3\r\n\x00\xffz\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n`)
  expect(answer.status).toBe(202)
  const [row] = listener.list({ limit: 1 })
  const detail = listener.get(row?.id ?? 0)
  expect(Buffer.from(detail.bodyBase64, 'base64').toString('latin1')).toBe('ab\r\nc\x00\xffz')
  expect(detail.trailers).toEqual([
    ['X-Sum', '1'],
    ['x-sum', '2']
  ])
})

test('a multipart body keeps its boundaries and line ends', async () => {
  const { listener, port, path } = await open()
  const body = '--B\r\nContent-Disposition: form-data; name="f"; filename="ü"\r\n\r\n\x00\x01\r\n--B--\r\n'
  await ask(port, rawPost(port, path, body, ['Content-Type: multipart/form-data; boundary=B']))
  const [row] = listener.list({ limit: 1 })
  expect(Buffer.from(listener.get(row?.id ?? 0).bodyBase64, 'base64').toString('latin1')).toBe(body)
})

test.each(['GET', 'DELETE', 'PROPFIND', 'OPTIONS', 'QUERY', 'M-SEARCH'])('the method %s is caught', async method => {
  const { listener, port, path } = await open()
  const answer = await ask(port, `${method} ${path}?q HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`)
  expect(answer.status).toBe(202)
  expect(listener.list({ limit: 9 })).toMatchObject([{ method, target: `${path}?q`, bodyBytes: 0 }])
})

test('a sender that closes its half after the request gets its answer, even when that comes later', async () => {
  const edge = await openEdge({
    port: 0,
    limits: defaultLimits,
    onRequest: (request, response) => {
      request.resume().socket.once('end', () => response.end('late'))
    },
    onFailure: () => {}
  })
  const connection = await openRaw(edge.port)
  connection.send(rawPost(edge.port, '/', 'x'))
  connection.end()
  expect((await connection.answer()).status).toBe(200)
  await connection.closed()
  await edge.stop()
})

test('HTTP/1.0, an upgrade that is not taken and the absolute form are all caught', async () => {
  const { listener, port, path } = await open()
  await ask(port, `POST ${path} HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1\r\n\r\na`)
  await ask(port, rawPost(port, path, 'b', ['Connection: Upgrade', 'Upgrade: websocket']))
  await ask(port, rawPost(port, `http://localhost:${port}${path}`, 'c'))
  const rows = listener.list({ limit: 9 }).toReversed()
  expect(rows.map(row => listener.get(row.id).bodyText)).toEqual(['a', 'b', 'c'])
  expect(rows.map(row => row.httpVersion)).toEqual(['1.0', '1.1', '1.1'])
})

test('requests that are piped on one connection are answered in order and all kept', async () => {
  const { listener, port, path } = await open()
  const connection = await openRaw(port)
  connection.send(Buffer.concat(Array.from({ length: 50 }, (_, at) => rawPost(port, `${path}/${at}`, `${at}`))))
  for (let at = 0; at < 50; at++) expect((await connection.answer()).status).toBe(202)
  connection.destroy()
  const targets = listener.list({ limit: 100 }).map(row => row.target)
  expect(targets.toReversed()).toEqual(Array.from({ length: 50 }, (_, at) => `${path}/${at}`))
})

test('IPv6 loopback takes the same port', async context => {
  const { listener, port, path } = await open()
  const answer = await ask(
    port,
    `POST ${path} HTTP/1.1\r\nHost: [::1]:${port}\r\nContent-Length: 0\r\n\r\n`,
    '::1'
  ).catch((error: unknown) => context.skip(`this machine has no IPv6 loopback: ${String(error)}`))
  expect(answer.status).toBe(202)
  expect(listener.list({ limit: 1 })).toMatchObject([{ remoteAddress: '::1' }])
})

test('a sender that waits for 100 is told to go on, and one that would send too much is not', async () => {
  const { listener, port, path } = await open({ limits: { bodyBytes: 10 } })
  const head = (length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`
  const polite = await openRaw(port)
  polite.send(head(5))
  expect((await polite.answer()).status).toBe(100)
  polite.send('hello')
  expect((await polite.answer()).status).toBe(202)
  polite.destroy()
  expect((await ask(port, head(11))).status).toBe(413)
  expect(listener.list({ limit: 9 })).toMatchObject([
    { truncated: true, bodyBytes: 0, answerStatus: 413 },
    { truncated: false, bodyBytes: 5, answerStatus: 202 }
  ])
})

test('an expectation that nobody knows does not keep a callback from being caught', async () => {
  const { listener, port, path } = await open()
  expect((await ask(port, rawPost(port, path, 'x', ['Expect: a-miracle']))).status).toBe(202)
  expect(listener.list({ limit: 9 })).toMatchObject([{ bodyBytes: 1 }])
})

test('a body over the limit is answered 413 and leaves a row with its beginning', async () => {
  const { listener, port, path } = await open({ limits: { bodyBytes: 1_000 } })
  const sent = await ask(port, rawPost(port, path, Buffer.alloc(300_000, 'x')))
  expect(sent.status).toBe(413)
  const chunked = `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n${'y'.repeat(1024)}\r\n0\r\n\r\n`
  expect((await ask(port, chunked)).status).toBe(413)
  expect((await ask(port, rawPost(port, path, Buffer.alloc(1_000, 'z')))).status).toBe(202)
  expect(listener.list({ limit: 9 })).toMatchObject([
    { truncated: false, bodyBytes: 1_000 },
    { truncated: true, bodyBytes: 1_000, answerStatus: 413 },
    { truncated: true, bodyBytes: 1_000, answerStatus: 413 }
  ])
})

test('the answer is the dialect’s; an endpoint without an account answers an empty 200', async () => {
  const { listener, port, path } = await open()
  const free = listener.addEndpoint({ label: 'Test' })
  const known = await ask(port, rawPost(port, path))
  expect(known).toMatchObject({ status: 202, body: 'taken' })
  expect(known.head).toContain('X-Invented: Yes')
  expect(await ask(port, rawPost(port, `/in/${free.key}/x`))).toMatchObject({ status: 200, body: '' })
})

test('a sender that reads only after it has sent everything still sees why it was refused', async () => {
  const { port } = await open()
  const socket = connect({ port, host: '127.0.0.1' }).pause()
  const sent = new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.write(rawPost(port, '/in/wrong', Buffer.alloc(8_000_000)), resolve)
  })
  await sent
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk)).resume()
  await new Promise(resolve => socket.once('end', resolve))
  expect(Buffer.concat(chunks).toString()).toContain('404 Not Found')
})
