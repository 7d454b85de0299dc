export type Place = { port: number; path: string }

/** What is sent, and what has to come of it. Texts are one character a byte. */
export type Attack = {
  name: string
  /** The first answer; `closed`: the connection ends without one. */
  status: number | 'closed'
  bytes: (place: Place) => string
  /** The bodies that are kept, where it is a request after all. */
  kept?: string[]
}

type Row = [name: string, status: Attack['status'], bytes: Attack['bytes'], kept?: string[]]

/** A whole request that would be kept, if anybody took it for one. */
const smuggled = ({ port, path }: Place) =>
  `POST ${path}/smuggled HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 8\r\n\r\nsmuggled`

const post = ({ port, path }: Place, ...headers: string[]) =>
  `POST ${path} HTTP/1.1\r\n${[`Host: 127.0.0.1:${port}`, ...headers].join('\r\n')}\r\n\r\n`

const tunnel = ({ port }: Place, target: string, ...headers: string[]) =>
  `CONNECT ${target} HTTP/1.1\r\n${[`Host: 127.0.0.1:${port}`, ...headers].join('\r\n')}\r\n\r\n`

/** With these headers, and a body that ends at once for whoever sees chunks, and with the smuggled request for whoever does not. */
const chunkedOrNot = (place: Place, ...headers: string[]) => `${post(place, ...headers)}0\r\n\r\n${smuggled(place)}`
const lengthBeyond = (place: Place) => `Content-Length: ${5 + smuggled(place).length}`

const lines: Row[] = [
  ['a line that is no request', 400, () => 'hello there\r\n\r\n'],
  ['bytes', 400, () => '\x00\x01\x02\xff\r\n\r\n'],
  ['an unknown method for another host', 421, ({ path }) => `BREW ${path} HTTP/1.1\r\nHost: x\r\n\r\n`],
  [
    'an unknown method with another request behind it',
    202,
    place => `${post(place, 'Content-Length: 1').replace('POST', 'BREW')}1${smuggled(place)}`,
    ['1', 'smuggled']
  ],
  ['a method that is no word', 400, place => post(place).replace('POST', 'BR(EW')],
  [
    'a length and chunks with an unknown method',
    400,
    place => chunkedOrNot(place, lengthBeyond(place), 'Transfer-Encoding: chunked').replace('POST', 'BREW')
  ],
  ['an unknown version', 400, ({ path }) => `POST ${path} HTTP/9.9\r\nHost: x\r\n\r\n`],
  ['a request without a version', 400, ({ path }) => `GET ${path}\r\n\r\n`],
  ['the HTTP/2 preface', 400, () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00'],
  ['a TLS handshake', 'closed', () => `\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03${'r'.repeat(200)}`],
  ['a tunnel', 404, place => `${tunnel(place, `127.0.0.1:${place.port}`)}${smuggled(place)}`],
  ['a tunnel to elsewhere, for another Host', 421, place => `CONNECT x:443 HTTP/1.1\r\nHost: x:${place.port}\r\n\r\n`],
  ['a tunnel with a body that never comes', 404, place => tunnel(place, 'x:443', 'Content-Length: 9')],
  ['a tunnel to nowhere', 404, place => tunnel(place, '')],
  [
    'a tunnel to an endpoint, with another request behind it',
    202,
    place => `${tunnel(place, place.path, 'Content-Length: 3')}abc${smuggled(place)}`,
    ['']
  ],
  ['a target with a space', 400, ({ path }) => `POST ${path} x HTTP/1.1\r\nHost: x\r\n\r\n`],
  [
    'a target with a high byte',
    400,
    ({ path, port }) => `POST ${path}?\xfc HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`
  ],
  ['a target with NUL', 400, ({ path, port }) => `POST ${path}\x00 HTTP/1.1\r\nHost: localhost:${port}\r\n\r\n`],
  [
    'line feeds alone',
    400,
    ({ path, port }) => `POST ${path} HTTP/1.1\nHost: 127.0.0.1:${port}\nContent-Length: 0\n\n`
  ],
  ['carriage returns alone', 400, ({ path, port }) => `POST ${path} HTTP/1.1\rHost: 127.0.0.1:${port}\r\r`]
]

const hosts: Row[] = [
  ['no Host', 400, ({ path }) => `POST ${path} HTTP/1.1\r\nContent-Length: 0\r\n\r\n`],
  ['no Host in HTTP/1.0', 400, ({ path }) => `POST ${path} HTTP/1.0\r\n\r\n`],
  ['an empty Host', 421, ({ path }) => `POST ${path} HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n`],
  ['two Hosts', 400, place => post(place, 'Host: evil.example')],
  ['the same Host twice', 400, place => post(place, `host: 127.0.0.1:${place.port}`)],
  [
    'a name that was bound again (rebinding)',
    421,
    ({ path, port }) => `POST ${path} HTTP/1.1\r\nHost: evil.example:${port}\r\nContent-Length: 0\r\n\r\n`
  ],
  [
    'the absolute form to elsewhere',
    421,
    ({ path, port }) =>
      `POST http://evil.example${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0\r\n\r\n`
  ],
  [
    'the absolute form to us for another Host',
    421,
    ({ path, port }) =>
      `POST http://127.0.0.1:${port}${path} HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n`
  ]
]

const lengths: Row[] = [
  ['two lengths', 400, place => `${post(place, 'Content-Length: 3', 'Content-Length: 4')}abcd${smuggled(place)}`],
  ['two equal lengths', 400, place => `${post(place, 'Content-Length: 3', 'Content-Length: 3')}abc`],
  ['a length of two numbers', 400, place => `${post(place, 'Content-Length: 3, 3')}abc${smuggled(place)}`],
  ['a negative length', 400, place => post(place, 'Content-Length: -1') + smuggled(place)],
  ['a signed length', 400, place => `${post(place, 'Content-Length: +3')}abc`],
  ['a hexadecimal length', 400, place => `${post(place, 'Content-Length: 0x3')}abc`],
  ['a length with a fraction', 400, place => `${post(place, 'Content-Length: 3.0')}abc`],
  ['an empty length', 400, place => `${post(place, 'Content-Length:')}${smuggled(place)}`],
  ['a length beyond all numbers', 400, place => post(place, `Content-Length: ${'9'.repeat(40)}`)],
  ['a length of 2^64 and 3', 400, place => `${post(place, 'Content-Length: 18446744073709551619')}abc`],
  ['a length of petabytes', 413, place => post(place, 'Expect: 100-continue', 'Content-Length: 9007199254740993'), ['']]
]

/** The ways in which an encoding is hidden from one of two readers. */
const encodings: [name: string, headers: string[]][] = [
  ['another encoding', ['Transfer-Encoding: xchunked']],
  ['chunked that is not the last', ['Transfer-Encoding: chunked, gzip']],
  ['an encoding in quotes', ['Transfer-Encoding: "chunked"']],
  ['an encoding with a parameter', ['Transfer-Encoding: chunked;q=1']],
  ['identity', ['Transfer-Encoding: identity']],
  ['two encodings in two headers', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']],
  ['a blank before the colon', ['Transfer-Encoding : chunked']],
  ['a vertical tab before chunked', ['Transfer-Encoding: \x0bchunked']],
  ['NUL after chunked', ['Transfer-Encoding: chunked\x00']],
  ['an encoding on the next line', ['Transfer-Encoding:\r\n chunked']],
  ['an encoding behind a bare line feed', ['X-A: 1\nTransfer-Encoding: chunked']],
  ['an encoding behind a bare carriage return', ['X-A: 1\rTransfer-Encoding: chunked']],
  ['a header with a blank before its name', [' Transfer-Encoding: chunked']]
]

const smuggling: Row[] = [
  [
    'CL.TE: a length, then chunks',
    400,
    place => chunkedOrNot(place, lengthBeyond(place), 'Transfer-Encoding: chunked')
  ],
  [
    'TE.CL: chunks, then a length',
    400,
    place => chunkedOrNot(place, 'Transfer-Encoding: chunked', 'Content-Length: 5')
  ],
  ...encodings.map(([name, headers]): Row => [`TE.TE: ${name}`, 400, place => chunkedOrNot(place, ...headers)]),
  ...encodings.map(([name, headers]): Row => [
    `${name}, with a length`,
    400,
    place => chunkedOrNot(place, lengthBeyond(place), ...headers)
  ]),
  [
    'chunks in HTTP/1.0',
    400,
    place => chunkedOrNot(place, 'Transfer-Encoding: chunked').replace('HTTP/1.1', 'HTTP/1.0')
  ]
]

const inChunks = (place: Place) => post(place, 'Transfer-Encoding: chunked')
const chunks: Row[] = [
  ['a chunk size that is no number', 400, place => `${inChunks(place)}zz\r\n\r\n`],
  ['a chunk size of nothing', 400, place => `${inChunks(place)}\r\n\r\n${smuggled(place)}`],
  ['a negative chunk size', 400, place => `${inChunks(place)}-1\r\na\r\n0\r\n\r\n`],
  ['a chunk size with 0x', 400, place => `${inChunks(place)}0x1\r\na\r\n0\r\n\r\n`],
  ['a chunk longer than it says', 400, place => `${inChunks(place)}2\r\nabcd\r\n0\r\n\r\n`],
  ['a chunk size beyond all numbers', 400, place => `${inChunks(place)}${'f'.repeat(20)}\r\n`],
  [
    'a chunk size that ends with a bare line feed',
    400,
    place => `${inChunks(place)}1\na\r\n0\r\n\r\n${smuggled(place)}`
  ],
  ['a huge chunk that never comes', 408, place => `${inChunks(place)}7fffffffffff\r\nabc`],
  ['a bomb of chunk extensions', 413, place => `${inChunks(place)}1;${'e'.repeat(40_000)}\r\na\r\n`],
  ['a bomb of trailers', 431, place => `${inChunks(place)}0\r\n${'T: t\r\n'.repeat(100_000)}\r\n`]
]

const headers: Row[] = [
  ['a folded header', 400, place => post(place, 'X-A: 1', '\tmore')],
  ['a header without a colon', 400, place => post(place, 'nothing')],
  ['a header without a name', 400, place => post(place, ': value')],
  ['a name with a high byte', 400, place => post(place, 'X-\xfc: 1')],
  ['NUL in a header', 400, place => post(place, 'X-A: a\x00b')],
  ['a bomb of one header', 431, place => post(place, `X-A: ${'a'.repeat(100_000)}`)],
  ['100,000 headers', 431, place => post(place, ...Array.from({ length: 100_000 }, (_, at) => `H${at}: 1`))],
  ['a bomb of a target', 431, ({ path }) => `GET ${path}/${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`],
  ['an upgrade to a websocket', 202, place => post(place, 'Connection: Upgrade', 'Upgrade: websocket'), ['']],
  ['an upgrade to h2c', 202, place => post(place, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'), ['']]
]

const key = (place: Place) => place.path.slice(4)
const keys: Row[] = [
  [
    '/in/../in/KEY',
    '/in//KEY',
    '/IN/KEY',
    '/in/KEY%00',
    '/in/%2e%2e/KEY',
    '/in/',
    '/',
    '*',
    '/in/../../etc/passwd'
  ].map((target): Row => [
    `the target ${target}`,
    404,
    place => post({ ...place, path: target.replace('KEY', key(place)) }, 'Content-Length: 0')
  ]),
  [
    [
      'a key whose letters are escaped',
      404,
      place => {
        const escaped = Buffer.from(key(place))
          .toString('hex')
          .replaceAll(/../g, pair => `%${pair}`)
        return post({ ...place, path: `/in/${escaped}` }, 'Content-Length: 0')
      }
    ] satisfies Row,
    [
      'a key of 30 kB',
      404,
      place => post({ ...place, path: `/in/${'k'.repeat(30_000)}` }, 'Content-Length: 0')
    ] satisfies Row,
    ['a key that is SQL', 404, place => post({ ...place, path: "/in/'or'1'='1" }, 'Content-Length: 0')] satisfies Row
  ]
].flat()

const slow: Row[] = [
  ['a sender that stops in the request line', 408, ({ path }) => `POST ${path}`],
  ['a sender that stops in the headers', 408, ({ path }) => `POST ${path} HTTP/1.1\r\nHost: 127`],
  ['a sender that stops in the body', 408, place => `${post(place, 'Content-Length: 10')}abc`],
  ['a sender that stops in a chunk', 408, place => `${inChunks(place)}5\r\nab`],
  ['a sender that stops in the trailers', 408, place => `${inChunks(place)}0\r\nT: `],
  ['a sender that says nothing', 408, () => '']
]

/** Every one is sent on a connection of its own. */
export const attacks: Attack[] = [lines, hosts, lengths, smuggling, chunks, headers, keys, slow]
  .flat()
  .map(([name, status, bytes, kept]) => ({ name, status, bytes, ...(kept && { kept }) }))
