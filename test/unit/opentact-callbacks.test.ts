import { expect, test } from 'vitest'
import type { DecodedCallback } from '#shared/model/callback.ts'
import { opentactCallbacks } from '../../src/main/providers/opentact/callbacks.ts'

const flat = {
  uuid: '5a0e4c1d-9b27-4f63-8d10-2c7e6f5a4b3c',
  state: 'success',
  from: '+12025550123',
  to: '12013046585',
  message: 'Hello'
}

function decode(body: unknown): DecodedCallback | undefined {
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return opentactCallbacks.decode({ method: 'POST', target: '/in/x', headers: [], body: bytes, receivedMs: 0 })
}

function valueOf(decoded: DecodedCallback | undefined, name: string): string | undefined {
  return decoded?.fields.find(one => one.name === name)?.value
}

test('the bare SMS is told by its state', () => {
  expect(decode(flat)).toMatchObject({ event: 'sms-received', title: 'SMS from +12025550123' })
  const states = ['created', 'sending', 'sent', 'failed', 'Odd'].map(state => decode({ ...flat, state })?.event)
  expect(states).toEqual(['sms-pending', 'sms-pending', 'sms-sent', 'sms-failed', 'sms-event'])
  expect(decode({ ...flat, to: 12013046585, state: 'sent' })?.title).toBe('SMS to 12013046585 was sent')
})

test('unknown fields are kept, people are not', () => {
  const person = { email: 'canary@example.com', password: 'canary' }
  const decoded = decode({ ...flat, something_new: { a: [1] }, created_by: person, account: person })
  expect(valueOf(decoded, 'something_new')).toBe('{"a":[1]}')
  expect(valueOf(decoded, 'created_by')).toBe('not shown: it holds personal data')
  expect(JSON.stringify(decoded)).not.toContain('canary')
})

test('the event shape is read through its payload, with `to` as a list or as text', () => {
  const event = (type: string, to: unknown) =>
    decode({
      data: {
        id: 'e1',
        event_type: type,
        payload: { id: 'm1', from: { phone_number: '+12025550123', carrier: 'Mobile' }, to, text: 'Hello' }
      },
      meta: { attempt: 2 }
    })
  const to = (status: string) => [{ phone_number: '+12013046585', status }]
  const received = event('message.received', to('webhook_delivered'))
  expect(received).toMatchObject({ event: 'sms-received', title: 'SMS from +12025550123' })
  expect(valueOf(received, 'id')).toBe('m1')
  expect(valueOf(received, 'event_id')).toBe('e1')
  expect(valueOf(received, 'carrier')).toBe('Mobile')
  expect(valueOf(received, 'meta')).toBe('{"attempt":2}')
  expect(event('message.finalized', to('delivered'))).toMatchObject({
    event: 'sms-delivered',
    title: 'SMS to +12013046585 was delivered'
  })
  expect(event('message.finalized', to('delivery_failed'))?.event).toBe('sms-failed')
  expect(event('message.sent', '+12013046585')).toMatchObject({
    event: 'sms-sent',
    title: 'SMS to +12013046585 was sent'
  })
  expect(event('message.finalized', [])?.event).toBe('sms-event')
})

test('what is neither is not decoded', () => {
  const others = [
    {},
    { ...flat, uuid: '' },
    { ...flat, state: 7 },
    { ...flat, from: null },
    { data: {} },
    { data: { event_type: 'call.initiated', payload: {} } },
    { data: { event_type: 'message.sent', payload: 'x' } },
    { ...flat, data: {} }
  ]
  expect(others.map(decode)).toEqual(others.map(() => undefined))
})

test('nobody can tell who sent it, and it is answered as OpenTACT’s consumers do', () => {
  const body = new TextEncoder().encode(JSON.stringify(flat))
  const captured = { method: 'POST', target: '/in/x', headers: [], body, receivedMs: 0 }
  expect(opentactCallbacks.verify(captured, { url: null, secrets: {} }).verdict).toBe('not-offered')
  expect(JSON.parse(opentactCallbacks.answer.body)).toEqual({ success: true })
})
