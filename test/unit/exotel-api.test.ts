import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp } from '../../src/main/base/http.ts'
import { exotel } from '../../src/main/providers/exotel/index.ts'
import { retryAtOf } from '../../src/main/providers/kit/answer-headers.ts'
import { urlOf } from '../../src/main/providers/kit/exchange.ts'
import { createRateQueue } from '../../src/main/providers/kit/rate-queue.ts'

const kind = 'app-setting'
const credentials = { appId: '2e6440ed-ff62-49d7-bb00-5494b313a863', appSecret: 'canary/app+secret="1"' }
const token = 'Y2FuYXJ5LXRva2VuLTE='
const popup = { key: 'popup', value: 'https://a.example/x' }

type Seen = { method: string; url: string; body: string; authorization: string }
type Said = { status?: number; text?: string; json?: unknown }

test('talks as documented: the token raw, the key encoded in the query', async () => {
  const { api, seen } = await connect(({ url }) =>
    url.endsWith('/token') ? success(token) : success(url.includes('?') ? 'Deleted Successfully' : [])
  )
  await api.create(kind, { key: 'record', value: ' TRUE ' })
  await api.remove(kind, 'a b&c/ü')
  expect(seen.map(one => `${one.method} ${one.url} ${one.authorization}`.trim())).toEqual([
    'POST /v2/integrations/token',
    `POST /v2/integrations/app_setting ${token}`,
    `DELETE /v2/integrations/app_setting?key=a%20b%26c%2F%C3%BC ${token}`
  ])
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    Id: credentials.appId,
    Secret: credentials.appSecret,
    Entity: 'app'
  })
  expect(JSON.parse(seen[1]?.body ?? '')).toEqual({ Key: 'record', Value: 'true' })
})

test('its own test says which app and how many settings', async () => {
  const { api } = await connect(({ url }) => success(url.endsWith('/token') ? token : [{ Key: 'a', Value: 'b' }]))
  expect(await api.test()).toBe('Connected to app 2e64… (1 setting)')
})

test('a provider that echoes everything gets no secret into a fault, whatever it answers', async () => {
  const echoes = [400, 401, 403, 404, 409, 418, 429, 500, 503].flatMap(status => [
    (echo: string): Said => ({ status, json: { Status: 'Failed', Error: echo } }),
    (echo: string): Said => ({ status, text: `<html>${echo}</html>` }),
    (echo: string): Said => ({ status, text: echo })
  ])
  const successes = [
    (echo: string): Said => ({ json: { Status: 'Failed', Error: echo } }),
    (echo: string): Said => ({ json: { Status: 'Success', Data: { text: echo } } }),
    (echo: string): Said => ({ json: { Status: 'Odd', Secret: echo } }),
    (echo: string): Said => ({ text: `<html>${echo}</html>` }),
    (echo: string): Said => ({ text: `{"Data":"${echo}`.slice(0, -9) })
  ]
  const tries = [...echoes, ...successes].map(async say => {
    const echo = (one: Seen) =>
      [
        one.body,
        encodeURIComponent(one.body),
        one.authorization,
        btoa(credentials.appSecret),
        btoa(`user:${credentials.appSecret}`),
        btoa(token),
        token
      ].join(' ')
    const atLogin = await connect(one => say(echo(one)))
    const later = await connect(one => (one.url.endsWith('/token') ? success(token) : say(echo(one))))
    const works = [atLogin, later].flatMap(({ api }) => [
      failureOf(api.list(kind)),
      failureOf(api.create(kind, popup)),
      failureOf(api.remove(kind, 'x'))
    ])
    const failures = await Promise.all(works)
    return JSON.stringify(failures.map(one => one?.report()))
  })
  const told = (await Promise.all(tries)).join('\n')
  expect(told.length).toBeGreaterThan(10_000)
  expect(told).not.toMatch(/canary|Y2FuYXJ5|Y2FuYXJ5LXRva2VuLTE/)
  for (const secret of [btoa(credentials.appSecret), btoa(token), btoa(`user:${credentials.appSecret}`).slice(8, -4)]) {
    expect(told).not.toContain(secret)
  }
}, 60_000)

test('a token reply of another form is a protocol fault without an excerpt', async () => {
  for (const Data of ['', null, { token }, 'with space', ['x']]) {
    const { api } = await connect(() => success(Data))
    const fault = await failureOf(api.list(kind))
    expect(fault?.report()).toMatchObject({ code: 'protocol' })
    expect(fault?.report().excerpt).toBeUndefined()
  }
})

test('a list is whole or a fault: an entry without a key, a repeated key, no array', async () => {
  const one = { Key: 'a', Value: 'b' }
  for (const Data of [[one, { Value: 'x' }], [one, one], null, '', one, {}]) {
    const { api } = await connect(({ url }) => success(url.endsWith('/token') ? token : Data))
    expect((await failureOf(api.list(kind)))?.code).toBe('protocol')
    expect((await failureOf(api.get(kind, 'a')))?.code).toBe('protocol')
  }
})

test('an empty list is empty, an odd value is a text, an extra field does not matter', async () => {
  const wires = [{ Key: 'a', Value: true, AppID: 'x' }, { Key: 'b', Value: null }, { Key: 'c' }]
  const { api } = await connect(({ url }) => success(url.endsWith('/token') ? token : wires))
  expect((await api.list(kind)).map(one => one.settings['value'])).toEqual(['true', '', ''])
  const none = await connect(({ url }) => success(url.endsWith('/token') ? token : []))
  expect(await none.api.list(kind)).toEqual([])
})

test('a refused delete is done only when the whole list shows that the key is gone', async () => {
  const answers = (left: unknown) => (one: Seen) => {
    if (one.url.endsWith('/token')) return success(token)
    return one.method === 'DELETE' ? { status: 400, json: { Status: 'Failed', Error: 'no' } } : (left as Said)
  }
  const gone = await connect(answers(success([])))
  await gone.api.remove(kind, 'a')
  const there = await connect(answers(success([{ Key: 'a', Value: 'b' }])))
  expect((await failureOf(there.api.remove(kind, 'a')))?.code).toBe('refused')
  const unknown = await connect(answers({ status: 200, text: '<html>' }))
  expect((await failureOf(unknown.api.remove(kind, 'a')))?.code).toBe('protocol')
})

test('the refusal names the setting that it is about', async () => {
  const refuses = { status: 400, json: { Status: 'Failed', Error: 'Value is too long' } }
  const { api } = await connect(({ url }) => (url.endsWith('/token') ? success(token) : refuses))
  const report = (await failureOf(api.create(kind, popup)))?.report()
  expect(report).toMatchObject({ field: 'value', message: 'Exotel refused the change: Value is too long' })
})

test('a key is not renamed and a value is not cleared: nothing is sent', async () => {
  const { api, seen } = await connect(() => success(token))
  const renamed = api.update(kind, 'a', { key: 'b' }, { key: 'b', value: 'x' })
  expect((await failureOf(renamed))?.report()).toMatchObject({ code: 'unsupported', field: 'key' })
  const cleared = api.update(kind, 'a', { value: null }, { key: 'a' })
  expect((await failureOf(cleared))?.report()).toMatchObject({ code: 'unsupported', field: 'value' })
  expect(seen).toEqual([])
})

test('an aborted signal cancels what waits for an answer', async () => {
  const abort = new AbortController()
  const { api } = await connect(() => undefined, abort.signal)
  const failure = failureOf(api.list(kind))
  setTimeout(() => abort.abort(), 50)
  expect((await failure)?.code).toBe('cancelled')
})

test('Retry-After is read in seconds and as a date, and nothing else', () => {
  const read = (value: string) => retryAtOf([['retry-AFTER', value]], 1_000_000)
  expect([read('30'), read(' 0 ')]).toEqual([1_030_000, 1_000_000])
  expect(read('Wed, 21 Oct 2099 07:28:00 GMT')).toBe(Date.UTC(2099, 9, 21, 7, 28))
  expect(read('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(1_000_000)
  expect(['', 'soon', '-5', '1.5', 'Wed, nonsense'].filter(value => read(value) !== undefined)).toEqual([])
  expect(retryAtOf([], 0)).toBeUndefined()
})

test('a base URL may have a path and a last slash', () => {
  expect(urlOf('https://a.example/base/ ', '/v2/x', { key: 'a&b' })).toBe('https://a.example/base/v2/x?key=a%26b')
  expect(urlOf('https://a.example', '/v2/x')).toBe('https://a.example/v2/x')
})

test('the rate queue starts no more than the limit allows in one window', async () => {
  const queue = createRateQueue({ requests: 3, perMs: 400, source: '' })
  let started = 0
  const all = Promise.all(Array.from({ length: 5 }, () => queue(async () => void (started += 1))))
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(started).toBe(3)
  await all
  expect(started).toBe(5)
})

function success(Data: unknown): Said {
  return { json: { RequestId: 'r', Status: 'Success', Code: 200, Error: '', Data } }
}

async function failureOf(work: Promise<unknown>): Promise<Fault | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

/** A connection to a server that answers as told; undefined is silence. */
async function connect(say: (seen: Seen) => Said | undefined, signal?: AbortSignal) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void answer(request, response)
  })
  async function answer(request: IncomingMessage, response: ServerResponse) {
    const one = await read(request)
    seen.push(one)
    const said = say(one)
    if (said) response.writeHead(said.status ?? 200).end(said.text ?? JSON.stringify(said.json))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const api = exotel.connect({ baseUrl, credentials, http: client.send, clock: systemClock, signal })
  return { api, seen }
}

async function read(request: IncomingMessage): Promise<Seen> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method = '', url = '', headers } = request
  return { method, url, body, authorization: headers.authorization ?? '' }
}
