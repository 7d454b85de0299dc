import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp } from '../../src/main/base/http.ts'
import { jframework } from '../../src/main/providers/jframework/index.ts'
import { sandboxAccount, sandboxCredentials, services } from '../../src/main/sandbox/jframework/account.ts'
import { startSimulator } from '../helpers/simulator.ts'

const kind = 'sms-integration'
const sms = '/api/v1/app-integrations/sms'
const login = { ...sandboxCredentials.fields, ...sandboxCredentials.secrets }
const canary = 'canary/pass+word="1"'
const whole = {
  name: 'Codes',
  appIntegrationId: services[0]?.id ?? '',
  username: 'AC00000000000000000000000000000003',
  password: canary,
  phoneNumber: '+12025550181',
  status: 'Active'
}

type Seen = { method: string; url: string; headers: Record<string, unknown>; body: string }
type Said = { status?: number; text?: string; json?: unknown; headers?: Record<string, string> }

/** A connection to a server of the test's own. */
async function connect(answer: (one: Seen) => Said, credentials: Record<string, string> = login) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      seen.push(one)
      const { status = 200, text, json, headers = {} } = answer(one)
      response.writeHead(status, { connection: 'close', ...headers }).end(text ?? JSON.stringify(json))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    server.closeAllConnections()
    server.close()
  })
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { seen, api: jframework.connect({ baseUrl, credentials, http: client.send, clock: systemClock }) }
}

/** A connection to the simulator, which is reset for nobody: each test has its own. */
async function connectToSimulator(credentials: Record<string, string> = login) {
  const simulator = await startSimulator(0, 'jframework')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    await simulator.stop()
  })
  const session = { baseUrl: simulator.url, credentials, http: client.send, clock: systemClock }
  const requests = async () => {
    const { counters } = await simulator.control<{ counters: { requests: Record<string, number> } }>('GET', 'state')
    return counters.requests
  }
  return { simulator, requests, api: jframework.connect(session) }
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure
  )
  if (error instanceof Fault) return error
  throw new Error('expected a fault', { cause: error })
}

const success = (data: unknown, status = 200): Said => ({ status, json: { success: true, statusCode: status, data } })
const failure = (status: number, message: string): Said => ({
  status,
  json: { success: false, statusCode: status, errors: [{ code: 'X', message }] }
})
const one = { id: 'i1', appIntegration: { id: 'sTwl' }, ...whole, appIntegrationId: undefined, isDefault: false }

test('talks as documented: brand and key in headers, the whole object in a PUT', async () => {
  const { api, seen } = await connect(() => success(one))
  await api.update(kind, 'a/b c', { name: 'Codes' }, { ...whole, createdDate: '2025-01-01', appIntegrationName: 'T' })
  const [put] = seen
  expect(`${put?.method} ${put?.url}`).toBe(`PUT ${sms}/a%2Fb%20c`)
  expect(put?.headers).toMatchObject({ 'brand-url': sandboxAccount.brandUrl, 'auth-key': sandboxAccount.authKey })
  expect(JSON.parse(put?.body ?? '')).toEqual({ ...whole, description: null, isDefault: false })
})

test('without the password nothing is sent, and the fault says what to do', async () => {
  const { api, seen } = await connect(() => success(one))
  const { password: _, ...open } = whole
  const fault = await faultOf(api.update(kind, 'i1', { name: 'Codes' }, open))
  expect([fault.code, fault.detail.field]).toEqual(['secret-missing', 'password'])
  expect(fault.report().advice).toContain('Enter the password')
  const { appIntegrationId: _id, ...homeless } = whole
  expect((await faultOf(api.update(kind, 'i1', {}, homeless))).code).toBe('unsupported')
  expect(seen).toEqual([])
})

test('the echoed password is in nothing that is read', async () => {
  const { api } = await connect(({ url }) => success(url === sms ? [one] : one))
  const read = [await api.list(kind), await api.get(kind, 'i1')]
  expect(JSON.stringify(read)).not.toContain('canary')
  expect(read[0]).toEqual([read[1]])
})

test.each([
  ['209 with success', { status: 209, json: { success: true, data: one } }, 'forbidden'],
  ['209 without a body', { status: 209, text: '' }, 'forbidden'],
  ['209 with a failure', failure(209, 'Limit.'), 'forbidden'],
  ['200 with success: false', { json: { success: false, message: 'The request failed.' } }, 'refused'],
  ['200 without success', { json: { data: one } }, 'outcome-unknown'],
  ['204', { status: 204, text: '' }, 'outcome-unknown'],
  ['404 as a page', { status: 404, text: '<html>nothing here</html>' }, 'outcome-unknown'],
  ['404 in its own form', failure(404, 'The app integration SMS was not found.'), 'missing-there'],
  ['405', failure(405, 'Not allowed.'), 'refused'],
  ['409', failure(409, 'AppIntegrationUnsupported'), 'conflict-there']
])('an update that is answered with %s is %s', async (_name, said: Said, code) => {
  const { api, seen } = await connect(() => said)
  expect((await faultOf(api.update(kind, 'i1', {}, whole))).code).toBe(code)
  expect(seen).toHaveLength(1)
})

test.each([
  ['200 and true', success(true), undefined],
  ['204', { status: 204, text: '' }, undefined],
  ['200 and false', success(false), 'outcome-unknown'],
  ['200 and a page', { text: '<html>done</html>' }, 'outcome-unknown']
])('a removal that is answered with %s', async (_name, said: Said, code) => {
  const { api } = await connect(() => said)
  const fault = await api.remove(kind, 'i1').then(
    () => undefined,
    (error: unknown) => (error instanceof Fault ? error.code : error)
  )
  expect(fault).toBe(code)
})

test('a 404 that is a page is never "it does not exist"', async () => {
  const { api } = await connect(() => ({ status: 404, text: '<html>proxy</html>' }))
  expect((await faultOf(api.get(kind, 'i1'))).code).toBe('protocol')
  const other = await connect(() => ({ status: 404, json: { error: 'no route' } }))
  expect((await faultOf(other.api.get(kind, 'i1'))).code).toBe('protocol')
})

test('a 429 says until when, by X-RateLimit-Reset', async () => {
  const reset = Math.ceil(Date.now() / 1000) + 50
  const { api, seen } = await connect(() => ({
    ...failure(429, 'API call exceeded rate limit due to too many requests.'),
    headers: { 'X-RateLimit-Limit': '60', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(reset) }
  }))
  const fault = await faultOf(api.list(kind))
  expect([fault.code, fault.detail.retryAtMs]).toEqual(['rate-limited', reset * 1000])
  expect(seen).toHaveLength(1)
})

test('a provider that echoes everything gets no secret into a fault', async () => {
  const secrets = [canary, sandboxAccount.authKey, sandboxAccount.password]
  for (const status of [200, 209, 400, 401, 403, 404, 409, 500, 503]) {
    const { api } = await connect(seen => {
      const echo = `${seen.body} ${String(seen.headers['auth-key'])} ${secrets.join(' ')}`
      return status === 403 ? { status, text: echo } : failure(status, echo)
    })
    const told = JSON.stringify((await faultOf(api.update(kind, 'i1', {}, whole))).report())
    for (const secret of secrets) {
      for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) expect(told).not.toContain(form)
    }
  }
})

test('one id twice in a list is no list', async () => {
  const { api } = await connect(() => success([one, one]))
  expect((await faultOf(api.list(kind))).code).toBe('protocol')
})

test.each(['date', 'unknown'])('a rejected key is renewed with one login (end of the key: %s)', async expiresIn => {
  const { api, simulator, requests } = await connectToSimulator()
  await simulator.control('PUT', 'switches', { expiresIn })
  await api.list(kind)
  expect((await requests())['POST /api/v1/users/auth']).toBeUndefined()
  await simulator.control('POST', 'tokens/expire')
  const id = await api.create(kind, whole)
  await Promise.all([api.list(kind), api.list(kind), api.get(kind, id)])
  expect(await requests()).toMatchObject({ 'POST /api/v1/users/auth': 1, [`POST ${sms}`]: 2 })
  await simulator.control('POST', 'tokens/expire')
  await Promise.all([api.list(kind), api.list(kind), api.get(kind, id)])
  expect((await requests())['POST /api/v1/users/auth']).toBe(2)
})

test('a login that is rejected parks; the entered key is tried first when it is asked again', async () => {
  const { api, simulator, requests } = await connectToSimulator({ ...login, loginPassword: 'wrong' })
  await simulator.control('POST', 'tokens/expire')
  expect((await faultOf(api.test())).code).toBe('auth')
  expect((await requests())['POST /api/v1/users/auth']).toBe(1)
  await simulator.control('POST', 'tokens/restore')
  expect(await api.test()).toBe('Connected to brand.sandbox.example.com (3 SMS integrations)')
  expect((await requests())['POST /api/v1/users/auth']).toBe(1)
})

test('a rejected write for which no new key can be had was not sent, and says so', async () => {
  const { api, simulator } = await connectToSimulator()
  await simulator.control('POST', 'tokens/expire')
  const fault = { type: 'status', status: 500 }
  await simulator.control('POST', 'faults', { match: { route: 'POST /api/v1/users/auth' }, times: 9, fault })
  expect((await faultOf(api.create(kind, whole))).code).toBe('unreachable')
})

test('making one the default is seen at the others', async () => {
  const { api } = await connectToSimulator()
  const before = await api.list(kind)
  const id = await api.create(kind, { ...whole, isDefault: true })
  const defaults = (await api.list(kind)).filter(found => found.settings['isDefault'])
  expect(before.filter(found => found.settings['isDefault'])).toHaveLength(1)
  expect(defaults.map(found => found.remoteId)).toEqual([id])
})

test('a service that is none for SMS is refused with the reason', async () => {
  const { api } = await connectToSimulator()
  const stripe = services.find(known => known.name === 'Stripe')?.id ?? ''
  const conflict = await faultOf(api.create(kind, { ...whole, appIntegrationId: stripe }))
  expect([conflict.code, conflict.message]).toEqual([
    'conflict-there',
    'JFramework says that it conflicts with something there: The app integration is of type PaymentGateway, not SMS.'
  ])
})

test.each([{ errorForm: 'problem' }, { errorText: 'details' }, { nullProperties: 'omitted' }])(
  'a refusal names its field with %j',
  async switches => {
    const { api, simulator } = await connectToSimulator()
    await simulator.control('PUT', 'switches', switches)
    const fault = await faultOf(api.create(kind, { ...whole, phoneNumber: 'MyBrand' }))
    expect([fault.code, fault.detail.field]).toEqual(['refused', 'phoneNumber'])
    expect(fault.message).toBe('JFramework refused the change: The phoneNumber field must follow the E.164 format.')
  }
)

test('the services for SMS are a table', async () => {
  const { api } = await connectToSimulator()
  expect(await api.view?.('providers')).toEqual({
    columns: ['SMS service ID', 'Name', 'Description', 'Web site', 'Status'],
    rows: [
      ['sTwl7GhKq2Pz9RmVw4', 'Twilio', 'Twilio messages', 'https://twilio.com', 'Active'],
      ['sVng3LcXb8Nt5YdJk1', 'Vonage', 'Vonage messages', 'https://vonage.com', 'Active']
    ]
  })
  expect((await faultOf(Promise.resolve(api.view?.('nothing')))).code).toBe('not-found')
})

test('a test message goes out once, with the password from the vault', async () => {
  const { api, simulator, requests } = await connectToSimulator()
  const [first] = await api.list(kind)
  const id = first?.remoteId ?? ''
  const send = (values: Record<string, string>, secrets?: Record<string, string>) =>
    Promise.resolve(api.act?.(kind, id, 'test-message', values, secrets))
  expect(await send({ to: '+1 202 555 0199' }, { password: canary })).toBe(
    'JFramework took the test message to +12025550199'
  )
  const { testMessages } = await simulator.control<{ testMessages: unknown[] }>('GET', 'state')
  expect(testMessages).toEqual([
    {
      serviceId: 'sTwl7GhKq2Pz9RmVw4',
      username: 'AC00000000000000000000000000000001',
      from: '+12025550171',
      to: '+12025550199',
      message: 'This is a test message from Plugboard.'
    }
  ])
  const route = 'POST /api/v1/app-integrations/{id}/sms/test'
  const bad = [
    [{ to: '0123' }, { password: canary }, 'invalid-input', 'to'],
    [{}, { password: canary }, 'invalid-input', 'to'],
    [{ to: '+12025550199' }, {}, 'secret-missing', 'password'],
    [{ to: '+12025550199' }, undefined, 'secret-missing', 'password']
  ] as const
  for (const [values, secrets, code, field] of bad) {
    const fault = await faultOf(send(values, secrets))
    expect([fault.code, fault.detail.field]).toEqual([code, field])
  }
  expect((await requests())[route]).toBe(1)
})

test.each([
  ['401', { type: 'status', status: 401 }, 'auth'],
  ['429', { type: 'status', status: 429, retryAfter: '1' }, 'rate-limited'],
  ['503', { type: 'status', status: 503 }, 'provider-error'],
  ['500 after the work', { type: 'status', status: 500, when: 'after' }, 'provider-error'],
  ['a reset after the work', { type: 'reset-after' }, 'outcome-unknown'],
  ['209', { type: 'status', status: 209 }, 'forbidden']
])('a test message that meets %s is not sent again', async (_name, fault, code) => {
  const { api, simulator, requests } = await connectToSimulator()
  const [first] = await api.list(kind)
  const route = 'POST /api/v1/app-integrations/{id}/sms/test'
  await simulator.control('POST', 'faults', { match: { route }, fault })
  const sent = api.act?.(kind, first?.remoteId ?? '', 'test-message', { to: '+12025550199' }, { password: canary })
  expect((await faultOf(Promise.resolve(sent))).code).toBe(code)
  expect((await requests())[route]).toBe(1)
})
