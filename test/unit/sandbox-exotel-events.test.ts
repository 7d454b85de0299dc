import { expect, test } from 'vitest'
import { exotelCallbacks } from '../../src/main/providers/exotel/callbacks.ts'
import { sandboxAccount } from '../../src/main/sandbox/exotel/account.ts'
import { startReceiver, startSimulator, waitUntil } from './sandbox-process.ts'
import type { Caught, Deliveries, SimulatorUnderTest } from './sandbox-process.ts'

const documentedFields = [
  'CustomerId AppId CallSid ExotelAccountSid DialWhomNumber AppUserID VirtualNumber Direction CallStatus CallState',
  'ToNumber FromNumber TotalDuration CallRecordings AccountDomain TicketId CallDetail StartTime CreatedAt UpdatedAt'
].flatMap(line => line.split(' '))

type Event = Record<string, unknown>

async function point(simulator: SimulatorUnderTest, urls: Record<string, string | null>): Promise<void> {
  for (const [Key, Value] of Object.entries(urls)) await simulator.control('PUT', 'settings', { Key, Value })
}

function eventsOf(caught: { body: string }[]): Event[] {
  return caught.map(one => JSON.parse(one.body) as Event)
}

test('an outbound call tells the callback URL twice: active, then terminal', async () => {
  const simulator = await startSimulator()
  const receiver = await startReceiver()
  await point(simulator, { callback: `${receiver.url}/in/exotel?x=1` })
  const placed = await simulator.control<Deliveries>('POST', 'calls', { to: '+12025550142' })
  expect(placed.deliveries).toEqual([
    { event: 'callback active', url: `${receiver.url}/in/exotel?x=1`, attempt: 1, status: 200 },
    { event: 'callback terminal', url: `${receiver.url}/in/exotel?x=1`, attempt: 1, status: 200 }
  ])
  expect(receiver.caught.map(({ method, path, contentType }) => [method, path, contentType])).toEqual([
    ['POST', '/in/exotel?x=1', 'application/json'],
    ['POST', '/in/exotel?x=1', 'application/json']
  ])
  const [active, terminal] = eventsOf(receiver.caught)
  for (const event of [active, terminal]) {
    expect(Object.keys(event ?? {}).sort()).toEqual([...documentedFields, 'EndTime'].sort())
    expect(event).toMatchObject({
      CallSid: placed.callSid,
      CustomerId: sandboxAccount.customerId,
      AppId: sandboxAccount.appId,
      Direction: 'outbound',
      ToNumber: '+12025550142'
    })
  }
  expect(placed.callSid).toMatch(/^[0-9a-f]{32}$/)
  expect(active).toMatchObject({ CallState: 'active', CallStatus: 'busy', TotalDuration: 0 })
  expect(terminal).toMatchObject({ CallState: 'terminal', CallStatus: 'free', TotalDuration: 42 })
})

test('without a callback URL nothing is sent', async () => {
  const simulator = await startSimulator()
  expect((await simulator.control<Deliveries>('POST', 'calls', { to: '+12025550142' })).deliveries).toEqual([])
})

test.each([
  ['completed', 'hangup'],
  ['missed', 'missed']
])('an inbound call that is %s tells popup, then %s', async (outcome, last) => {
  const simulator = await startSimulator()
  const { url, caught } = await startReceiver()
  const urls = { popup: `${url}/popup`, incomingCallHangup: `${url}/hangup`, missedCall: `${url}/missed` }
  await point(simulator, { ...urls, callback: `${url}/callback` })
  const call = { to: '+12025550190', from: '+12025550177', direction: 'inbound', outcome }
  await simulator.control('POST', 'calls', call)
  expect(caught.map(one => one.path)).toEqual(['/popup', `/${last}`])
  const [ringing, over] = eventsOf(caught)
  expect(Object.keys(ringing ?? {}).sort()).toEqual([...documentedFields].sort())
  expect(ringing).toMatchObject({ Direction: 'inbound', CallState: 'active', FromNumber: '+12025550177' })
  expect(over).toMatchObject({ CallState: 'terminal', CallSid: ringing?.CallSid })
})

test('a refused event is sent again, twice at most, and then the next one goes out', async () => {
  const simulator = await startSimulator()
  const receiver = await startReceiver([500, 302, 404, 503, 200])
  await point(simulator, { callback: receiver.url })
  await simulator.control('PUT', 'switches', { callbackRetryDelaysMs: [10, 10] })
  const { deliveries } = await simulator.control<Deliveries>('POST', 'calls', { to: '+12025550142' })
  expect(deliveries.map(({ event, attempt, status }) => [event, attempt, status])).toEqual([
    ['callback active', 1, 500],
    ['callback active', 2, 302],
    ['callback active', 3, 404],
    ['callback terminal', 1, 503],
    ['callback terminal', 2, 200]
  ])
  expect(new Set(receiver.caught.slice(0, 3).map(one => one.body)).size).toBe(1)
})

test('silence and a closed port are named, and tried again by switch', async () => {
  const simulator = await startSimulator()
  const silent = await startReceiver([0])
  await simulator.control('PUT', 'switches', { callbackTimeoutMs: 100, callbackRetryDelaysMs: [5] })
  await point(simulator, { callback: silent.url })
  const first = await simulator.control<Deliveries>('POST', 'calls', { to: '+12025550142' })
  expect(first.deliveries.map(({ attempt, status, error }) => [attempt, status, error])).toEqual([
    [1, null, 'no answer within 100 ms'],
    [2, null, 'no answer within 100 ms'],
    [1, null, 'no answer within 100 ms'],
    [2, null, 'no answer within 100 ms']
  ])
  await simulator.control('PUT', 'switches', { callbackRetryDelaysMs: [] })
  await point(simulator, { callback: 'http://127.0.0.1:1/' })
  const second = await simulator.control<Deliveries>('POST', 'calls', { to: '+12025550142' })
  expect(second.deliveries[0]?.error).toContain('ECONNREFUSED')
})

test('the documented waits are the defaults: 15 s for an answer, two retries', async () => {
  const simulator = await startSimulator()
  const switches = await simulator.control('GET', 'switches')
  expect(switches).toMatchObject({ callbackTimeoutMs: 15_000, callbackRetryDelaysMs: [1_000, 1_000] })
})

test('invented events do not leave this computer', async () => {
  const simulator = await startSimulator()
  for (const url of [
    'https://crm.example.com/popup',
    'http://localhost.example.com/',
    'ftp://localhost/',
    'nonsense'
  ]) {
    await point(simulator, { callback: url })
    const { deliveries } = await simulator.control<Deliveries>('POST', 'calls', { to: '+12025550142' })
    expect(deliveries.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, null],
      [1, null]
    ])
    expect(deliveries[0]?.error).toContain('this computer only')
  }
})

test('the outbound call of the API answers at once and tells the callback URL', async () => {
  const simulator = await startSimulator()
  const receiver = await startReceiver()
  await point(simulator, { callback: receiver.url })
  const token = await simulator.token()
  const order = { customer_id: sandboxAccount.customerId, app_id: sandboxAccount.appId, user_id: 'agent-02' }
  const got = await simulator.api('POST', 'call/outbound_call', { token, body: { ...order, to: '+12025550142' } })
  expect(got.status).toBe(200)
  expect(got.envelope.Data).toMatchObject({ AppUserID: 'agent-02', CallState: 'active' })
  await waitUntil(() => receiver.caught.length === 2)
  expect(eventsOf(receiver.caught)[1]).toMatchObject({ CallState: 'terminal', AppUserID: 'agent-02' })
  for (const wrong of [{ to: 'x' }, { to: '+12025550142', user_id: 'nobody' }, { to: '+12025550142', app_id: 'x' }]) {
    const body = { ...order, ...wrong }
    expect((await simulator.api('POST', 'call/outbound_call', { token, body })).status).toBe(400)
  }
})

test.each([
  ['sent', '20005', 'DELIVERED_TO_HANDSET'],
  ['failed', '23035', 'FAILED_SUBSCRIBER_UNAVAILABLE'],
  ['failed_dnd', '23005', 'FAILED_DND']
])('an SMS status %s goes out as a form with the authoritative fields', async (status, code, name) => {
  const simulator = await startSimulator()
  const receiver = await startReceiver()
  const order = { url: `${receiver.url}/sms`, to: '+12025550142', status, customField: 'a b&c' }
  const sent = await simulator.control<{ smsSid: string; deliveries: unknown[] }>('POST', 'sms-status', order)
  expect(sent.deliveries).toEqual([{ event: 'sms-status', url: order.url, attempt: 1, status: 200 }])
  const [caught] = receiver.caught
  expect(caught?.contentType).toBe('application/x-www-form-urlencoded')
  const form = Object.fromEntries(new URLSearchParams(caught?.body))
  expect(form).toEqual({
    SmsSid: sent.smsSid,
    To: '+12025550142',
    Status: status,
    SmsUnits: '1',
    DetailedStatus: name,
    DetailedStatusCode: code,
    DateSent: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/) as string,
    CustomField: 'a b&c'
  })
})

test('CustomField is left out unless it was set', async () => {
  const simulator = await startSimulator()
  const receiver = await startReceiver()
  await simulator.control('POST', 'sms-status', { url: receiver.url, to: '12025550142', detailedStatusCode: 20006 })
  const form = new URLSearchParams(receiver.caught[0]?.body)
  expect(form.has('CustomField')).toBe(false)
  expect([form.get('DetailedStatusCode'), form.get('DetailedStatus')]).toEqual(['20006', 'DELIVERED_TO_OPERATOR'])
})

test('a call to nowhere is refused', async () => {
  const simulator = await startSimulator()
  await expect(simulator.control('POST', 'calls', { to: 'nobody' })).rejects.toThrow('400')
  await expect(simulator.control('POST', 'sms-status', { url: 'nowhere', to: '1234' })).rejects.toThrow('400')
})

/** What the client makes of the callback. */
function eventOf({ contentType, body }: Caught): string | undefined {
  const headers: [string, string][] = [['content-type', contentType]]
  const captured = { method: 'POST', target: '/', headers, body: Buffer.from(body), receivedMs: 0 }
  return exotelCallbacks.decode(captured)?.event
}

test.each(['newer', 'older'])('call events of the %s form are read', async callForm => {
  const simulator = await startSimulator()
  const { url, caught } = await startReceiver()
  await simulator.control('PUT', 'switches', { callForm })
  await point(simulator, { popup: url, missedCall: url })
  await simulator.control('POST', 'calls', { to: '+12025550142', direction: 'inbound', outcome: 'missed' })
  expect(eventsOf(caught).map(one => one['Direction'])).toEqual(
    Array(2).fill(callForm === 'older' ? 'incoming' : 'inbound')
  )
  expect(caught.map(eventOf)).toEqual([callForm === 'older' ? 'call-event' : 'call-active', 'call-finished'])
})

test.each(['full', 'short', 'json'])('SMS status callbacks of the %s form are read', async smsForm => {
  const simulator = await startSimulator()
  const { url, caught } = await startReceiver()
  await simulator.control('PUT', 'switches', { smsForm })
  for (const status of ['sent', 'failed', 'failed_dnd']) {
    await simulator.control('POST', 'sms-status', { url, to: '+12025550142', status })
  }
  expect(caught.map(eventOf)).toEqual(['sms-delivered', 'sms-failed', 'sms-blocked-dnd'])
  expect(caught[0]?.contentType).toContain(smsForm === 'json' ? 'json' : 'form')
})

test('the longest waits that any page names can be set', async () => {
  const simulator = await startSimulator()
  const callbackRetryDelaysMs = [30_000, 120_000, 600_000, 1_800_000]
  const switches = await simulator.control('PUT', 'switches', { callbackTimeoutMs: 10_000, callbackRetryDelaysMs })
  expect(switches).toMatchObject({ callbackRetryDelaysMs })
})
