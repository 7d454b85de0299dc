import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import { curlOf, shellWord } from '../../src/main/listener/export/curl.ts'
import { detailOf } from '../helpers/details.ts'

// The real curl, run by a real bash, against a socket that keeps every byte.

const isThere = ['curl', 'bash', 'base64'].every(program => !spawnSync(program, ['--version']).error)
if (!isThere) console.log('skipped: curl, bash and base64 are not all installed, so exports cannot be run')

let port = 0
let received = Buffer.alloc(0)
const sockets = new Set<Socket>()
const server = createServer(socket => {
  sockets.add(socket)
  received = Buffer.alloc(0)
  socket
    .on('error', () => {})
    .on('data', chunk => {
      received = Buffer.concat([received, chunk])
      if (isWhole(received)) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
})
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
})

function isWhole(bytes: Buffer): boolean {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = bytes.subarray(0, end).toString('latin1')
  if (/^transfer-encoding: chunked/im.test(head)) return bytes.subarray(end).includes('\r\n0\r\n\r\n')
  return bytes.length >= end + 4 + Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
}

async function run(callback: CallbackDetail): Promise<Buffer> {
  received = Buffer.alloc(0)
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', LC_ALL: 'C.UTF-8' }
  const child = spawn('bash', ['-s'], { env, stdio: ['pipe', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  child.stdin.end(curlOf([callback], false))
  const [code] = (await once(child, 'close')) as [number | null]
  expect({ code, errors: code === 0 ? '' : errors }).toEqual({ code: 0, errors: '' })
  return received
}

function headOf({ method, target, httpVersion, headers }: CallbackDetail): string {
  const lines = headers.map(([name, value]) => (value === '' ? `${name}:` : `${name}: ${value}`))
  return `${[`${method} ${target} HTTP/${httpVersion}`, ...lines].join('\r\n')}\r\n\r\n`
}

function requestOf(callback: CallbackDetail): Buffer {
  return Buffer.concat([Buffer.from(headOf(callback), 'latin1'), Buffer.from(callback.bodyBase64, 'base64')])
}

const allBytes = Uint8Array.from({ length: 512 }, (_, at) => at & 255)
const form = 'application/x-www-form-urlencoded'
/** As a sender of a body has it. */
function withBody(
  body: string | Uint8Array,
  more: HeaderPair[] = [],
  rest: Partial<CallbackDetail> = {}
): CallbackDetail {
  const length: HeaderPair = ['Content-Length', String(Buffer.from(body).length)]
  return detailOf({ body, headers: [['Host', `127.0.0.1:${port}`], ...more, length], ...rest })
}
const bare = (headers: HeaderPair[], rest: Partial<CallbackDetail> = {}) =>
  detailOf({ headers: [['Host', `127.0.0.1:${port}`], ...headers], ...rest })

const cases: [string, () => CallbackDetail][] = [
  ['a form', () => withBody('From=%2B1202&Body=a+b', [['Content-Type', form]])],
  ['JSON with apostrophes, dollars, backslashes and line ends', () => withBody(`{"a":"it's $HOME \`id\` \\n"}\n'\n!!`)],
  ['a body that begins with an at sign', () => withBody('@/etc/hostname')],
  ['all byte values twice', () => withBody(allBytes)],
  ['a body of a NUL', () => withBody('\u0000')],
  ['text with carriage returns', () => withBody('a\r\nb\r\n')],
  ['text in many scripts', () => withBody('Grüße नमस्ते 你好 👋')],
  ['a body that fits into no argument', () => withBody('x'.repeat(300_000))],
  ['a large binary body', () => withBody(Buffer.alloc(1_500_000, allBytes))],
  ['no body and no length', () => bare([['Accept', '*/*']])],
  ['an empty body with its length', () => bare([['Content-Length', '0']])],
  ['GET', () => bare([['User-Agent', "it's me"]], { method: 'GET' })],
  ['HEAD', () => bare([], { method: 'HEAD' })],
  ['a method of its own', () => bare([], { method: 'M-SEARCH' })],
  ['DELETE with a body', () => withBody('x', [], { method: 'DELETE' })],
  ['HTTP/1.0', () => withBody('x', [], { httpVersion: '1.0' })],
  [
    'duplicates in several cases',
    () =>
      bare([
        ['X-A', '1'],
        ['x-a', '2'],
        ['X-A', '1'],
        ['ACCEPT', 'a'],
        ['accept', 'b']
      ])
  ],
  [
    'headers without a value',
    () =>
      bare([
        ['X-Empty', ''],
        ['Accept', ''],
        ['X-Empty', '']
      ])
  ],
  [
    'a header of bytes above 127',
    () =>
      bare([
        ['X-Latin', 'caf\u00e9'],
        ['X-Utf8', 'f\u00c3\u00bcr'],
        ['X-Tab', 'a\tb']
      ])
  ],
  [
    'quotes and percent signs in a header',
    () =>
      bare([
        ['X-Q', `"it's" 100% $x \\ ;`],
        ['X-Semi', ';']
      ])
  ],
  [
    'the headers that curl would set',
    () =>
      withBody('x', [
        ['Expect', '100-continue'],
        ['User-Agent', 'curl/1'],
        ['Accept', 'x']
      ])
  ],
  [
    'Host in the middle and in small letters',
    () =>
      detailOf({
        headers: [
          ['Accept', 'x'],
          ['host', `127.0.0.1:${port}`],
          ['X-B', '2']
        ]
      })
  ],
  [
    'Host after a header without a value',
    () =>
      detailOf({
        headers: [
          ['X-Empty', ''],
          ['HOST', `127.0.0.1:${port}`]
        ]
      })
  ],
  ['dots in the path', () => bare([], { target: '/in/key1/../a/./b?x=1' })],
  ['dots, brackets and braces in the target', () => bare([], { target: '/in/key1/../a/./b?x[1]={a,b}&y[1-3]=#' })],
  ['escapes and doubled slashes in the target', () => bare([], { target: '//in/key1//%2e%2E/%zz?a=%00&&=+' })],
  ['bytes above 127 and quotes in the target', () => bare([], { target: `/in/k\u00e9'"\`$(id)` })],
  ['a target in the form of a proxy', () => bare([], { target: 'http://example.test/in/key1?a' })],
  ['the target *', () => bare([], { target: '*', method: 'OPTIONS' })],
  [
    'Basic authorization and cookies',
    () =>
      bare([
        ['Authorization', 'Basic dTpw'],
        ['Cookie', 'a=b; c=d'],
        ['Connection', 'close']
      ])
  ]
]

test.skipIf(!isThere).each(cases)('curl sends byte for byte: %s', async (_, make) => {
  const callback = make()
  const sent = await run(callback)
  expect(sent.toString('latin1')).toBe(requestOf(callback).toString('latin1'))
})

const byteText = (from: number) =>
  fc.string({
    unit: fc
      .integer({ min: from, max: 0xff })
      .filter(code => code !== 0x7f)
      .map(code => String.fromCharCode(code))
  })
const invented = fc.record({
  method: fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Z-]{1,12}$/),
  target: byteText(0x21).map(text => `/in/key1/${text}`),
  httpVersion: fc.constantFrom('1.0', '1.1'),
  headers: fc.array(
    fc.tuple(
      fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,16}$/).filter(name => !framing.test(name)),
      byteText(0x20).map(value => value.trim())
    ),
    { maxLength: 6 }
  ),
  body: fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 80 }), fc.constant(''))
})
const framing = /^(host|content-length|transfer-encoding|connection|expect|te|upgrade)$/i

test.skipIf(!isThere)('curl sends 100 invented requests byte for byte', async () => {
  const sends = fc.asyncProperty(invented, async ({ body, headers, ...rest }) => {
    const callback = withBody(body, headers, rest)
    expect((await run(callback)).toString('latin1')).toBe(requestOf(callback).toString('latin1'))
  })
  await fc.assert(sends, { numRuns: 100 })
})

test.skipIf(!isThere).each(['', 'some text', allBytes])('curl sends a chunked body in chunks again', async body => {
  const callback = bare([['Transfer-Encoding', 'chunked']], detailOf({ body }))
  const chunked = { ...callback, headers: [...bare([['Transfer-Encoding', 'chunked']]).headers] }
  const sent = await run(chunked)
  const end = sent.indexOf('\r\n\r\n') + 4
  expect(sent.subarray(0, end).toString('latin1')).toBe(headOf(chunked))
  expect(unchunked(sent.subarray(end))).toEqual(Buffer.from(body))
})

function unchunked(bytes: Buffer): Buffer {
  const size = Number.parseInt(bytes.subarray(0, bytes.indexOf('\r\n')).toString('latin1'), 16)
  const from = bytes.indexOf('\r\n') + 2
  return size === 0
    ? Buffer.alloc(0)
    : Buffer.concat([bytes.subarray(from, from + size), unchunked(bytes.subarray(from + size + 2))])
}

test('what curl cannot do is said', () => {
  const lower = detailOf({ headers: [['host', 'localhost:1']] })
  expect(curlOf([lower], false)).toContain('# curl writes the header "host" as "Host".')
  expect(curlOf([detailOf({ trailers: [['X', 'y']] })], false)).toContain('# It had trailers')
  expect(curlOf([detailOf({ truncated: true })], false)).toContain('# Its body was longer')
  expect(curlOf([detailOf()], true)).toMatch(/^# What is secret was taken out/)
})

test('a host that is no host does not get into the command', () => {
  expect(curlOf([detailOf({ headers: [['Host', 'x$(id)']] })], false)).toContain('http://127.0.0.1/in/key1')
})

test.skipIf(!isThere)('a word of the shell is its bytes and nothing else', () => {
  for (const text of ['', "'", '$(id)', '`id`', '!!', '\\', '\n', 'a b', '~', '*', '\u001b[31m', '\u202e', 'é'])
    for (const encoding of ['utf8', 'latin1'] as const) {
      const bytes = Buffer.from(text, encoding)
      const { stdout } = spawnSync('bash', ['-c', `printf %s ${shellWord(bytes)}`], {
        env: { PATH: process.env['PATH'] }
      })
      expect(stdout).toEqual(bytes)
    }
})
