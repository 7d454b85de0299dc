import { METHODS } from 'node:http'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { callbackDetail, type HeaderPair } from '../../src/shared/model/callback.ts'
import { seeded } from '../helpers/core-child.ts'
import { startListeningCore, type ListeningCore } from '../helpers/core-listening.ts'
import { ask, openRaw } from '../helpers/raw-http.ts'
import { asWire, wireOf, wireRequest, type WireOptions, type WireRequest } from '../helpers/wire-request.ts'

let core: ListeningCore
beforeAll(async () => {
  core = await startListeningCore()
})
afterAll(() => core.close())

const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at))
const highBytes = everyByte.subarray(0x80).toString('latin1')
const visible = everyByte.subarray(0x21, 0x7f).toString('latin1')
const limit = 10 * 1024 * 1024
const exportFile = z.object({ callbacks: z.array(callbackDetail) })

const bodies: [string, WireOptions][] = [
  ['all 256 byte values', { body: everyByte }],
  ['all 256 byte values, backwards and 40 kB', { body: Buffer.alloc(40_000, everyByte.toReversed()) }],
  ['NUL bytes', { body: new Uint8Array(1_000) }],
  ['invalid UTF-8', { body: Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80, 0xf8, 0xc0, 0x80) }],
  ['a byte order mark', { body: Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d) }],
  ['UTF-16', { body: Buffer.from('{"event":"ü"}', 'utf16le'), headers: [['Content-Type', 'application/json']] }],
  ['line ends of all kinds', { body: '\r\n\n\r\r\n\u0085\n\r', headers: [['Content-Type', 'text/plain']] }],
  ['gzip', { body: gzipSync('{"event":"message"}'), headers: [['Content-Encoding', 'gzip']] }],
  ['gzip that is cut', { body: gzipSync(everyByte).subarray(0, 30), headers: [['Content-Encoding', 'gzip']] }],
  ['br', { body: brotliCompressSync(everyByte), headers: [['Content-Encoding', 'br']] }],
  ['gzip that is not', { body: 'plain', headers: [['Content-Encoding', 'gzip, br, none-such']] }],
  [
    'multipart with a file of all bytes',
    {
      body: `--B\r\nContent-Disposition: form-data; name="f"; filename="\xfc"\r\n\r\n${everyByte.toString('latin1')}\r\n--B--\r\n`,
      headers: [['Content-Type', 'multipart/form-data; boundary=B']]
    }
  ],
  [
    'a form with the same name twice and broken escapes',
    { body: 'a=1&a=2&b=%zz&=&&c', headers: [['Content-Type', 'application/x-www-form-urlencoded']] }
  ],
  [
    'JSON with numbers and keys that do not survive a parser',
    { body: '{"a":1e400,"a":1.0,"b":12345678901234567890 }' }
  ],
  ['nothing', { body: '' }],
  ['a GET with a body', { method: 'GET', body: everyByte }],
  ['a DELETE with a body in chunks', { method: 'DELETE', body: everyByte, chunks: { sizes: [100] } }]
]

const chunked: [string, WireOptions][] = [
  ['chunks of one byte', { body: everyByte, chunks: { sizes: [1] } }],
  ['chunks of odd sizes', { body: Buffer.alloc(70_000, everyByte), chunks: { sizes: [1, 2, 65_535, 3, 17] } }],
  [
    'chunk sizes with zeros before and in capitals',
    { body: everyByte, chunks: { sizes: [171], number: size => `000${size.toString(16).toUpperCase()}` } }
  ],
  ['chunk extensions', { body: everyByte, chunks: { sizes: [9], extension: ';a=1;b="x y";c' } }],
  ['a body of no chunk', { chunks: { sizes: [1] } }],
  ['a body that looks like chunks', { body: '0\r\n\r\nGET / HTTP/1.1\r\n\r\n', chunks: { sizes: [3] } }],
  [
    'trailers, twice, in their case, empty and with high bytes',
    {
      body: everyByte,
      chunks: { sizes: [50] },
      headers: [['Trailer', 'X-Sum, X-SUM']],
      trailers: [
        ['X-Sum', '1'],
        ['X-SUM', '2'],
        ['x-empty', ''],
        ['X-High', highBytes]
      ]
    }
  ]
]

const heads: [string, WireOptions][] = [
  [
    'headers twice and in mixed case, in their order',
    { headers: ['X-Dup', 'x-dUP', 'X-DUP', 'Cookie', 'cookie', 'Set-Cookie', 'set-cookie'].map(dup) }
  ],
  ['the same header and value twice', { headers: [dup('X-Same', 1), dup('X-Same', 1)] }],
  ['headers that Node would merge or drop', { headers: ['Age', 'age', 'User-Agent', 'user-agent', 'ETag'].map(dup) }],
  ['names that objects have', { headers: ['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map(dup) }],
  ['empty values', { headers: [['X-Empty', '', ''], ['X-Blank', '', '   '], dup('X-After', 0)] }],
  [
    'blanks around a value',
    {
      headers: [
        ['X-Padded', 'a  b', ' \t a  b \t'],
        ['X-Close', 'v', 'v']
      ]
    }
  ],
  ['a tab within a value', { headers: [['X-Tab', 'a\tb']] }],
  ['all high bytes', { headers: [['X-High', highBytes]] }],
  ['all visible characters', { headers: [['X-Visible', visible]] }],
  ['all characters of a name', { headers: [["!#$%&'*+-.^_`|~09AZaz", 'odd']] }],
  ['UTF-8', { headers: [['X-Utf-8', Buffer.from('grün ☎').toString('latin1')]] }],
  ['a value of 30 kB', { headers: [['X-Long', 'l'.repeat(30_000)]] }],
  ['1,500 headers', { headers: Array.from({ length: 1_500 }, (_, at): HeaderPair => [`H${at % 7}`, `${at}`]) }],
  ['Connection: close', { headers: [['Connection', 'close']], body: 'last' }],
  [
    'an upgrade to a websocket',
    {
      headers: [
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket']
      ],
      bare: true,
      method: 'GET'
    }
  ],
  ['HTTP/1.0', { version: '1.0', body: everyByte }],
  ['HTTP/1.0 that stays', { version: '1.0', body: everyByte, headers: [['Connection', 'keep-alive']] }]
]

const targets: [string, (path: string, port: number) => string][] = [
  ['percent signs of all kinds', path => `${path}/%2F%2f%00%zz%?%41=%&%FF=%`],
  ['dots', path => `${path}/../..//./.`],
  ['double slashes', path => `${path}//a//`],
  ['an empty query', path => `${path}?`],
  ['a query of questions', path => `${path}??a=b?c&a=b&&=`],
  ['a fragment', path => `${path}#/in/other`],
  ['all visible characters', path => `${path}/${visible}`],
  ['backslashes', path => `${path}\\..\\x`.replace('\\', '/\\')],
  ['8 kB', path => `${path}/${'long/'.repeat(1_600)}?${'q'.repeat(200)}`],
  ['the absolute form', (path, port) => `http://127.0.0.1:${port}${path}/x?y`],
  ['the absolute form in capitals', (path, port) => `HTTP://LocalHost:${port}${path}`]
]

function dup(name: string, at: number): HeaderPair {
  return [name, `value ${at}`]
}

test.each(bodies)('body: %s', (_name, options) => comesBack(options))
test.each(chunked)('chunked: %s', (_name, options) => comesBack(options))
test.each(heads)('headers: %s', (_name, options) => comesBack(options))
test.each(targets)('target: %s', (_name, target) => comesBack({ target: target(core.path, core.port), body: 'x' }))

test('every method that there is but CONNECT', async () => {
  for (const method of METHODS.filter(each => each !== 'CONNECT')) await comesBack({ method, body: method })
})

test('a body that waits for 100, and one whose every byte is a packet', async () => {
  await comesBack({ headers: [['Expect', '100-continue']], body: everyByte }, async (connection, { head, rest }) => {
    connection.send(head)
    expect((await connection.answer()).status).toBe(100)
    connection.send(rest)
  })
  const dripped: WireOptions = { body: everyByte, chunks: { sizes: [60], extension: ';e' }, trailers: [['T', 't']] }
  await comesBack(dripped, async (connection, { head, rest }) => {
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
    await comesBack({ ...options, body })
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
async function comesBack(options: WireOptions, send?: (to: Connection, request: WireRequest) => Promise<void>) {
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
