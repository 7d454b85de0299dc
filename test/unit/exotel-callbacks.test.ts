import { expect, test } from 'vitest'
import type { HeaderPair } from '#shared/model/callback.ts'
import type { Captured } from '../../src/main/providers/contract.ts'
import { exotelCallbacks } from '../../src/main/providers/exotel/callbacks.ts'
import invented from '../fixtures/exotel/invented-callbacks.json' with { type: 'json' }

const asJson: HeaderPair = ['Content-Type', 'application/json; charset=utf-8']
const asForm: HeaderPair = ['content-type', 'application/x-www-form-urlencoded']

function decode(body: string, header: HeaderPair | undefined = asJson, target = '/in/key') {
  const captured: Captured = {
    method: 'POST',
    target,
    headers: header ? [header] : [],
    body: new TextEncoder().encode(body),
    receivedMs: 0
  }
  return exotelCallbacks.decode(captured)
}

function valueOf(decoded: ReturnType<typeof decode>, name: string) {
  return decoded?.fields.find(one => one.name === name)?.value
}

test('an outbound call that is over', () => {
  const decoded = decode(JSON.stringify(invented.callTerminal))
  expect(decoded).toMatchObject({
    event: 'call-finished',
    title: 'Outbound call to +12025550123 is over (terminal)'
  })
  expect(decoded?.fields[0]).toEqual({ name: 'Direction', label: 'Direction', value: 'outbound' })
  expect([valueOf(decoded, 'TotalDuration'), valueOf(decoded, 'CallRecordings')]).toEqual(['0', ''])
})

test('unknown fields are kept, after the known ones', () => {
  const decoded = decode(JSON.stringify(invented.callTerminal))
  expect(decoded?.fields.at(-1)).toEqual({ name: 'SomethingNew', label: 'SomethingNew', value: '{"a":[1]}' })
  expect(decoded?.fields).toHaveLength(Object.keys(invented.callTerminal).length)
})

test('an active call', () => {
  const decoded = decode(JSON.stringify({ ...invented.callTerminal, CallState: 'active' }))
  expect(decoded).toMatchObject({
    event: 'call-active',
    title: 'Outbound call to +12025550123 is in progress (active)'
  })
})

test('incoming and inbound are the same; an empty state says nothing', () => {
  for (const Direction of ['incoming', 'inbound', 'Inbound']) {
    const decoded = decode(JSON.stringify({ ...invented.callIncoming, Direction }))
    expect(decoded).toMatchObject({ event: 'call-event', title: 'Incoming call from +12025550199' })
  }
})

test('a call event as a form, and in the query of a GET without a body', () => {
  const form = new URLSearchParams({ CallSid: 'x1', Direction: 'inbound', CallState: 'terminal', FromNumber: '+1' })
  const title = 'Incoming call from +1 is over (terminal)'
  expect(decode(form.toString(), asForm)?.title).toBe(title)
  expect(decode(form.toString(), ['x', 'y'])?.title).toBe(title)
  expect(decode('', undefined, `/in/key?${form.toString()}`)?.title).toBe(title)
})

test('an SMS status as a form', () => {
  const decoded = decode(invented.smsForm, asForm)
  expect(decoded).toMatchObject({
    event: 'sms-delivered',
    title: 'SMS to +12025550123 was delivered (20005 DELIVERED_TO_HANDSET)'
  })
  expect(valueOf(decoded, 'CustomField')).toBe('order 17')
})

test('an SMS status as JSON with numbers: the code decides, not the name', () => {
  const decoded = decode(JSON.stringify(invented.smsJson))
  expect(decoded).toMatchObject({
    event: 'sms-failed',
    title: 'SMS to +12025550123 was not delivered (23080 SENDER_BLOCKED_BY_DLT)'
  })
  expect(valueOf(decoded, 'DetailedStatus')).toBe('SOME_OTHER_NAME')
  const sms = { ...invented.smsJson, Status: 'failed', DetailedStatusCode: 20006 }
  expect(decode(JSON.stringify(sms))?.event).toBe('sms-delivered')
})

test('failed_dnd and failed-dnd are the same; without a known code the status decides', () => {
  for (const Status of ['failed_dnd', 'failed-dnd']) {
    expect(decode(JSON.stringify({ SmsSid: 'a', Status }))?.event).toBe('sms-blocked-dnd')
  }
  expect(decode(JSON.stringify({ SmsSid: 'a', Status: 'queued' }))?.event).toBe('sms-pending')
  expect(decode(JSON.stringify({ SmsSid: 'a', Status: 'sent', DetailedStatusCode: '99' }))).toMatchObject({
    event: 'sms-delivered',
    title: 'SMS to an unknown number was delivered (99)'
  })
})

test('names of Object.prototype are fields like any other', () => {
  const decoded = decode('{"CallSid":"x","__proto__":"p","constructor":"c"}')
  expect([valueOf(decoded, '__proto__'), valueOf(decoded, 'constructor')]).toEqual(['p', 'c'])
})

test('nothing is signed, and the verdict says why', () => {
  const captured: Captured = { method: 'POST', target: '/', headers: [], body: new Uint8Array(), receivedMs: 0 }
  const { verdict, text } = exotelCallbacks.verify(captured, { url: null, secrets: {} })
  expect(verdict).toBe('not-offered')
  expect(text).toContain('does not sign')
})

test('a sample takes its values, and its usual ones otherwise', () => {
  const now = new Date('2026-03-04T05:06:07Z')
  const [finished, , missed] = exotelCallbacks.samples
  const body = JSON.parse(finished?.build({ to: '+4912345678', seconds: '7' }, now).body ?? '') as Record<
    string,
    unknown
  >
  expect(body).toMatchObject({ ToNumber: '+4912345678', FromNumber: '+12025550101', TotalDuration: 7 })
  expect(body).toMatchObject({ StartTime: '2026-03-04T05:06:00.000Z', EndTime: '2026-03-04T05:06:07.000Z' })
  expect(JSON.parse(missed?.build({}, now).body ?? '')).toMatchObject({ Direction: 'inbound', TotalDuration: 0 })
  const sms = exotelCallbacks.samples.find(one => one.id === 'sms-failed')?.build({ code: '23005' }, now)
  expect(decode(sms?.body ?? '', asForm)?.event).toBe('sms-blocked-dnd')
})
