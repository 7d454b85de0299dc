import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ended, quick, right, soon } from '../helpers/forwarding.ts'
import { listening } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'

const { open } = listening()
const receiver = receivers()
const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at))

test.each([
  ['all 256 byte values', everyByte],
  ['a gzip body', gzipSync('{"event":"message"}')],
  ['invalid UTF-8', Buffer.of(0xc3, 0x28, 0xff)],
  ['no body', Buffer.alloc(0)]
])('%s arrive as they came, the answer is kept', async (_name, body) => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, body, right))
  const [attempt] = await ended(setting)
  expect(there.requests[0]?.body).toBe(body.toString('latin1'))
  expect(attempt).toMatchObject({ state: 'done', status: 200, number: 1, kind: 'forward', fault: null })
  expect(attempt?.responseHeaders).toContainEqual(['x-seen', 'twice'])
  expect(Buffer.from(attempt?.responseBodyBase64 ?? '', 'base64').toString()).toBe('ok')
})

test('headers arrive in their order and case, duplicates too, without those of the connection; the host is the target’s', async () => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: `${there.url}/hooks/?own=1` })
  const headers = [
    'X-Dup: one',
    'x-DUP: two',
    'Connection: keep-alive, X-Hop',
    'Keep-Alive: timeout=5',
    'X-Hop: gone',
    'TE: trailers',
    'X-Latin: caf\xe9',
    'X-Empty:',
    'COOKIE: a=1',
    'Cookie: b=2',
    ...right
  ]
  await ask(port, rawPost(port, `${path}/more%2F//..?a=1&a=%zz&b={"|`, 'x', headers))
  await ended(setting)
  expect(there.requests).toEqual([
    {
      line: 'POST /hooks/more%2F//..?own=1&a=1&a=%zz&b={"| HTTP/1.1',
      headers: [
        `Host: 127.0.0.1:${there.port}`,
        'X-Dup: one',
        'x-DUP: two',
        'X-Latin: caf\xe9',
        'X-Empty: ',
        'COOKIE: a=1',
        'Cookie: b=2',
        'X-Word: plugh',
        'Content-Length: 1',
        `X-Forwarded-Host: 127.0.0.1:${port}`
      ],
      body: 'x'
    }
  ])
})

test('a chunked body arrives whole with its length, and with its trailers where it has some', async () => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\ntransfer-encoding: chunked\r\nX-Word: plugh\r\n`
  await ask(port, `${head}\r\n2\r\n\x00\xff\r\n1\r\nz\r\n0\r\n\r\n`)
  await ended(setting)
  await ask(port, `${head}Trailer: X-Sum\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n`)
  await ended(setting)
  expect(there.requests[0]).toMatchObject({ body: '\x00\xffz' })
  expect(there.requests[0]?.headers).toContain('Content-Length: 3')
  expect(there.requests[0]?.headers.join()).not.toMatch(/transfer-encoding/i)
  expect(there.requests[1]?.body).toMatch(/^3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n$/)
  expect(there.requests[1]?.headers).toContain('transfer-encoding: chunked')
})

test('of several targets one that refuses and one that hangs hold up no other', async () => {
  const { listener, port, path, endpointId } = await open({ forwardLimits: { ...quick, stopGraceMs: 50 } })
  const good = await receiver()
  const hanging = await receiver(() => 'hang')
  const dead = await receiver()
  await dead.close()
  for (const each of [hanging, dead, good]) listener.sending.addTarget({ endpointId, url: each.url, label: each.url })
  for (let at = 0; at < 20; at++) await ask(port, rawPost(port, `${path}/${at}`, `${at}`, right))
  await expect.poll(() => new Set(good.requests.map(each => each.body)).size, soon).toBe(20)
  const id = listener.list({ limit: 1 })[0]?.id ?? 0
  const of = (url: string) => listener.sending.attempts(id).filter(each => each.url.startsWith(url))
  await expect.poll(() => of(good.url).map(each => each.state), soon).toEqual(['done'])
  expect(of(hanging.url).map(each => each.state)).toEqual(['waiting'])
  await expect.poll(() => of(dead.url).map(each => each.state), soon).toEqual(Array(5).fill('failed'))
  expect(of(dead.url).map(each => [each.number, each.fault?.code])).toEqual(
    [1, 2, 3, 4, 5].map(n => [n, 'unreachable'])
  )
  // Its share is four at once.
  expect(hanging.requests).toHaveLength(4)
}, 30_000)

test('with the engine in a thread of its own it is the same, and whoever shows attempts is told', async () => {
  const setting = await open({ inThread: true })
  const { listener, bus, port, path, endpointId } = setting
  const there = await receiver()
  listener.sending.addTarget({ endpointId, url: there.url })
  const seen: (string | undefined)[] = []
  const forget = bus.listen(({ topic }) => {
    const id = listener.list({ limit: 1 })[0]?.id
    if (topic === 'callbacks' && id !== undefined) seen.push(listener.sending.attempts(id)[0]?.state)
  })
  await ask(port, rawPost(port, path, 'x', right))
  expect(await ended(setting)).toMatchObject([{ state: 'done' }])
  await expect.poll(() => seen, soon).toContain('done')
  forget()
})

test('of a long answer the first 64 KB are kept', async () => {
  const setting = await open()
  const { listener, port, path, endpointId } = setting
  const there = await receiver(() => `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n${'y'.repeat(200_000)}`)
  listener.sending.addTarget({ endpointId, url: there.url })
  await ask(port, rawPost(port, path, 'x', right))
  const [attempt] = await ended(setting)
  expect(attempt).toMatchObject({ state: 'done', responseTruncated: true })
  expect(Buffer.from(attempt?.responseBodyBase64 ?? '', 'base64')).toHaveLength(65_536)
})
