import { expect, test } from 'vitest'
import type { HeaderPair } from '#shared/model/callback.ts'
import type { ExportFormat } from '#shared/model/lab.ts'
import { exportCallbacks } from '../../src/main/listener/export/export.ts'
import { redactedCallback } from '../../src/main/listener/export/redacted.ts'
import { detailOf } from '../helpers/details.ts'

const canary = 'c4n4ry+/=secret'
const forms = [
  canary,
  encodeURIComponent(canary),
  JSON.stringify(canary).slice(1, -1),
  Buffer.from(canary).toString('base64').replaceAll('=', ''),
  Buffer.from(`x${canary}`).toString('base64').slice(2, -4),
  Buffer.from(`xx${canary}`).toString('base64').slice(4, -4)
]
const type = (media: string): HeaderPair[] => [['Content-Type', media]]
const url = encodeURIComponent(canary)

const places: [string, Parameters<typeof detailOf>[0]][] = [
  ['the Authorization header', { headers: [['authorization', `Bearer ${canary}`]] }],
  ['cookies', { headers: [['Cookie', `sid=${canary}`]] }],
  ['a signature header', { headers: [['X-Twilio-Signature', canary]] }],
  ['a token header and a trailer', { headers: [['X-Auth-Token', canary]], trailers: [['X-Signature', canary]] }],
  ['the key of the endpoint', { target: `/in/${url}/more?x=1` }],
  ['a query parameter', { target: `/in/k?api_key=${url}&x=1` }],
  ['the user of an address', { target: `http://user:${url}@example.test/in/k` }],
  ['a form', { headers: type('application/x-www-form-urlencoded'), body: `From=1&AuthToken=${url}&x=${url}` }],
  ['a form of small letters in escapes', { body: `a=b&auth_token=${url.toLowerCase()}` }],
  ['JSON', { body: JSON.stringify({ a: [{ apiKey: canary, again: `so ${canary}` }] }) }],
  ['JSON, again in what is not ASCII', { body: JSON.stringify({ token: `${canary}"é`, again: `é ${canary}"é` }) }],
  ['JSON beneath a secret name', { body: JSON.stringify({ secrets: { one: [canary] }, other: canary }) }],
  ['JSON in JSON in a form', { body: `payload=${encodeURIComponent(JSON.stringify({ token: canary }))}` }],
  ['lines of JSON', { body: `{"token":"${canary}"}\n{"token": "${canary}"}` }],
  ['XML', { body: `<a><AuthToken x="y">${canary}</AuthToken></a>` }],
  [
    'parts',
    {
      headers: type('multipart/form-data; boundary=X'),
      body: `--X\r\nContent-Disposition: form-data; name="token"\r\n\r\n${canary}\r\n--X--`
    }
  ],
  [
    'bytes around',
    { body: Buffer.concat([Buffer.from([255, 0]), Buffer.from(`token=${canary}\n`), Buffer.from([254])]) }
  ],
  ['a compressed body', { headers: [['Content-Encoding', 'gzip']], body: canary }],
  [
    'decoded fields and the verdict',
    {
      headers: [['X-Signature', canary]],
      verdictText: `It was ${canary}.`,
      decoded: { event: 'e', title: canary, fields: [{ name: 'token', label: 'T', value: canary }] }
    }
  ]
]

test.each(places)('what is secret in %s is in no redacted export, and in a whole one', (_, place) => {
  const callback = detailOf(place)
  for (const format of ['curl', 'har', 'http', 'json'] satisfies ExportFormat[]) {
    const { text, fileName } = exportCallbacks([callback], { format, whole: false, version: '1' })
    expect(fileName).toContain('redacted')
    expect(text).toMatch(/taken out|"redacted": true/)
    const plain = text.toLowerCase()
    expect(forms.filter(form => text.includes(form) || plain.includes(form.toLowerCase()))).toEqual([])
    expect(base64Texts(text).filter(each => forms.some(form => each.includes(form)))).toEqual([])
  }
  const { text } = exportCallbacks([callback], { format: 'json', whole: true, version: '1' })
  expect(JSON.parse(text)).toEqual({ plugboard: 1, redacted: false, callbacks: [callback] })
})

/** What the base64 in a text says. */
function base64Texts(text: string): string[] {
  return [...text.matchAll(/[A-Za-z0-9+/]{12,}={0,2}/g)].map(([word]) => Buffer.from(word, 'base64').toString('utf8'))
}

test('what is not secret stays as it is, to the byte', () => {
  for (const body of [
    '{ "a" : 1.0 }',
    'a=%31&b=+',
    'some text: more',
    Uint8Array.from({ length: 256 }, (_, at) => at),
    ''
  ]) {
    const callback = detailOf({
      body,
      headers: [
        ['Host', 'h'],
        ['X-A', 'b']
      ],
      target: '/hook?x=%31'
    })
    expect(redactedCallback(callback)).toEqual(callback)
  }
})

test('a length that was right is right again', () => {
  const headers: HeaderPair[] = [['Content-Length', '21']]
  const clean = redactedCallback(detailOf({ headers, body: 'token=123456789012345' }))
  expect(clean).toMatchObject({ bodyText: 'token=redacted', bodyBytes: 14, headers: [['Content-Length', '14']] })
})
