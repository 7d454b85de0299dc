import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp, type HttpRequest } from '../../src/main/base/http.ts'
import { ocamba } from '../../src/main/providers/ocamba/index.ts'
import { sandboxAccount, sandboxCredentials } from '../../src/main/sandbox/ocamba/account.ts'
import { createOcambaSimulator } from '../../src/main/sandbox/ocamba/simulator.ts'
import { startSimulator } from '../helpers/simulator.ts'

const kind = 'integration'
const token = 'canary/token+1="x"'
const fresh = {
  provider: 'twilio_sms',
  name: 'Alerts',
  status: 'active',
  account_sid: 'AC1',
  auth_token: token,
  default_phone_number: '+14155552671'
}

type State = {
  values: Record<string, Record<string, string>>
  counters: { requests: Record<string, number>; tests: number }
}

async function connect(apiKey = sandboxCredentials.secrets.apiKey) {
  const simulator = await startSimulator(0, 'ocamba')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    await simulator.stop()
  })
  const sent: HttpRequest[] = []
  const http = (request: HttpRequest) => {
    sent.push(request)
    return client.send(request)
  }
  const api = ocamba.connect({ baseUrl: simulator.url, credentials: { apiKey }, http, clock: systemClock })
  const state = () => simulator.control<State>('GET', 'state')
  return { api, sent, simulator, state }
}

async function faultOf(work: Promise<unknown> | undefined): Promise<Fault> {
  const error = await work?.then(
    () => undefined,
    (failure: unknown) => failure
  )
  if (!(error instanceof Fault)) throw new Error('expected a fault', { cause: error })
  return error
}

test('talks as documented: the key as Bearer, the id of the provider from the list, pages of a hundred', async () => {
  const { api, sent, simulator } = await connect()
  const id = await api.create(kind, fresh)
  await api.list(kind)
  expect(sent.map(one => `${one.method} ${one.url.slice(simulator.url.length)}`)).toEqual([
    'GET /v1/hood/providers?page=1%2C100',
    'POST /v1/hood/integrations',
    'GET /v1/hood/integrations?page=1%2C100'
  ])
  expect(new Set(sent.map(one => one.headers?.['authorization']))).toEqual(new Set([`Bearer ${sandboxAccount.apiKey}`]))
  expect(JSON.parse(sent[1]?.body ?? '')).toEqual({
    name: 'Alerts',
    status: 'active',
    provider_id: '1000',
    settings: { account_sid: 'AC1', auth_token: token, default_phone_number: '+14155552671' }
  })
  expect(id).toMatch(/^\d+$/)
})

test('each of the seven can be created, read and changed', async () => {
  const { api, simulator } = await connect()
  const mail = { default_sender_email: 'a@example.com', default_sender_name: 'A' }
  const own = { sending_domain: 'mail.example.com', port: '587', username: 'u', password: token }
  const all = {
    twilio_sms: { account_sid: 'AC1', auth_token: token, default_phone_number: '+14155552671' },
    custom_email_provider: { ...mail, ...own },
    mandrill_email: { ...mail, api_key: token, smtp_username: 'x', default_reply_to_email: 'b@example.com' },
    sendgrid_email: { ...mail, api_key: token },
    mitto_sms: { sender_name: 'Shop' },
    mailgun_email: { api_key: token, domain: 'mg.example.com', sender_email: 'a@example.com', sender_name: 'A' },
    telegram: { auth_token: token, chat_id: '-100123' }
  }
  const { values: before } = await simulator.control<State>('GET', 'state')
  for (const [provider, settings] of Object.entries(all)) {
    const whole = { provider, name: `One ${provider}`, status: 'inactive', ...settings }
    const id = await api.create(kind, whole)
    const open = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== token))
    expect((await api.get(kind, id))?.settings).toEqual({ ...open, effective_status: 'inactive', is_default: false })
    await api.update(kind, id, { status: 'active' }, {})
    expect((await api.get(kind, id))?.settings).toMatchObject({ ...open, status: 'active' })
  }
  const { values } = await simulator.control<State>('GET', 'state')
  expect(Object.keys(values)).toHaveLength(Object.keys(before).length + 7)
})

test('an integration of a provider that nobody knows is listed, without its settings', async () => {
  const { api } = await connect()
  const stranger = (await api.list(kind)).find(one => one.settings['name'] === 'Pigeon post')
  expect(stranger?.settings).toEqual({
    provider: 'pigeon_sms',
    name: 'Pigeon post',
    status: 'inactive',
    effective_status: 'inactive',
    is_default: false
  })
  const refused = await faultOf(api.create(kind, { provider: 'pigeon_sms', name: 'x', status: 'active' }))
  expect([refused.code, refused.detail.field]).toEqual(['unsupported', 'provider'])
})

test('name and status need no secret; a setting without the secret is refused here and nothing is sent', async () => {
  const { api, sent, state } = await connect()
  const id = await api.create(kind, fresh)
  const { auth_token: _, ...seen } = fresh
  sent.length = 0
  await api.update(kind, id, { name: 'News' }, { ...seen, name: 'News' })
  const fault = await faultOf(api.update(kind, id, { account_sid: 'AC2' }, { ...seen, account_sid: 'AC2' }))
  expect([fault.code, fault.detail.field]).toEqual(['secret-missing', 'auth_token'])
  expect(sent.map(one => one.body)).toEqual(['{"name":"News"}'])
  expect((await state()).values[id]).toMatchObject({ name: 'News', account_sid: 'AC1' })
})

test('a list that does not come whole is a fault, never shorter', async () => {
  const { api, simulator } = await connect()
  await simulator.control('PUT', 'switches', { pageSize: 1 })
  expect(await api.list(kind)).toHaveLength(3)
  const half = { type: 'truncated', how: 'json' }
  const match = { route: 'GET /v1/hood/integrations' }
  await simulator.control('POST', 'faults', { match, skip: 2, times: 9, fault: half })
  expect((await faultOf(api.list(kind))).code).toBe('protocol')
})

test.each([
  [
    'too few',
    [
      { total: 3, items: ['1', '2'] },
      { total: 3, items: [] }
    ]
  ],
  ['one twice', [{ total: 2, items: ['1', '1'] }]],
  ['too many', [{ total: 1, items: ['1', '2'] }]],
  ['none, of one', [{ total: '1', items: [] }]]
])('a list with %s is not believed', async (_name, pages) => {
  let page = 0
  const api = ocamba.connect({
    baseUrl: 'http://127.0.0.1:9',
    credentials: { apiKey: 'k' },
    clock: systemClock,
    async http() {
      const { total, items } = pages[page++] ?? { total: 0, items: [] }
      const provider = { id: '1', type: 'sms', name: 'mitto' }
      const all = items.map(id => ({ id, name: id, status: 'active', provider, settings: {} }))
      return { status: 200, headers: [], text: JSON.stringify({ total, items: all }) }
    }
  })
  expect(await faultOf(api.list(kind))).toMatchObject({
    code: 'protocol',
    message: expect.stringContaining('complete')
  })
})

test('a create without an id in its answer is found by its name and provider, or its outcome is unknown', async () => {
  const { api, simulator } = await connect()
  await simulator.control('PUT', 'switches', { createAnswer: 'empty' })
  await simulator.control('POST', 'integrations', {
    name: 'Alerts',
    provider_id: '1001',
    settings: { sender_name: 'x' }
  })
  const id = await api.create(kind, fresh)
  expect((await api.get(kind, id))?.settings).toMatchObject({ provider: 'twilio_sms', name: 'Alerts' })
  const match = { route: 'GET /v1/hood/integrations' }
  await simulator.control('POST', 'faults', { match, times: 9, fault: { type: 'status', status: 500 } })
  expect((await faultOf(api.create(kind, { ...fresh, name: 'Others' }))).code).toBe('outcome-unknown')
})

test('for want of the list of providers nothing is sent', async () => {
  const { api, simulator, state } = await connect()
  const match = { route: 'GET /v1/hood/providers' }
  await simulator.control('POST', 'faults', { match, times: 9, fault: { type: 'html' } })
  expect((await faultOf(api.create(kind, fresh))).code).toBe('unreachable')
  expect((await state()).counters.requests['POST /v1/hood/integrations']).toBeUndefined()
})

test('where nothing can be deleted it says so plainly', async () => {
  const { api, simulator } = await connect()
  await simulator.control('PUT', 'switches', { remove: 'not-offered' })
  const [first] = await api.list(kind)
  const fault = await faultOf(api.remove(kind, first?.remoteId ?? ''))
  expect(fault).toMatchObject({ code: 'refused', message: expect.stringContaining('still there') })
})

test('a 404 that is a web page does not mean that it is gone', async () => {
  const { api, simulator } = await connect()
  const [first] = await api.list(kind)
  const match = { route: 'GET /v1/hood/integrations/{id}' }
  await simulator.control('POST', 'faults', { match, times: 9, fault: { type: 'html', status: 404 } })
  expect((await faultOf(api.get(kind, first?.remoteId ?? ''))).code).toBe('protocol')
})

test('the test message goes with the secrets of the vault, and says what became of the status', async () => {
  const { api, sent, simulator, state } = await connect()
  const id = await api.create(kind, fresh)
  const values = { recipient: '+4915112345678' }
  const missing = await faultOf(api.act?.(kind, id, 'test-notification', values, {}))
  expect([missing.code, missing.detail.field]).toEqual(['secret-missing', 'auth_token'])
  expect((await state()).counters.tests).toBe(0)
  const said = await api.act?.(kind, id, 'test-notification', values, { auth_token: token })
  expect(said).toBe('Ocamba took a test message to +4915112345678. Its effective status is now active.')
  const body = sent.find(one => one.url.endsWith('/test-notification'))?.body ?? ''
  expect(JSON.parse(body)).toEqual({
    recipient: '+4915112345678',
    integration: {
      name: 'Alerts',
      status: 'active',
      provider_id: '1000',
      settings: { account_sid: 'AC1', auth_token: token, default_phone_number: '+14155552671' }
    }
  })
  await simulator.control('PUT', 'switches', { testResult: 'failed' })
  const failed = await faultOf(api.act?.(kind, id, 'test-notification', values, { auth_token: token }))
  expect(failed.code).toBe('refused')
  expect((await faultOf(api.act?.(kind, id, 'other', values, {}))).code).toBe('not-found')
})

test('the view of providers shows ids, names and settings', async () => {
  const { api } = await connect()
  const table = await api.view?.('providers')
  expect(table?.columns).toEqual(['ID', 'Name', 'Type', 'In Plugboard', 'Settings'])
  expect(table?.rows[0]).toEqual([
    '1000',
    'twilio',
    'sms',
    'Twilio (SMS)',
    'account_sid, auth_token, default_phone_number'
  ])
  expect(table?.rows.at(-1)?.[3]).toBe('not known here')
  expect((await faultOf(api.view?.('other'))).code).toBe('not-found')
})

test('it starts no more than ten requests in a second, so that a provider that counts them has none to refuse', async () => {
  const startsMs: number[] = []
  const api = ocamba.connect({
    baseUrl: 'http://127.0.0.1:9',
    credentials: { apiKey: 'k' },
    clock: systemClock,
    async http() {
      startsMs.push(performance.now())
      return { status: 404, headers: [], text: '{"code":404,"title":"Not found."}' }
    }
  })
  await Promise.all(Array.from({ length: 11 }, () => api.get(kind, '1161')))
  expect((startsMs[10] ?? 0) - (startsMs[0] ?? 0)).toBeGreaterThan(1_000)
  expect(await statusesAt(startsMs)).toEqual(startsMs.map(() => 200))
  expect((await statusesAt(startsMs.map(() => 0))).at(-1)).toBe(429)
})

/** What the simulator answers to requests that arrive at these times: no machine's load is between. */
async function statusesAt(timesMs: number[]): Promise<unknown[]> {
  let nowMs = 0
  const simulator = createOcambaSimulator({ clock: { ...systemClock, now: () => nowMs } })
  const headers = { authorization: `Bearer ${sandboxAccount.apiKey}`, 'content-type': 'application/json' }
  const ask = async (method: string, path: string, body = '') => {
    const request = { method, path, query: new URLSearchParams(), headers, body: Buffer.from(body) }
    const answer = await simulator.handle(request)
    return answer.kind === 'reply' ? answer.reply.status : answer.kind
  }
  await ask('PUT', '/__sandbox/switches', '{"paced":true}')
  const statuses: unknown[] = []
  for (const atMs of timesMs) {
    nowMs = atMs
    statuses.push(await ask('GET', '/v1/hood/integrations'))
  }
  simulator.close()
  return statuses
}

test('a 429 is told with when to come back, also without a header', async () => {
  const { api, simulator } = await connect()
  const [first] = await api.list(kind)
  const id = first?.remoteId ?? ''
  await simulator.control('PUT', 'switches', { rateLimit: { requests: 0, perMs: 60_000 } })
  const timed = await faultOf(api.update(kind, id, { name: 'x' }, {}))
  expect([timed.code, (timed.detail.retryAtMs ?? 0) > 0]).toEqual(['rate-limited', true])
  await simulator.control('PUT', 'switches', { retryAfter: false })
  const bare = await faultOf(api.update(kind, id, { name: 'x' }, {}))
  expect([bare.code, bare.detail.retryAtMs]).toEqual(['rate-limited', undefined])
})

test('a secret that a refusal repeats is in no fault', async () => {
  const { api, simulator } = await connect()
  const match = { route: 'POST /v1/hood/integrations' }
  const fault = { type: 'status', status: 400, message: `bad token ${token} of ${sandboxAccount.apiKey}` }
  await simulator.control('POST', 'faults', { match, fault })
  const report = JSON.stringify((await faultOf(api.create(kind, fresh))).report())
  expect(report).toContain('bad token')
  expect(report).not.toContain('canary')
  expect(report).not.toContain(sandboxAccount.apiKey)
})

const mail = {
  provider: 'sendgrid_email',
  name: 'Offers',
  status: 'active',
  api_key: token,
  default_sender_email: 'offers@shop.example.com',
  default_sender_name: 'Shop'
}
/** Settings that Ocamba has for the provider and that no page tells of; the second is a secret. */
const foreign = { ip_pool: 'offers', webhook_key: 'canary+foreign/key=1' }

async function withForeign(settings: Record<string, string> = foreign) {
  const connected = await connect()
  const { provider: _provider, name, status, ...own } = mail
  const seeded = { name, status, provider_id: '1004', settings: { ...own, ...settings } }
  const { id } = await connected.simulator.control<{ id: string }>('POST', 'integrations', seeded)
  const patches = () => connected.sent.filter(one => one.method === 'PATCH')
  return { ...connected, id, patches }
}

test.each(['merge', 'replace'])('a setting that is not known here survives an update that would %s', async how => {
  const { api, simulator, state, id } = await withForeign()
  await simulator.control('PUT', 'switches', { settingsUpdate: how })
  const before = (await state()).values[id]
  const seen = await api.get(kind, id)
  expect(JSON.stringify(seen)).not.toMatch(/offers"|canary/)
  await api.update(kind, id, { default_sender_name: 'Outlet' }, { ...mail, default_sender_name: 'Outlet' })
  expect((await state()).values[id]).toEqual({ ...before, default_sender_name: 'Outlet' })
})

test('what is not known here is read again where the update does not follow a read of the integration', async () => {
  const { api, sent, simulator, state, id } = await withForeign()
  await simulator.control('PUT', 'switches', { settingsUpdate: 'replace' })
  const other = await api.create(kind, fresh)
  await api.get(kind, id)
  await api.get(kind, other)
  sent.length = 0
  await api.update(kind, id, { default_sender_name: 'Outlet' }, { ...mail, default_sender_name: 'Outlet' })
  await api.update(kind, id, { default_sender_name: 'Sale' }, { ...mail, default_sender_name: 'Sale' })
  expect(sent.map(one => one.method)).toEqual(['GET', 'PATCH', 'GET', 'PATCH'])
  expect((await state()).values[id]).toMatchObject({ ip_pool: 'offers', default_sender_name: 'Sale' })
})

test('name and status go alone: nothing else of the integration is read or sent', async () => {
  const { api, sent, id } = await withForeign()
  await api.update(kind, id, { name: 'Sales' }, { ...mail, name: 'Sales' })
  expect(sent.map(one => [one.method, one.body])).toEqual([['PATCH', '{"name":"Sales"}']])
})

test('a setting whose value Ocamba hides is neither overwritten with its mask nor lost: the change is not sent', async () => {
  const { api, simulator, patches, id } = await withForeign()
  await simulator.control('PUT', 'switches', { secrets: 'mask' })
  const changed = { ...mail, default_sender_name: 'Outlet' }
  const fault = await faultOf(api.update(kind, id, { default_sender_name: 'Outlet' }, changed))
  expect(fault).toMatchObject({ code: 'unsupported', message: expect.stringContaining('webhook_key') as string })
  expect(patches()).toEqual([])
  await api.update(kind, id, { status: 'inactive' }, { ...mail, status: 'inactive' })
  expect(patches()).toHaveLength(1)
})

test('the value of a setting that is not known here is in no fault', async () => {
  const { api, simulator, id } = await withForeign()
  const route = 'PATCH /v1/hood/integrations/{id}'
  const fault = { type: 'status', status: 400, message: `No ${foreign.webhook_key} here.` }
  await simulator.control('POST', 'faults', { match: { route }, times: 1, fault })
  const changed = { ...mail, default_sender_name: 'Outlet' }
  const report = (await faultOf(api.update(kind, id, { default_sender_name: 'Outlet' }, changed))).report()
  expect(report.code).toBe('refused')
  expect(JSON.stringify(report)).not.toContain('canary')
})
