import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp, type HttpAnswer, type HttpClient, type HttpRequest } from '../../src/main/base/http.ts'
import { opentact } from '../../src/main/providers/opentact/index.ts'
import { plantedPerson, sandboxAccount } from '../../src/main/sandbox/opentact/account.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

const kind = 'messaging-profile'
const login = { email: sandboxAccount.email, password: sandboxAccount.password }
const profile = (number: number) => `0c5d1e2f-0000-4000-aaaa-00000000000${number}`
const orders = profile(2)

let simulator: Simulator
let client: HttpClient
let sent: HttpRequest[] = []

beforeAll(async () => {
  simulator = await startSimulator(0, 'opentact')
  client = createHttp()
})
afterAll(async () => {
  await client?.close()
  await simulator?.stop()
})
beforeEach(async () => {
  await simulator.control('POST', 'reset')
  sent = []
})

function connect(credentials: Record<string, string> = login) {
  const http = (request: HttpRequest) => {
    sent.push(request)
    return client.send(request)
  }
  return opentact.connect({ baseUrl: simulator.url, credentials, http, clock: systemClock })
}

/** A service that always answers this. */
function connectTo(answer: Partial<HttpAnswer> & { json?: unknown }) {
  const text = answer.json === undefined ? '' : JSON.stringify(answer.json)
  const http = async () => ({ status: 200, headers: [], text, ...answer })
  return opentact.connect({ baseUrl: 'https://a.example', credentials: { token: 'k' }, http, clock: systemClock })
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.catch((failure: unknown) => failure)
  if (error instanceof Fault) return error
  throw new Error('expected a fault', { cause: error })
}

test('logs in with Basic, goes on with the token in X-Auth-Token, and puts neither into a URL', async () => {
  await connect().list(kind)
  const basic = Buffer.from(`${login.email}:${login.password}`).toString('base64')
  const [first, second] = sent
  expect(first).toMatchObject({ method: 'GET', headers: { authorization: `Basic ${basic}` } })
  expect(second?.headers?.['x-auth-token']).toMatch(/^ey/)
  expect(second?.headers?.['authorization']).toBeUndefined()
  expect(sent.map(one => one.url.replace(simulator.url, ''))).toEqual(['/rest/auth', '/rest/profile/messaging'])
})

test('a long-lived key goes as Bearer, without a login, also where there is a password', async () => {
  const api = connect({ ...login, token: sandboxAccount.key })
  const id = await api.create(kind, { name: 'By key' })
  await api.update(kind, id, { stickySender: true }, { name: 'By key', stickySender: true })
  await api.remove(kind, id)
  const proofs = new Set(sent.map(one => one.headers?.['authorization']))
  expect([...proofs]).toEqual([`Bearer ${sandboxAccount.key}`])
  expect(await api.test()).toBe('Connected to OpenTACT with the long-lived key (3 messaging profiles)')
})

test('a key that is rejected is not tried again, and stands in no message', async () => {
  await simulator.control('POST', 'tokens/expire', { keys: true })
  const fault = await faultOf(connect({ token: sandboxAccount.key }).list(kind))
  expect(fault.code).toBe('auth')
  expect(JSON.stringify(fault.report())).not.toContain(sandboxAccount.key)
  expect(sent).toHaveLength(1)
  await simulator.control('POST', 'tokens/restore')
  expect(await connect({ token: sandboxAccount.key }).list(kind)).toHaveLength(3)
})

test('who made and changed a profile is dropped, secrets, telephone, date of birth and all', async () => {
  const api = connect()
  const views = [await api.view?.('leases', orders), await api.view?.('numbers')]
  const read = JSON.stringify([await api.list(kind), await api.get(kind, orders), ...views])
  expect(read).toContain('Order updates')
  const planted = [plantedPerson.password, plantedPerson.token, plantedPerson.email, plantedPerson.phone_number]
  for (const value of [...planted, plantedPerson.dob, login.email]) expect(read).not.toContain(value)
})

test('nor do they get into a fault, when an answer is not understood', async () => {
  const person = { ...plantedPerson, account: { email: 'canary@example.com' } }
  const api = connectTo({ json: { success: true, payload: [{ uuid: 7, created_by: person, account: person }] } })
  const { code, detail } = await faultOf(api.list(kind))
  expect(code).toBe('protocol')
  expect(detail.excerpt).toContain('payload')
  const told = JSON.stringify(detail)
  expect(told).not.toMatch(/canary|planted|555|1990/i)
})

test('a list in pages is read to its end; one that ends early or repeats itself is no list', async () => {
  for (let number = 0; number < 130; number += 1) await simulator.control('PUT', 'profiles', { name: `seed ${number}` })
  await simulator.control('PUT', 'switches', { lists: 'pages' })
  expect(await connect().list(kind)).toHaveLength(133)
  const page = (data: unknown[]) => connectTo({ json: { success: true, payload: { total: 3, data } } })
  expect((await faultOf(page([]).list(kind))).message).toContain('0 of 3')
  expect((await faultOf(page([{ uuid: 'a' }]).list(kind))).message).toContain('more than once')
})

test('a 2xx that says success: false is a refusal; nothing is taken for done without success: true', async () => {
  const refused = connectTo({ json: { success: false, message: 'because', fields: { 'params.name': {} } } })
  const fault = await faultOf(refused.create(kind, { name: 'a' }))
  expect(fault.report()).toMatchObject({ code: 'refused', field: 'name' })
  expect((await faultOf(refused.list(kind))).code).toBe('protocol')
  const silent = connectTo({ json: {} })
  expect((await faultOf(silent.remove(kind, orders))).code).toBe('outcome-unknown')
  const mute = connectTo({ text: '' })
  expect((await faultOf(mute.update(kind, orders, { name: 'a' }, { name: 'a' }))).code).toBe('outcome-unknown')
  await connectTo({ status: 204 }).remove(kind, orders)
})

test('a web page with status 404 does not mean that a profile is gone', async () => {
  const api = connectTo({ status: 404, text: '<html>nothing here</html>' })
  expect((await faultOf(api.get(kind, orders))).code).toBe('protocol')
  expect((await faultOf(api.remove(kind, orders))).code).toBe('outcome-unknown')
})

test('a redirect is not followed with credentials', async () => {
  await simulator.control('PUT', 'switches', { redirectPlainHttp: true })
  expect((await faultOf(connect().list(kind))).code).toBe('protocol')
  expect(sent).toHaveLength(1)
})

test('the provider’s refusal names the setting', async () => {
  const fault = await faultOf(connect().create(kind, { name: 'a', longCodeWeight: 10 }))
  expect(fault.report()).toMatchObject({ code: 'refused', field: 'longCodeWeight' })
  expect(fault.message).toContain('min 0 max 9')
})

test('a switch or a weight cannot be without a value; nothing is sent', async () => {
  const fault = await faultOf(connect().update(kind, orders, { numberPool: null }, { name: 'Order updates' }))
  expect(fault.report()).toMatchObject({ code: 'unsupported', field: 'numberPool' })
  expect(sent).toHaveLength(0)
})

for (const word of ['tnlease', 'leases', 'lease']) {
  test(`the numbers of a profile are found under /${word}, in pages too`, async () => {
    await simulator.control('PUT', 'switches', { leaseWords: [word], lists: 'pages' })
    const table = await connect().view?.('leases', orders)
    expect(table?.columns[0]).toBe('Number')
    expect(table?.rows.map(([number]) => number)).toEqual(['+12013046585', '+12013046586'])
  })
}

test('all numbers are shown with their profile', async () => {
  const table = await connect().view?.('numbers')
  expect(table?.rows.map(row => row.slice(0, 2).join(' '))).toEqual([
    '+12013046585 Order updates',
    '+12013046586 Order updates',
    '+12013046590 Marketing',
    '+18885550142 Default'
  ])
  expect((await faultOf(connect().view?.('users') ?? Promise.resolve())).code).toBe('not-found')
})

test('a number is moved to another profile by its name or its id', async () => {
  const api = connect()
  const move = async (from: string, values: Record<string, string>) => api.act?.(kind, from, 'move-number', values)
  expect(await move(orders, { number: '+1 (201) 304-6585', profile: 'Marketing' })).toBe(
    '+12013046585 belongs to "Marketing" now'
  )
  expect(await move(orders, { number: '12013046586', profile: profile(3) })).toContain('Marketing')
  expect((await api.view?.('leases', profile(3)))?.rows).toHaveLength(3)
  const writes = sent.filter(one => one.method === 'PATCH')
  expect(writes.map(one => one.body)).toEqual(Array(2).fill(`{"messaging_profile_uuid":"${profile(3)}"}`))
})

test('a number is not moved from a profile that has it not, nor to one that is unknown, unclear or the same', async () => {
  await simulator.control('PUT', 'profiles', { name: 'Twice' })
  await simulator.control('PUT', 'profiles', { name: 'Twice' })
  const number = '+12013046585'
  const tries = [
    { number: '+12013046590', profile: 'Marketing' },
    { number, profile: 'Nowhere' },
    { number, profile: 'Twice' },
    { number, profile: 'Order updates' }
  ]
  const api = connect()
  const faults = []
  for (const values of tries)
    faults.push((await faultOf(api.act?.(kind, orders, 'move-number', values) ?? Promise.resolve())).report())
  expect(faults.map(({ code, field }) => `${code} ${field}`)).toEqual([
    'invalid-input number',
    'invalid-input profile',
    'invalid-input profile',
    'invalid-input profile'
  ])
  expect(sent.filter(one => one.method === 'PATCH')).toEqual([])
})
