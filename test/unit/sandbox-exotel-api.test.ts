import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { sandboxAccount } from '../../src/main/sandbox/exotel/account.ts'
import { createExotelSimulator } from '../../src/main/sandbox/exotel/simulator.ts'
import { appLogin, customerLogin, startSimulator } from './sandbox-process.ts'
import type { SandboxState, SimulatorUnderTest } from './sandbox-process.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const owner = { CustomerID: sandboxAccount.customerId, AppID: sandboxAccount.appId }

async function listed(simulator: SimulatorUnderTest, token: string): Promise<unknown> {
  return (await simulator.api('GET', 'app_setting', { token })).envelope.Data
}

test('a token is random, looks like base64 of a UUID and opens the app', async () => {
  const simulator = await startSimulator()
  const got = await simulator.api('POST', 'token', { body: appLogin })
  expect(got.status).toBe(200)
  expect(got.envelope).toMatchObject({ Status: 'Success', Code: 200, Error: '' })
  expect(got.envelope.RequestId).toMatch(uuid)
  const token = String(got.envelope.Data)
  expect(Buffer.from(token, 'base64').toString()).toMatch(uuid)
  expect(Buffer.from(token, 'base64').toString()).not.toBe(sandboxAccount.appId)
  expect(await simulator.token()).not.toBe(token)
  expect((await simulator.api('GET', 'app', { token })).status).toBe(200)
})

test('a token request is refused for a wrong id, secret or entity and for what is missing', async () => {
  const { api } = await startSimulator()
  const statusOf = async (body: unknown) => (await api('POST', 'token', { body })).status
  expect(await statusOf({ ...appLogin, Secret: 'wrong' })).toBe(401)
  expect(await statusOf({ ...appLogin, Id: sandboxAccount.customerId })).toBe(401)
  expect(await statusOf({ ...appLogin, Entity: 'customer' })).toBe(401)
  expect(await statusOf({ ...appLogin, Entity: 'user' })).toBe(400)
  expect(await statusOf({ Id: appLogin.Id, Entity: 'app' })).toBe(400)
  expect(await statusOf({ ...appLogin, Secret: 5 })).toBe(400)
  const got = await api('POST', 'token', { body: { ...appLogin, Secret: 'wrong' } })
  expect(got.envelope).toMatchObject({ Status: 'Failed', Code: 401, Data: null })
  expect(got.envelope.Error).not.toBe('')
})

test('settings need a living token of the app, raw in the header', async () => {
  const simulator = await startSimulator()
  const statusOf = async (token?: string) => (await simulator.api('GET', 'app_setting', { token })).status
  const token = await simulator.token()
  const customer = await simulator.api('POST', 'token', { body: customerLogin })
  expect(customer.status).toBe(200)
  expect(await statusOf(token)).toBe(200)
  expect(await statusOf()).toBe(401)
  expect(await statusOf('')).toBe(401)
  expect(await statusOf('made-up')).toBe(401)
  expect(await statusOf(`Bearer ${token}`)).toBe(401)
  expect(await statusOf(String(customer.envelope.Data))).toBe(401)
  await simulator.control('POST', 'tokens/expire')
  expect(await statusOf(token)).toBe(401)
  expect(await statusOf(await simulator.token())).toBe(200)
})

test('a token lives 90 days', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const simulator = createExotelSimulator({ clock: { ...systemClock, now: () => nowMs } })
  const ask = async (method: string, path: string, headers: Record<string, string>, body = '') => {
    const request = { method, path, headers, query: new URLSearchParams(), body: Buffer.from(body) }
    const answer = await simulator.handle(request)
    if (answer.kind !== 'reply') throw new Error('no reply')
    return { status: answer.reply.status, data: (JSON.parse(answer.reply.body) as { Data: unknown }).Data }
  }
  const json = { 'content-type': 'application/json' }
  const { data } = await ask('POST', '/v2/integrations/token', json, JSON.stringify(appLogin))
  const read = () => ask('GET', '/v2/integrations/app_setting', { authorization: String(data) })
  nowMs += 90 * 86_400_000 - 1
  expect((await read()).status).toBe(200)
  nowMs += 1
  expect((await read()).status).toBe(401)
  simulator.close()
})

test('a newcomer finds four settings, in an array, each with its owner', async () => {
  const simulator = await startSimulator()
  expect(await listed(simulator, await simulator.token())).toEqual([
    { ...owner, Key: 'popup', Value: 'https://crm.example.com/popup' },
    { ...owner, Key: 'record', Value: 'false' },
    { ...owner, Key: 'missedCall', Value: 'https://crm.example.com/missed' },
    { ...owner, Key: 'crmTheme', Value: 'blue' }
  ])
})

test('POST makes and replaces a setting and echoes what was sent', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  for (const Value of ['http://127.0.0.1:9/one?a=1&b=ü', 'http://127.0.0.1:9/two']) {
    const got = await simulator.api('POST', 'app_setting', { token, body: { Key: 'callback', Value } })
    expect(got.status).toBe(200)
    expect(got.envelope.Data).toEqual({ ...owner, Key: 'callback', Value })
    const read = await simulator.api('GET', 'app_setting?key=callback', { token })
    expect(read.envelope.Data).toEqual({ ...owner, Key: 'callback', Value })
  }
  const { counters } = await simulator.control<SandboxState>('GET', 'state')
  expect(counters.changes).toEqual({ created: 1, updated: 1, deleted: 0 })
})

test('both strings are required, and nothing else is taken', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  const bodies = [
    { Key: 'a' },
    { Value: 'a' },
    { Key: '', Value: 'a' },
    { Key: 'a', Value: '' },
    { Key: 'a', Value: true },
    { Key: 7, Value: 'a' },
    { Key: 'a', Value: null },
    { key: 'a', value: 'a' },
    { Key: 'a', Value: 'a', AppID: sandboxAccount.appId },
    [],
    null,
    'text'
  ]
  const before = await listed(simulator, token)
  for (const body of bodies) {
    const got = await simulator.api('POST', 'app_setting', { token, body })
    expect([body, got.status, got.envelope.Status, got.envelope.Code]).toEqual([body, 400, 'Failed', 400])
  }
  expect(await listed(simulator, token)).toEqual(before)
})

test('a wrong content type, broken JSON and broken UTF-8 are bad input', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  const raw = JSON.stringify({ Key: 'a', Value: 'b' })
  const statusOf = async (sent: { raw: string; headers?: Record<string, string> }) =>
    (await simulator.api('POST', 'app_setting', { token, ...sent })).status
  expect(await statusOf({ raw, headers: { 'content-type': 'text/plain' } })).toBe(400)
  expect(await statusOf({ raw, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toBe(400)
  expect(await statusOf({ raw: raw.slice(0, -1) })).toBe(400)
  expect(await statusOf({ raw: ' ' })).toBe(400)
  expect(await statusOf({ raw, headers: { 'content-type': 'application/json; charset=utf-8' } })).toBe(200)
  const response = await fetch(`${simulator.url}/v2/integrations/app_setting`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: Buffer.from([...Buffer.from('{"Key":"a","Value":"'), 0xff, ...Buffer.from('"}')])
  })
  expect(response.status).toBe(400)
})

test.each([
  ['key in the query', 'app_setting?key=record', undefined],
  ['Key in the query', 'app_setting?Key=record', undefined],
  ['Key in the body', 'app_setting', { Key: 'record' }]
])('DELETE takes %s', async (_how, path, body) => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  const got = await simulator.api('DELETE', path, { token, body })
  expect([got.status, got.envelope.Data]).toEqual([200, 'Deleted Successfully'])
  const keys = ((await listed(simulator, token)) as { Key: string }[]).map(one => one.Key)
  expect(keys).toEqual(['popup', 'missedCall', 'crmTheme'])
})

test('an unknown or missing key is a 400, Key in the query is read too, and the empty list is an array', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  const get = await simulator.api('GET', 'app_setting?key=nobody', { token })
  expect([get.status, get.envelope.Status, get.envelope.Data]).toEqual([400, 'Failed', null])
  expect((await simulator.api('DELETE', 'app_setting?key=nobody', { token })).status).toBe(400)
  expect((await simulator.api('DELETE', 'app_setting', { token })).status).toBe(400)
  expect((await simulator.api('GET', 'app_setting?key=', { token })).status).toBe(400)
  const read = await simulator.api('GET', 'app_setting?Key=record', { token })
  expect(read.envelope.Data).toEqual({ ...owner, Key: 'record', Value: 'false' })
  for (const key of ['popup', 'record', 'missedCall', 'crmTheme']) {
    await simulator.api('DELETE', `app_setting?key=${key}`, { token })
  }
  expect(await listed(simulator, token)).toEqual([])
})

test('keys with odd characters come back as they were sent', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  for (const Key of ['a&b=c', 'ключ/1', '__proto__', 'constructor', ' spaced + plus ', '%2F']) {
    await simulator.api('POST', 'app_setting', { token, body: { Key, Value: Key } })
    const path = `app_setting?key=${encodeURIComponent(Key)}`
    expect((await simulator.api('GET', path, { token })).envelope.Data).toEqual({ ...owner, Key, Value: Key })
    expect((await simulator.api('DELETE', path, { token })).status).toBe(200)
  }
})

test('the app comes with its secrets, and users come in pages', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  const app = await simulator.api('GET', 'app', { token })
  expect(app.envelope.Data).toMatchObject({ AppID: sandboxAccount.appId, AppSecret: sandboxAccount.appSecret })
  const page = async (query: string) => (await simulator.api('GET', `usermapping${query}`, { token })).envelope.Data
  const first = (await page('?last_value=0&page_size=2')) as { Users: { AppUserId: string }[]; LastValue: number }
  const second = (await page(`?last_value=${first.LastValue}&page_size=2`)) as typeof first
  const ids = [...first.Users, ...second.Users].map(user => user.AppUserId)
  expect(ids).toEqual(['agent-01', 'agent-02', 'agent-03'])
  expect(await page('?user_id=agent-02')).toMatchObject({
    AppUserId: 'agent-02',
    CustomerId: sandboxAccount.customerId
  })
  expect((await simulator.api('GET', 'usermapping?page_size=many', { token })).status).toBe(400)
  expect((await simulator.api('GET', 'usermapping')).status).toBe(401)
})

test('an unknown path or method is a plain 404', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  for (const [method, path] of [
    ['GET', 'nothing'],
    ['PUT', 'app_setting'],
    ['GET', 'app_setting/popup']
  ] as const) {
    const got = await simulator.api(method, path, { token })
    expect([got.status, got.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8'])
  }
})

test('malformed input, foreign hosts and pages are refused and the simulator goes on', async () => {
  const simulator = await startSimulator()
  const port = Number(new URL(simulator.url).port)
  const host = `127.0.0.1:${port}`
  const first = (text: string) => statusLine(port, text)
  expect(await first('NONSENSE\r\n\r\n')).toContain(' 400 ')
  expect(await first(`GET http://${host}/v2/integrations/app HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain(' 400 ')
  expect(await first('GET /__sandbox/state HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toContain(' 403 ')
  expect(await first('GET /__sandbox/health HTTP/1.0\r\n\r\n')).toContain(' 403 ')
  expect(await first(`GET / HTTP/1.1\r\nHost: ${host}\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toContain(' 4')
  const page = await fetch(`${simulator.url}/__sandbox/tokens/expire`, {
    method: 'POST',
    headers: { origin: 'https://evil.example' }
  })
  expect(page.status).toBe(403)
  const big = JSON.stringify({ Key: 'a', Value: 'x'.repeat(300_000) })
  const length = Buffer.byteLength(big)
  const head = `POST /v2/integrations/app_setting HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${length}\r\n\r\n`
  expect(await first(head + big)).toContain(' 413 ')
  const nonsense = [null, 'text', {}, { fault: { type: 'flood' } }, { fault: { type: 'status', status: 500 }, time: 2 }]
  for (const body of nonsense) {
    await expect(simulator.control('POST', 'faults', body)).rejects.toThrow('400')
  }
  await expect(simulator.control('GET', 'nothing')).rejects.toThrow('404')
  expect(await simulator.control('GET', 'health')).toEqual({ ok: true, provider: 'exotel', pid: simulator.pid })
})

test('requests are counted and logged without what they carried', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  await simulator.api('POST', 'app_setting', {
    token,
    body: { Key: 'callback', Value: 'http://canary:pass@localhost/' }
  })
  await simulator.api('GET', 'app_setting?key=callback&note=canary', { token })
  await simulator.api('GET', 'elsewhere', { token })
  const { counters, log } = await simulator.control<SandboxState>('GET', 'state')
  expect(counters.requests).toEqual({
    'POST /v2/integrations/token': 1,
    'POST /v2/integrations/app_setting': 1,
    'GET /v2/integrations/app_setting': 1,
    other: 1
  })
  expect(log.map(({ method, status, key }) => [method, status, key])).toEqual([
    ['POST', 200, undefined],
    ['POST', 200, undefined],
    ['GET', 200, 'callback'],
    ['GET', 404, undefined]
  ])
  for (const secret of ['canary', token, appLogin.Secret]) expect(JSON.stringify(log)).not.toContain(secret)
  for (let count = 0; count < 210; count += 1) await simulator.api('GET', 'app', { token })
  expect((await simulator.control<SandboxState>('GET', 'state')).log).toHaveLength(200)
})

test('somebody else can edit at the provider, and everything can start anew', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  const seeded = await listed(simulator, token)
  await simulator.control('PUT', 'settings', { Key: 'record', Value: 'true' })
  await simulator.control('PUT', 'settings', { Key: 'crmTheme', Value: null })
  await simulator.control('PUT', 'settings', { Key: 'streaming', Value: 'wss://media.example.com/a' })
  const { settings, counters } = await simulator.control<SandboxState>('GET', 'state')
  expect(Object.fromEntries(settings.map(({ Key, Value }) => [Key, Value]))).toEqual({
    popup: 'https://crm.example.com/popup',
    record: 'true',
    missedCall: 'https://crm.example.com/missed',
    streaming: 'wss://media.example.com/a'
  })
  expect(counters.changes).toEqual({ created: 0, updated: 0, deleted: 0 })
  await simulator.control('POST', 'reset')
  expect((await simulator.api('GET', 'app_setting', { token })).status).toBe(401)
  expect(await listed(simulator, await simulator.token())).toEqual(seeded)
})

function statusLine(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    socket.once('data', data => {
      resolve(data.toString('latin1').split('\r\n')[0] ?? '')
      socket.destroy()
    })
    socket.once('error', reject)
  })
}
