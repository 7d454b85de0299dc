import { expect, test } from 'vitest'
import { startSimulator } from './sandbox-process.ts'
import type { SandboxState, SimulatorUnderTest } from './sandbox-process.ts'

const path = '/v2/integrations/app_setting'
const body = { Key: 'callback', Value: 'http://127.0.0.1:9/' }

async function isWritten({ control }: SimulatorUnderTest): Promise<boolean> {
  const { settings } = await control<SandboxState>('GET', 'state')
  return settings.some(one => one.Key === 'callback')
}

async function startWithToken() {
  const simulator = await startSimulator()
  return { ...simulator, token: await simulator.token() }
}

test.each([400, 401, 403, 404, 409, 429, 500, 503])('a planned %i strikes before the work, once', async status => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  await simulator.control('POST', 'faults', { match: { method: 'post', path }, fault: { type: 'status', status } })
  expect((await simulator.api('GET', 'app_setting', { token })).status).toBe(200)
  const got = await simulator.api('POST', 'app_setting', { token, body })
  expect([got.status, got.envelope.Status, got.envelope.Code]).toEqual([status, 'Failed', status])
  expect(got.headers.get('retry-after')).toBeNull()
  expect(await isWritten(simulator)).toBe(false)
  expect((await simulator.api('POST', 'app_setting', { token, body })).status).toBe(200)
})

test('Retry-After is sent as planned, in seconds or as a date', async () => {
  const { api, control } = await startWithToken()
  for (const retryAfter of ['2', 'Wed, 21 Oct 2026 07:28:00 GMT']) {
    await control('POST', 'faults', { fault: { type: 'status', status: 503, retryAfter } })
    expect((await api('GET', 'app')).headers.get('retry-after')).toBe(retryAfter)
  }
})

test('a 500 after the work leaves the change there', async () => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  await simulator.control('POST', 'faults', { fault: { type: 'status', status: 500, when: 'after' } })
  expect((await simulator.api('POST', 'app_setting', { token, body })).status).toBe(500)
  expect(await isWritten(simulator)).toBe(true)
})

test('faults wait for their turn, strike as often as planned and can be called off', async () => {
  const { api, control, token } = await startWithToken()
  const fault = { type: 'status', status: 401 }
  const { faults } = await control<{ faults: unknown[] }>('POST', 'faults', [{ skip: 1, times: 2, fault }])
  expect(faults).toHaveLength(1)
  const statuses: number[] = []
  for (let count = 0; count < 4; count += 1) statuses.push((await api('GET', 'app', { token })).status)
  expect(statuses).toEqual([200, 401, 401, 200])
  await control('POST', 'faults', { times: 9, fault })
  await control('DELETE', 'faults')
  expect((await api('GET', 'app', { token })).status).toBe(200)
})

test('HTML comes instead of JSON, and a document comes in half, each as a whole HTTP answer', async () => {
  const { api, control, token } = await startWithToken()
  await control('POST', 'faults', [{ fault: { type: 'html' } }, { fault: { type: 'truncated' } }])
  const html = await api('GET', 'app_setting', { token })
  expect([html.status, html.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(html.text).toContain('<html>')
  const half = await api('GET', 'app_setting', { token })
  expect(half.status).toBe(200)
  expect(half.text).toMatch(/^\{"RequestId"/)
  expect(() => JSON.parse(half.text) as unknown).toThrow(SyntaxError)
})

test('a body is cut off with its connection', async () => {
  const { api, control, token } = await startWithToken()
  await control('POST', 'faults', { fault: { type: 'truncated', how: 'connection' } })
  await expect(api('GET', 'app_setting', { token })).rejects.toThrow('terminated')
})

test.each([
  ['reset-before', false],
  ['reset-after', true]
])('%s breaks the connection; the change is there: %s', async (type, written) => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  await simulator.control('POST', 'faults', { fault: { type } })
  await expect(simulator.api('POST', 'app_setting', { token, body })).rejects.toThrow('fetch failed')
  expect(await isWritten(simulator)).toBe(written)
})

test.each([
  ['before', false],
  ['after', true]
])('a time-out %s the work leaves the client without an answer; the change is there: %s', async (when, written) => {
  const simulator = await startSimulator()
  const token = await simulator.token()
  await simulator.control('POST', 'faults', { fault: { type: 'timeout', when } })
  const request = fetch(`${simulator.url}${path}`, {
    method: 'POST',
    headers: { authorization: token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(1_000)
  })
  await expect(request).rejects.toThrow('timeout')
  expect(await isWritten(simulator)).toBe(written)
  const { log } = await simulator.control<SandboxState>('GET', 'state')
  expect(log.at(-1)).toMatchObject({ method: 'POST', status: null, fault: 'timeout' })
})

test.each([
  [404, 404],
  [200, 200]
])('by switch an unknown key is answered with %i', async (unknownKey, status) => {
  const { api, control, token } = await startWithToken()
  await control('PUT', 'switches', { unknownKey })
  for (const method of ['GET', 'DELETE']) {
    const got = await api(method, 'app_setting?key=nobody', { token })
    expect([got.status, got.envelope.Status, got.envelope.Code]).toEqual([status, 'Failed', status])
  }
})

test('by switch the Data of a failure is empty or absent and its Error is a JSON text', async () => {
  const { api, control } = await startWithToken()
  const failed = async () => (await api('GET', 'app')).envelope
  expect((await failed()).Data).toBeNull()
  await control('PUT', 'switches', { failureData: 'empty' })
  expect((await failed()).Data).toBe('')
  await control('PUT', 'switches', { failureData: 'absent', failureError: 'json' })
  expect(await failed()).not.toHaveProperty('Data')
  expect(JSON.parse((await failed()).Error)).toMatchObject({ http_code: 401, response: { error_data: { code: 1010 } } })
  await control('DELETE', 'switches')
  expect((await failed()).Data).toBeNull()
})

test('by switch Bearer is taken, beside the raw token', async () => {
  const { api, control, token } = await startWithToken()
  await control('PUT', 'switches', { bearer: true })
  expect((await api('GET', 'app', { token: `Bearer ${token}` })).status).toBe(200)
  expect((await api('GET', 'app', { token })).status).toBe(200)
  expect((await api('GET', 'app', { token: 'Bearer made-up' })).status).toBe(401)
})

test('by switch POST of a key that exists is refused', async () => {
  const { api, control, token } = await startWithToken()
  await control('PUT', 'switches', { upsert: false })
  expect((await api('POST', 'app_setting', { token, body })).status).toBe(200)
  expect((await api('POST', 'app_setting', { token, body: { ...body, Value: 'other' } })).status).toBe(400)
  const { settings } = await control<SandboxState>('GET', 'state')
  expect(settings).toContainEqual(body)
})

test('by switch too many requests are refused with the time to wait', async () => {
  const { api, control, token } = await startWithToken()
  await control('PUT', 'switches', { rateLimit: { requests: 2, perMs: 60_000 } })
  const answers = []
  for (let count = 0; count < 3; count += 1) answers.push(await api('GET', 'app', { token }))
  expect(answers.map(got => got.status)).toEqual([200, 200, 429])
  expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(answers[2]?.envelope).toMatchObject({ Status: 'Failed', Code: 429 })
  await control('PUT', 'switches', { rateLimit: null })
  expect((await api('GET', 'app', { token })).status).toBe(200)
})

test('by switch every answer takes its time', async () => {
  const { url, control } = await startWithToken()
  await control('PUT', 'switches', { latencyMs: 30_000 })
  await expect(fetch(`${url}${path}`, { signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout')
  await control('PUT', 'switches', { latencyMs: 0 })
  expect((await fetch(`${url}${path}`)).status).toBe(401)
})

test('a switch that does not exist is refused and changes nothing', async () => {
  const { control } = await startWithToken()
  const before = await control('GET', 'switches')
  await expect(control('PUT', 'switches', { upsert: false, unknownSwitch: 1 })).rejects.toThrow('400')
  await expect(control('PUT', 'switches', { unknownKey: 418 })).rejects.toThrow('400')
  expect(await control('GET', 'switches')).toEqual(before)
})
