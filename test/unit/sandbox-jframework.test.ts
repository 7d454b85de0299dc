import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { sandboxAccount, seededPasswords } from '../../src/main/sandbox/jframework/account.ts'
import { createJframeworkSimulator } from '../../src/main/sandbox/jframework/simulator.ts'
import { startSimulatorProcess } from '../helpers/simulator.ts'
import { makeFolder, startReceiver } from './sandbox-process.ts'

const sms = 'app-integrations/sms'
const body = {
  appIntegrationId: 'sTwl7GhKq2Pz9RmVw4',
  name: 'Alerts',
  username: 'AC00000000000000000000000000000005',
  password: 'canary-own-password',
  phoneNumber: '+12025550185',
  description: 'To the team',
  status: 'Active',
  isDefault: true
}

type Envelope = {
  success: boolean
  statusCode: number
  message: string
  data: unknown
  errors: { code: string; message?: string; details?: string; correlationId: string }[]
}
type Shown = {
  id: string
  name: string
  isDefault: boolean
  password: string
  description?: string | null
  status: string
}

async function start(args: string[] = []) {
  const { child, url } = await startSimulatorProcess(['--provider', 'jframework', ...args])
  onTestFinished(() => child.stop())
  const brand = { 'Brand-URL': sandboxAccount.brandUrl }
  const own = { ...brand, 'Auth-Key': sandboxAccount.authKey }

  async function api(method: string, path: string, sent?: unknown, headers: Record<string, string> = own) {
    const response = await fetch(`${url}/api/v1/${path}`, {
      method,
      headers: { ...(sent !== undefined && { 'content-type': 'application/json' }), ...headers },
      body: sent === undefined ? undefined : JSON.stringify(sent)
    })
    const text = await response.text()
    const envelope = (text === '' ? {} : JSON.parse(text)) as Envelope
    return { status: response.status, headers: response.headers, envelope }
  }
  async function control<T = unknown>(method: string, path: string, sent?: unknown): Promise<T> {
    const response = await fetch(`${url}/__sandbox/${path}`, { method, body: JSON.stringify(sent) })
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }
  const listed = async () => (await api('GET', sms)).envelope.data as Shown[]
  return { url, child, api, control, listed, brand }
}

test('needs the brand and a key; a login gives another with the date of its end', async () => {
  const { api, control, brand } = await start()
  const statusOf = async (headers: Record<string, string>) => (await api('GET', sms, undefined, headers)).status
  expect(await statusOf({})).toBe(401)
  expect(await statusOf(brand)).toBe(401)
  expect(await statusOf({ 'Auth-Key': sandboxAccount.authKey })).toBe(401)
  expect(await statusOf({ ...brand, 'Auth-Key': 'wrong' })).toBe(401)
  const { username, password } = sandboxAccount
  expect((await api('POST', 'users/auth', { username, password: 'no' }, brand)).status).toBe(401)
  expect((await api('POST', 'users/auth', { username }, brand)).status).toBe(400)
  const { envelope } = await api('POST', 'users/auth', { username, password }, brand)
  const { authKey, expiresIn } = envelope.data as { authKey: string; expiresIn: string }
  expect(Date.parse(expiresIn)).toBeGreaterThan(Date.now())
  expect(await statusOf({ ...brand, 'Auth-Key': authKey })).toBe(200)
  expect(await control('POST', 'tokens/expire')).toEqual({ expired: 2 })
  expect(await statusOf({ ...brand, 'Auth-Key': authKey })).toBe(401)
  expect(await statusOf({ ...brand, 'Auth-Key': sandboxAccount.authKey })).toBe(401)
  await control('POST', 'tokens/restore')
  expect(await statusOf({ ...brand, 'Auth-Key': sandboxAccount.authKey })).toBe(200)
})

test('creates with 201, lists a plain array with the password in clear, replaces as a whole, deletes with true', async () => {
  const { api, listed, control } = await start()
  const made = await api('POST', sms, body)
  expect(made).toMatchObject({ status: 201, envelope: { success: true, statusCode: 201, errors: [] } })
  const { id, password } = made.envelope.data as Shown
  expect(id).toMatch(/^[A-Za-z0-9]{18}$/)
  expect(password).toBe(body.password)
  expect((await listed()).filter(one => one.isDefault).map(one => one.id)).toEqual([id])
  const { description: _, status: _status, isDefault: _default, ...required } = body
  const replaced = await api('PUT', `${sms}/${id}`, required)
  expect(replaced.envelope.data).toMatchObject({ description: null, status: 'Inactive', isDefault: false })
  await api('PUT', `${sms}/${id}`, body)
  await control('PUT', 'switches', { omitted: 'keep' })
  const kept = await api('PUT', `${sms}/${id}`, required)
  expect(kept.envelope.data).toMatchObject({ description: 'To the team', status: 'Active', isDefault: true })
  expect((await api('PUT', `${sms}/${id}`, { name: 'x' })).status).toBe(400)
  const deleted = await api('DELETE', `${sms}/${id}`)
  expect([deleted.status, deleted.envelope.data]).toEqual([200, true])
  const gone = await api('GET', `${sms}/${id}`)
  expect([gone.status, gone.envelope.errors[0]?.code]).toEqual([404, 'AppIntegrationSMSNotFound'])
  expect((await api('PATCH', `${sms}/${id}`, {})).status).toBe(405)
})

test.each([
  [{ name: '' }, ['The name field is required.']],
  [
    { phoneNumber: '0123', username: 5 },
    ['The username field must be a string.', 'The phoneNumber field must follow the E.164 format.']
  ],
  [{ status: '0 - Inactive' }, ['The status field is not valid.']],
  [{ isDefault: 'yes' }, ['The isDefault field must be true or false.']],
  [{ more: 1 }, ['The more field is not known.']]
])('refuses %j with one entry for each field', async (given, messages) => {
  const { api } = await start()
  const { status, envelope } = await api('POST', sms, { ...body, ...given })
  expect([status, envelope.errors.map(one => one.message)]).toEqual([400, messages])
})

test('switches: numbers as status, masked passwords, problem+json, details, nulls left out, 204', async () => {
  const { api, control, listed } = await start()
  await control('PUT', 'switches', { statusNumbers: true, password: 'masked', deleteAnswer: 204 })
  const made = await api('POST', sms, { ...body, status: '0 - Inactive', isDefault: false, description: null })
  expect(made.envelope.data).toMatchObject({ status: 'Inactive', password: '********', description: null })
  await control('PUT', 'switches', { nullProperties: 'omitted', exclusiveDefault: false })
  const { id } = made.envelope.data as Shown
  expect((await listed()).find(one => one.id === id)).not.toHaveProperty('description')
  await api('PUT', `${sms}/${id}`, body)
  expect((await listed()).filter(one => one.isDefault)).toHaveLength(2)
  expect((await api('DELETE', `${sms}/${id}`)).status).toBe(204)
  await control('PUT', 'switches', { errorForm: 'problem' })
  const problem = await api('POST', sms, { ...body, name: '' })
  expect(problem.headers.get('content-type')).toContain('application/problem+json')
  expect(problem.envelope.errors).toEqual({ Name: ['The name field is required.'] })
  await control('PUT', 'switches', { errorText: 'details' })
  expect((await api('GET', `${sms}/none`)).envelope.errors[0]).toMatchObject({
    details: 'The app integration SMS was not found.'
  })
})

test('sixty requests a minute, then 429 with its three headers; a new minute goes on', async () => {
  let nowMs = Date.UTC(2026, 0, 1)
  const simulator = createJframeworkSimulator({ clock: { ...systemClock, now: () => nowMs } })
  const headers = { 'brand-url': sandboxAccount.brandUrl, 'auth-key': sandboxAccount.authKey }
  const ask = async () => {
    const request = {
      method: 'GET',
      path: `/api/v1/${sms}`,
      headers,
      query: new URLSearchParams(),
      body: Buffer.from('')
    }
    const answer = await simulator.handle(request)
    if (answer.kind !== 'reply') throw new Error('no reply')
    return answer.reply
  }
  for (let count = 0; count < 60; count += 1) expect((await ask()).status).toBe(200)
  nowMs += 30_000
  const refused = await ask()
  expect(refused.status).toBe(429)
  expect(refused.headers).toMatchObject({
    'X-RateLimit-Limit': '60',
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': String(Date.UTC(2026, 0, 1, 0, 1) / 1000)
  })
  expect(JSON.parse(refused.body)).toMatchObject({ errors: [{ code: 'RateLimitExceeded' }], data: null })
  nowMs += 30_000
  expect((await ask()).status).toBe(200)
  simulator.close()
})

test('no password and no key stands in the file or the shown state; after a restart a password reads masked', async () => {
  const folder = await makeFolder()
  const file = join(folder, 'state.json')
  const first = await start(['--state', file])
  const { username, password } = sandboxAccount
  const login = await first.api('POST', 'users/auth', { username, password }, first.brand)
  const { authKey } = login.envelope.data as { authKey: string }
  const made = await first.api('POST', sms, body)
  const shown = JSON.stringify(await first.control('GET', 'state'))
  const text = await readFile(file, 'utf8')
  for (const secret of [body.password, authKey, password, ...Object.values(seededPasswords)]) {
    expect(text).not.toContain(secret)
    expect(shown).not.toContain(secret)
  }
  await first.child.stop()
  const second = await start(['--state', file])
  const { id } = made.envelope.data as Shown
  expect((await second.listed()).find(one => one.id === id)?.password).toBe('********')
  expect((await second.api('GET', sms, undefined, { ...second.brand, 'Auth-Key': authKey })).status).toBe(200)
})

test('somebody else makes, edits and deletes; that is not counted as the client’s', async () => {
  const { control, listed } = await start()
  const { id } = await control<{ id: string }>('POST', 'integrations', { name: 'By hand' })
  await control('PATCH', 'integrations', { id, isDefault: true, phoneNumber: '+12025550100' })
  expect((await listed()).filter(one => one.isDefault).map(one => one.name)).toEqual(['By hand'])
  await control('DELETE', 'integrations', { id })
  expect(await listed()).toHaveLength(3)
  const { counters } = await control<{ counters: { changes: Record<string, number> } }>('GET', 'state')
  expect(counters.changes).toEqual({ created: 0, updated: 0, deleted: 0 })
})

test('Twilio calls back in the name of an integration, signed with its password', async () => {
  const { control } = await start()
  const { caught, url } = await startReceiver()
  const { deliveries } = await control<{ deliveries: { status: number }[] }>('POST', 'events', {
    url: `${url}/in/abc`,
    event: 'delivered'
  })
  expect(deliveries.map(one => one.status)).toEqual([200])
  expect(caught[0]?.body).toContain('MessageStatus=delivered')
})
