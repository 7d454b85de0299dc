import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { sandboxAccount } from '../../src/main/sandbox/opentact/account.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

type Got = { status: number; body: { success?: boolean; payload?: unknown; fields?: object; message?: string } }
type Delivery = { url: string; status: number | null }
type Seen = { path: string; body: Record<string, unknown> }

const profiles = '/rest/profile/messaging'
let simulator: Simulator

beforeAll(async () => {
  simulator = await startSimulator(0, 'opentact')
})
afterAll(() => simulator?.stop())
beforeEach(() => simulator.control('POST', 'reset'))

async function ask(method: string, path: string, options: { headers?: object; body?: unknown } = {}): Promise<Got> {
  const response = await fetch(`${simulator.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...options.headers },
    body: options.body === undefined ? undefined : JSON.stringify(options.body)
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Got['body']) }
}

const byKey = { authorization: `Bearer ${sandboxAccount.key}` }

async function logIn(): Promise<string> {
  const basic = Buffer.from(`${sandboxAccount.email}:${sandboxAccount.password}`).toString('base64')
  const { body } = await ask('GET', '/rest/auth', { headers: { authorization: `Basic ${basic}` } })
  return (body.payload as { token: string }).token
}

/** Answers `status` to everything below `/bad`, else 200. */
async function startReceiver() {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) as Seen['body'] })
      response.writeHead(request.url?.startsWith('/bad') ? 500 : 200).end('{"success":true}')
    })
  })
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('a login gives a token of a day, which is taken in a header and in the query; the rest is 401', async () => {
  const token = await logIn()
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    iat: number
    exp: number
  }
  expect(claims.exp - claims.iat).toBe(86_400)
  const tries = [
    ask('GET', profiles, { headers: { 'x-auth-token': token } }),
    ask('GET', `${profiles}?jwt=${token}`),
    ask('GET', profiles, { headers: byKey }),
    ask('GET', `${profiles}?bearer=${sandboxAccount.key}`),
    ask('GET', profiles),
    ask('GET', profiles, { headers: { 'x-auth-token': sandboxAccount.key } })
  ]
  expect((await Promise.all(tries)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 401, 401])
  expect((await ask('GET', profiles)).body).toEqual({ success: false, message: 'Unauthorized', status: 401 })
  await simulator.control('POST', 'tokens/expire')
  expect((await ask('GET', profiles, { headers: { 'x-auth-token': token } })).status).toBe(401)
})

test('a long-lived key is shown once and works; no state shows a key, a token or a password', async () => {
  const made = await ask('POST', '/rest/token', { headers: byKey, body: { name: 'ci', ttl: 60 } })
  const { token } = made.body.payload as { token: string }
  expect(token).toMatch(/^[A-Za-z0-9]{48}$/)
  expect((await ask('GET', profiles, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200)
  const listed = await ask('GET', '/rest/token/list', { headers: byKey })
  const state = await simulator.control('GET', 'state')
  for (const secret of [token, sandboxAccount.key, sandboxAccount.password, await logIn()])
    expect(JSON.stringify([listed, state])).not.toContain(secret)
})

test('what is not documented is refused with the field', async () => {
  const bodies = [
    {},
    { name: '' },
    { name: 'a', callback_url: 'http://ab' },
    { name: 'a', number_pool_enable: 'https://a.example/x' },
    { name: 'a', long_code_weight: 10 },
    { name: 'a', colour: 'blue' }
  ]
  const got = await Promise.all(bodies.map(body => ask('POST', profiles, { headers: byKey, body })))
  expect(got.map(({ status, body }) => `${status} ${Object.keys(body.fields ?? {}).join()}`)).toEqual([
    '400 params.name',
    '400 params.name',
    '400 params.callback_url',
    '400 params.number_pool_enable',
    '400 params.long_code_weight',
    '400 params.colour'
  ])
})

test('both spellings of the weight are taken, one is given', async () => {
  const body = { name: 'a', toll_free_weight: 4 }
  const { status, body: made } = await ask('POST', profiles, { headers: byKey, body })
  expect(status).toBe(201)
  expect(made.payload).toMatchObject({ tollfree_weight: 4, long_code_weight: 0, callback_url: null })
})

test('a number moves with its SMS subscription too', async () => {
  const { body } = await ask('POST', '/rest/lease/tn/12013046585/subscription/sms', {
    headers: byKey,
    body: { messaging_profile: '0c5d1e2f-0000-4000-aaaa-000000000003', sms_campaign: 'C1' }
  })
  expect(body.payload).toMatchObject({ type: 'sms', sms_campaign: { campaignId: 'C1' } })
  const leases = await ask('GET', `${profiles}/0c5d1e2f-0000-4000-aaaa-000000000003/tnlease`, { headers: byKey })
  expect(leases.body.payload).toHaveLength(2)
})

test('an SMS goes to the first address, else once to the second; an address of its own goes first', async () => {
  const { seen, url } = await startReceiver()
  const uuid = '0c5d1e2f-0000-4000-aaaa-000000000002'
  const send = async (order: object) => {
    const answer = await simulator.control<{ deliveries: Delivery[] }>('POST', 'events', {
      number: '+12013046585',
      ...order
    })
    return answer.deliveries.map(one => `${one.url.replace(url, '')} ${one.status}`)
  }
  await simulator.control('PUT', 'profiles', { uuid, callback_url: `${url}/first`, callback_url2: `${url}/second` })
  expect(await send({})).toEqual(['/first 200'])
  await simulator.control('PUT', 'profiles', { uuid, callback_url: `${url}/bad` })
  expect(await send({})).toEqual(['/bad 500', '/second 200'])
  expect(await send({ customUrl: `${url}/own` })).toEqual(['/own 200'])
  expect(seen[0]?.body).toMatchObject({ state: 'success', from: '+12025550123', to: '+12013046585' })
  await simulator.control('PUT', 'switches', { callbackShape: 'telnyx' })
  await send({ direction: 'outbound' })
  expect(seen.at(-1)?.body).toMatchObject({ data: { event_type: 'message.finalized' } })
})

test('a sent SMS is told to the profile of its sender', async () => {
  const { seen, url } = await startReceiver()
  await simulator.control('PUT', 'profiles', {
    uuid: '0c5d1e2f-0000-4000-aaaa-000000000002',
    callback_url: `${url}/first`
  })
  const body = { from: '12013046585', to: 12025550123, message: 'Hello' }
  const { status, body: sent } = await ask('POST', '/rest/sms', { headers: byKey, body })
  expect(status).toBe(201)
  expect(sent.payload).toMatchObject({ state: 'created', type: 'smso' })
  await expect.poll(() => seen[0]?.body['state']).toBe('sent')
})
