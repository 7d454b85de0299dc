import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { HeaderPair } from '../../src/shared/model/callback.ts'
import type { WireOptions } from './wire-request.ts'

// What has to come back byte for byte, by name.

export const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at))
export const highBytes = everyByte.subarray(0x80).toString('latin1')
export const visible = everyByte.subarray(0x21, 0x7f).toString('latin1')

export const bodies: [string, WireOptions][] = [
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

export const chunked: [string, WireOptions][] = [
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

export const heads: [string, WireOptions][] = [
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

export const targets: [string, (path: string, port: number) => string][] = [
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

/** A header of this name whose value has a number. */
export function dup(name: string, at: number): HeaderPair {
  return [name, `value ${at}`]
}
