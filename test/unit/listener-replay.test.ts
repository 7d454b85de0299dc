import { expect, test } from 'vitest'
import type * as z from 'zod'
import { newKeyPair } from '../../src/main/providers/kit/signatures/ed25519.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { setFields } from '../../src/main/listener/send/edit-body.ts'
import { replayOrder } from '../../src/shared/model/lab.ts'
import { listening, type Setting } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { receivers } from '../helpers/receiver.ts'
import { accountRow } from '../helpers/store-rows.ts'

const { open } = listening()
const receiver = receivers()
const soon = { timeout: 10_000 }

/** The newest row, when it was looked at. */
async function newest({ listener }: Pick<Setting, 'listener'>, count: number) {
  await expect.poll(() => listener.list({ limit: 99 }).filter(each => each.verdict !== null).length, soon).toBe(count)
  return listener.get(listener.list({ limit: 1 })[0]?.id ?? 0)
}

const order = (id: number, more: Partial<z.input<typeof replayOrder>> = {}) => replayOrder.parse({ id, ...more })

test.each([{ inThread: false }, { inThread: true }])(
  'to the listener itself it is caught again as it came, marked as a replay of the first ($inThread)',
  async options => {
    const setting = await open(options)
    const { listener, store, port, path } = setting
    const body = Buffer.from(Uint8Array.from({ length: 256 }, (_, at) => at))
    const headers = ['X-Dup: 1', 'x-dup: 2', 'Connection: keep-alive', 'X-Latin: \xe9']
    await ask(port, rawPost(port, `${path}/a%zz?q=%zz&&`, body, headers))
    const first = await newest(setting, 1)
    const attempt = await listener.sending.replay(order(first.id))
    const again = await newest(setting, 2)
    expect(again).toMatchObject({ origin: 'replay', replayOf: first.id, target: first.target, headers: first.headers })
    expect(again.bodyBase64).toBe(first.bodyBase64)
    expect(attempt).toMatchObject({
      kind: 'replay',
      state: 'done',
      status: 202,
      editedHeaders: null,
      callbackId: first.id
    })
    expect(listener.sending.attempts(first.id)).toEqual([attempt])
    expect(store.attempts.get(attempt.id)?.editedBody).toBeNull()
  }
)

test('chunks and trailers are sent again as chunks and trailers', async () => {
  const setting = await open()
  const { listener, port, path } = setting
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost:${port}\r\nTransfer-Encoding: chunked\r\n`
  await ask(port, `${head}Trailer: X-Sum\r\n\r\n3\r\na\x00b\r\n0\r\nX-Sum: 1\r\n\r\n`)
  const first = await newest(setting, 1)
  await listener.sending.replay(order(first.id))
  const again = await newest(setting, 2)
  expect(again).toMatchObject({ headers: first.headers, trailers: [['X-Sum', '1']], bodyBase64: first.bodyBase64 })
})

test('method, headers, body and fields can be edited; the length is corrected and nothing else', async () => {
  const setting = await open()
  const { listener, port, path } = setting
  await ask(port, rawPost(port, path, 'a=1&b=%zz&a=2', ['Content-Type: application/x-www-form-urlencoded', 'X-Z: 1']))
  const first = await newest(setting, 1)
  await listener.sending.replay(order(first.id, { set: { a: 'é &', c: '3' } }))
  const second = await newest(setting, 2)
  expect(second.bodyText).toBe('a=%C3%A9+%26&b=%zz&c=3')
  expect(second.headers).toEqual(first.headers.map(([name, value]) => [name, name === 'Content-Length' ? '22' : value]))
  const attempt = await listener.sending.replay(
    order(first.id, {
      method: 'PUT',
      headers: [
        ['Host', `127.0.0.1:${port}`],
        ['x-own', '1']
      ],
      bodyBase64: Buffer.of(0, 255).toString('base64')
    })
  )
  const third = await newest(setting, 3)
  expect(third).toMatchObject({ method: 'PUT', bodyBase64: 'AP8=' })
  expect(third.headers).toEqual([
    ['Host', `127.0.0.1:${port}`],
    ['x-own', '1'],
    ['Content-Length', '2']
  ])
  expect(attempt.editedHeaders).toEqual(third.headers)
  expect(listener.sending.attempts(first.id)).toHaveLength(2)
})

test('to another address it goes as a forward would; what goes wrong is an attempt that failed', async () => {
  const setting = await open()
  const { listener, port, path } = setting
  const there = await receiver()
  await ask(port, rawPost(port, `${path}/sms?a=1`, 'x', ['Connection: close', 'X-A: 1']))
  const first = await newest(setting, 1)
  expect(await listener.sending.replay(order(first.id, { to: `${there.url}/hook` }))).toMatchObject({
    state: 'done',
    url: `${there.url}/hook/sms?a=1`,
    targetId: null
  })
  expect(there.requests[0]).toMatchObject({
    line: 'POST /hook/sms?a=1 HTTP/1.1',
    headers: [`Host: 127.0.0.1:${there.port}`, 'X-A: 1', 'Content-Length: 1', `X-Forwarded-Host: 127.0.0.1:${port}`]
  })
  await there.close()
  const failed = await listener.sending.replay(order(first.id, { to: there.url }))
  expect(failed).toMatchObject({ state: 'failed', fault: { code: 'unreachable' } })
  expect(listener.sending.attempts(first.id).map(each => each.state)).toEqual(['done', 'failed'])
  await expect(listener.sending.retry(failed.id)).rejects.toMatchObject({ code: 'unsupported' })
  await expect(listener.sending.replay(order(first.id, { to: 'http://192.0.2.1/' }))).rejects.toThrow('must be https')
})

test('a listener that has moved is found at its new port; one that is stopped is said to be', async () => {
  const setting = await open()
  const { listener, port, path } = setting
  await ask(port, rawPost(port, path, 'x'))
  const first = await newest(setting, 1)
  await listener.stop()
  await expect(listener.sending.replay(order(first.id))).rejects.toThrow('The listener is stopped')
  const spare = await receiver()
  await spare.close()
  await listener.start({ port: spare.port })
  expect(await listener.sending.replay(order(first.id))).toMatchObject({ state: 'done' })
  const again = await newest(setting, 2)
  expect(again.headers[0]).toEqual(['Host', `127.0.0.1:${spare.port}`])
})

const samples = newKeyPair()

test.each([
  ['a shared key', 'standard-webhooks', `whsec_${Buffer.alloc(24, 7).toString('base64')}`],
  ['a public key', 'standard-webhooks', `whpk_${samples.publicKey}`],
  ['Telnyx’ key', 'telnyx', samples.publicKey]
] as const)(
  'what was edited is signed again by the endpoint’s scheme and is valid (%s)',
  async (_name, scheme, key) => {
    const setting = await open({ keyFor: async () => key })
    const { listener, port } = setting
    const endpoint = listener.addEndpoint({ label: 'Signed', scheme })
    const old = [
      'webhook-id: msg_1',
      'webhook-timestamp: 1',
      'webhook-signature: v1,AAAA',
      'Content-Type: application/json'
    ]
    await ask(port, rawPost(port, `/in/${endpoint.key}`, '{"a":1}', old))
    const first = await newest(setting, 1)
    expect(first.verdict).not.toBe('valid')
    await listener.sending.replay(order(first.id, { set: { a: '2' }, resign: true }))
    const again = await newest(setting, 2)
    expect(again).toMatchObject({ verdict: 'valid', bodyText: '{"a":2}' })
  }
)

test.each(['webhook', 'svix'])('the header names of %s and its id stay', async prefix => {
  const setting = await open({ keyFor: async () => `whsec_${Buffer.alloc(24, 7).toString('base64')}` })
  const { listener, port } = setting
  const endpoint = listener.addEndpoint({ label: 'Signed', scheme: 'standard-webhooks' })
  const old = [`${prefix}-id: msg_1`, `${prefix}-Timestamp: 1`, `${prefix}-signature: v1,AAAA`]
  await ask(port, rawPost(port, `/in/${endpoint.key}`, '{}', old))
  const first = await newest(setting, 1)
  await listener.sending.replay(order(first.id, { resign: true }))
  const again = await newest(setting, 2)
  expect(again.verdict).toBe('valid')
  expect(again.headers.map(([name]) => name)).toEqual(first.headers.map(([name]) => name))
  expect(again.headers).toContainEqual([`${prefix}-id`, 'msg_1'])
})

test.each([null, 'https://tunnel.example.test', 'https://tunnel.example.test/hook'])(
  'Twilio’s signature is made anew for the address that Twilio would call (public URL %s)',
  async publicUrl => {
    const setting = await open({ registry: createRegistry(), secretsFor: async () => ({ auth_token: 'token' }) })
    const { listener, store, port } = setting
    store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba', label: 'Ocamba' }))
    const endpoint = listener.addEndpoint({ accountId: 'acc-2', label: 'Twilio', publicUrl })
    const form = `MessageSid=SM${'0'.repeat(32)}&Body=Hi&MessageStatus=sent`
    const headers = ['Content-Type: application/x-www-form-urlencoded', 'x-twilio-signature: AAAA']
    await ask(port, rawPost(port, `/in/${endpoint.key}/sms?a=1`, form, headers))
    const first = await newest(setting, 1)
    expect(first.verdict).toBe('invalid')
    await listener.sending.replay(order(first.id, { set: { Body: 'Böse & gut' }, resign: true }))
    const again = await newest(setting, 2)
    expect(again).toMatchObject({ verdict: 'valid' })
    expect(again.headers.map(([name]) => name)).toEqual(first.headers.map(([name]) => name))
    const unsigned = listener.sending.replay(order(first.id, { bodyBase64: '', resign: true, headers: [] }))
    expect((await unsigned).state).toBe('done')
    const json = {
      headers: [['Content-Type', 'application/json'] as [string, string]],
      bodyBase64: 'e30=',
      resign: true
    }
    await expect(listener.sending.replay(order(first.id, json))).rejects.toMatchObject({ code: 'unsupported' })
  }
)

test('what has no signature to make says so, and a missing key too', async () => {
  const setting = await open()
  const { listener, port, path } = setting
  const free = listener.addEndpoint({ label: 'Free' })
  const keyless = listener.addEndpoint({ label: 'Keyless', scheme: 'telnyx' })
  const fault = async (target: string, count: number) => {
    await ask(port, rawPost(port, target))
    const { id } = await newest(setting, count)
    return listener.sending.replay(order(id, { resign: true })).catch((error: unknown) => error)
  }
  expect(await fault(path, 1)).toMatchObject({ code: 'unsupported' })
  expect(await fault(`/in/${free.key}`, 2)).toMatchObject({ code: 'unsupported' })
  expect(await fault(`/in/${keyless.key}`, 3)).toMatchObject({ code: 'secret-missing' })
  expect(listener.sending.ended(0, 9)).toEqual([])
})

test.each([
  [
    '{ "a" : 1.50, "b": [1, {"c": "x"}], "n": 12345678901234567890 }',
    { a: '2.50' },
    '{ "a" : 2.50, "b": [1, {"c": "x"}], "n": 12345678901234567890 }'
  ],
  ['{"b":[1,{"c":"x\\"}"}]}', { 'b.1.c': '7' }, '{"b":[1,{"c":"7"}]}'],
  ['{"a.b":1,"a":{"b":2}}', { 'a.b': 'true' }, '{"a.b":true,"a":{"b":2}}'],
  ['{"a":1,"a":2}', { a: '3' }, '{"a":1,"a":3}'],
  ['{"a":{}}', { 'a.x': 'é' }, '{"a":{"x":"é"}}'],
  ['{ }', { x: '1' }, '{ "x":"1"}'],
  ['{"a":null,"b":"\\u0000"}', { a: 'text', b: '1' }, '{"a":"text","b":"1"}'],
  ['[1, {"a": 2}]', { '1.a': '3' }, '[1, {"a": 3}]'],
  ['a=1&&b', { b: 'x', 'c d': '' }, 'a=1&&b=x&c+d='],
  ['%61=1', { a: '2' }, '%61=2']
])('%s: only the fields change', (before, fields, after) => {
  const edited = setFields({ target: '/in/k', headers: [], body: Buffer.from(before) }, fields)
  expect(Buffer.from(edited.body).toString()).toBe(after)
})

test('bytes that are no UTF-8 stay; without a body the query is edited; what cannot be edited says so', () => {
  const bytes = Buffer.concat([Buffer.from('{"x":"'), Buffer.of(0xff, 0xc3), Buffer.from('","a":1}')])
  const edited = setFields({ target: '/', headers: [], body: bytes }, { a: '2' })
  expect(Buffer.from(edited.body)).toEqual(Buffer.concat([bytes.subarray(0, -2), Buffer.from('2}')]))
  const empty = { target: '/in/k?a=1&b=%zz', headers: [], body: new Uint8Array() }
  expect(setFields(empty, { a: '2', c: '3' }).target).toBe('/in/k?a=2&b=%zz&c=3')
  const gzip = { target: '/', headers: [['Content-Encoding', 'gzip'] as [string, string]], body: bytes }
  expect(() => setFields(gzip, { a: '2' })).toThrow('compressed')
  expect(() => setFields({ target: '/', headers: [], body: Buffer.from('{"a":') }, { a: '2' })).toThrow(
    'not valid JSON'
  )
  expect(() => setFields({ target: '/', headers: [], body: Buffer.from('[]') }, { a: '2' })).toThrow('no place')
  const text = { target: '/', headers: [['Content-Type', 'text/plain'] as [string, string]], body: Buffer.from('a=1') }
  expect(() => setFields(text, { a: '2' })).toThrow('neither a form nor JSON')
})
