import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import * as fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import { harOf } from '../../src/main/listener/export/har.ts'
import { readHar } from '../../src/main/listener/export/import-har.ts'
import type { NewCallback } from '../../src/main/store/store.ts'
import { detailOf } from '../helpers/details.ts'

const load = createRequire(import.meta.url)
const nobody = { endpointId: null, accountId: null, provider: null, bodyBytes: 10_000_000 }
let problemsOf: (value: unknown) => unknown

/** The published schema of HAR 1.2. */
beforeAll(() => {
  const ajv = new Ajv({ strict: false })
  addFormats.default(ajv)
  ajv.addMetaSchema(JSON.parse(readFileSync(load.resolve('ajv/lib/refs/json-schema-draft-06.json'), 'utf8')))
  const schemas = load('har-schema') as Record<string, object>
  for (const [name, schema] of Object.entries(schemas)) if (name !== 'har') ajv.addSchema(schema)
  const validate = ajv.compile(schemas['har'] ?? {})
  problemsOf = value => (validate(value) ? [] : validate.errors)
})

const latin1 = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map(code => String.fromCharCode(code)) })
const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/)
const oneHeader = fc.tuple(
  token,
  latin1.map(value => value.trim())
)
const oneDetail = fc
  .record({
    method: token,
    target: latin1.map(text => `/in/key1${text}`),
    httpVersion: fc.constantFrom('1.0', '1.1'),
    receivedMs: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    remoteAddress: fc.constantFrom('127.0.0.1', '::1'),
    answerStatus: fc.constantFrom(0, 200, 413, 599),
    truncated: fc.boolean(),
    headers: fc.array(oneHeader, { maxLength: 5 }),
    trailers: fc.array(oneHeader, { maxLength: 2 }),
    body: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'binary' }), fc.constant(''))
  })
  .map(each => detailOf(each as Partial<CallbackDetail> & { body: string | Uint8Array }))

test('what is exported, imported and exported again is the same, and valid HAR', async () => {
  const check = fc.property(fc.array(oneDetail, { maxLength: 5 }), details => {
    const har = harOf(details, false, '1.0.0')
    expect(problemsOf(JSON.parse(har))).toEqual([])
    const imported = readHar(har, nobody)
    imported.forEach((callback, at) => {
      const { target, headers, trailers, method, httpVersion, truncated } = details[at] ?? detailOf()
      expect(callback).toMatchObject({ origin: 'import', target, headers, trailers, method, httpVersion, truncated })
      expect(Buffer.from(callback.body).toString('base64')).toBe(details[at]?.bodyBase64)
    })
    expect(harOf(imported.map(storedAgain), false, '1.0.0')).toBe(har)
  })
  fc.assert(check, { numRuns: 300 })
})

function storedAgain({ body, ...callback }: NewCallback): CallbackDetail {
  return detailOf({ ...callback, body, bodyBytes: body.byteLength })
}

test('a redacted HAR says so', () => {
  const har = JSON.parse(harOf([detailOf()], true, '1.0.0')) as { log: { comment: string; entries: object[] } }
  expect(problemsOf(har)).toEqual([])
  expect(har.log.comment).toContain('taken out')
  expect(har.log.entries).toMatchObject([{ _plugboard: { redacted: true } }])
})

const foreign = (request: object, more: object = {}) =>
  JSON.stringify({
    log: {
      version: '1.2',
      entries: [{ startedDateTime: '2026-03-01T10:00:00.5+01:00', request, response: { status: 201 }, ...more }]
    }
  })
const header = (name: string, value: string) => ({ name, value })

test('a browser’s HAR is read: pseudo headers, HTTP/2, text', () => {
  const [callback] = readHar(
    `\uFEFF${foreign({
      method: 'POST',
      url: 'https://example.test/hook/a%20b?x=1&y=%FC#part',
      httpVersion: 'h2',
      headers: [header(':authority', 'example.test'), header('X-Name', 'Zoë'), header('content-type', 'text/plain')],
      postData: { mimeType: 'text/plain', text: 'Grüße' }
    })}`,
    { ...nobody, endpointId: 'end-1', accountId: 'acc-1', provider: 'exotel' }
  )
  expect(callback).toMatchObject({
    endpointId: 'end-1',
    accountId: 'acc-1',
    provider: 'exotel',
    receivedMs: Date.UTC(2026, 2, 1, 9, 0, 0, 500),
    target: '/hook/a%20b?x=1&y=%FC',
    httpVersion: '1.1',
    headers: [
      ['Host', 'example.test'],
      ['X-Name', 'Zo\u00c3\u00ab'],
      ['content-type', 'text/plain']
    ] satisfies HeaderPair[],
    answerStatus: 201,
    origin: 'import'
  })
  expect(Buffer.from(callback?.body ?? []).toString()).toBe('Grüße')
})

const multipart = 'multipart/form-data; boundary=XX'
test.each([
  [
    'parameters of a form',
    { mimeType: 'application/x-www-form-urlencoded', params: [header('a', '1 2'), header('b', 'ü')] },
    'a=1+2&b=%C3%BC'
  ],
  [
    'text besides parameters',
    { mimeType: 'application/x-www-form-urlencoded', text: 'a=%31', params: [header('a', '1')] },
    'a=%31'
  ],
  ['base64', { mimeType: 'x/y', text: 'AAH/', encoding: 'base64' }, '\u0000\u0001\u00ff'],
  [
    'parts',
    { mimeType: multipart, params: [header('a', '1')] },
    '--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--XX--\r\n'
  ],
  ['nothing', undefined, ''],
  ['null', null, '']
])('a body given as %s is read', (_, postData, expected) => {
  const [callback] = readHar(foreign({ method: 'POST', url: 'http://a.test', headers: [], postData }), nobody)
  expect(Buffer.from(callback?.body ?? []).toString('latin1')).toBe(expected)
  expect(callback?.target).toBe('/')
})

test('a body that is too long is cut, and says so', () => {
  const har = foreign({ method: 'POST', url: 'http://a.test/', postData: { text: '123456' } })
  expect(readHar(har, { ...nobody, bodyBytes: 4 })).toMatchObject([{ truncated: true, body: Buffer.from('1234') }])
})

test.each([
  ['not JSON', '{', 'the file'],
  ['something else', '{"log":1}', 'log'],
  ['no entries', '{"log":{}}', 'log.entries'],
  ['a request without a method', foreign({ url: 'http://a.test/' }), 'log.entries.0.request.method'],
  ['an address that is none', foreign({ method: 'GET', url: 'a b' }), 'log.entries.0.request.url'],
  [
    'a time that is none',
    foreign({ method: 'GET', url: 'http://a.test' }, { startedDateTime: 'x' }),
    'log.entries.0.startedDateTime'
  ],
  [
    'base64 that is none',
    foreign({ method: 'GET', url: 'http://a.test', postData: { text: 'ä', encoding: 'base64' } }),
    'log.entries.0.request.postData.text'
  ]
])('a file with %s is refused with the place', (_, har, place) => {
  expect(() => readHar(har, nobody)).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(`at ${place}:`) })
  )
})
