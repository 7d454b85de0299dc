// OpenTACT, REST API (`/rest`): sample callbacks, in both shapes that are known.
// Source: the SMS of OpenTACT's page "Send a message" and the event of its page on webhooks, as summed up in providers/opentact.md §7–9, 2026-11.
// Not tested against the live service: which fields an incoming SMS really has.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Sample } from '../contract.ts'
import { fillSample } from '../kit/sample.ts'

type Values = Record<string, string>
type Build = (values: Values, now: Date) => Record<string, unknown>

/** Left empty, a field takes its example. */
const phone = z
  .string()
  .regex(/^\+?\d{3,15}$/)
  .optional()
const text = z.string().optional()

const messageFields = z.object({
  from: field(phone, { label: 'From', help: 'The number that sent the SMS.', example: '+12025550123', input: 'phone' }),
  to: field(phone, { label: 'To', help: 'The number that it was sent to.', example: '+12013046585', input: 'phone' }),
  text: field(text, { label: 'Text', help: 'What the message says.', example: 'Is my order on its way?' })
})

export const samples: { card: ProviderCard['samples'][number]; build: Sample['build'] }[] = [
  sample('sms-received', ['SMS received', 'Posted to the callback address when a number gets an SMS.'], (values, now) =>
    message(values, now, { type: 'smsi', state: 'success' })
  ),
  sample('sms-sent', ['SMS sent', 'Posted when a message went out.'], (values, now) =>
    message(values, now, { type: 'smso', state: 'sent' })
  ),
  sample('sms-failed', ['SMS failed', 'Posted when a message could not be sent.'], (values, now) =>
    message(values, now, { type: 'smso', state: 'failed' })
  ),
  sample(
    'event-received',
    ['SMS received, as an event', 'The same as OpenTACT’s page on webhooks shows it.'],
    (values, now) => event(values, now, { type: 'message.received', direction: 'inbound', status: 'webhook_delivered' })
  ),
  sample(
    'event-delivered',
    ['SMS delivered, as an event', 'The end of a message as OpenTACT’s page on webhooks shows it.'],
    (values, now) => event(values, now, { type: 'message.finalized', direction: 'outbound', status: 'delivered' })
  )
]

export const sampleCards = samples.map(({ card }) => card)

function sample(id: string, [label, help]: [string, string], build: Build) {
  const { fields } = formOf(messageFields)
  return {
    card: { id, label, help, fields },
    build: (values: Values, now: Date) => ({
      method: 'POST',
      headers: [['Content-Type', 'application/json']] as [string, string][],
      body: JSON.stringify(build(fillSample(fields, values), now))
    })
  }
}

function message(values: Values, now: Date, { type, state }: { type: string; state: string }) {
  const isOutbound = type === 'smso'
  return {
    uuid: crypto.randomUUID(),
    type,
    state,
    from: values['from'],
    to: values['to'],
    message: values['text'],
    thread: crypto.randomUUID().replaceAll('-', ''),
    reference_id: null,
    delivered: isOutbound && state === 'sent',
    automated: false,
    custom_callback_url: null,
    tn: { tn: Number((isOutbound ? values['from'] : values['to'])?.replaceAll(/\D/g, '')) },
    created_on: now.toISOString(),
    modified_on: now.toISOString()
  }
}

function event(
  values: Values,
  now: Date,
  { type, direction, status }: { type: string; direction: string; status: string }
) {
  const at = now.toISOString()
  return {
    data: {
      record_type: 'event',
      id: crypto.randomUUID(),
      event_type: type,
      occurred_at: at,
      payload: {
        record_type: 'message',
        direction,
        id: crypto.randomUUID(),
        type: 'SMS',
        messaging_profile_id: crypto.randomUUID(),
        from: { phone_number: values['from'], carrier: 'Example Mobile', line_type: 'Wireless' },
        to: [{ phone_number: values['to'], carrier: 'Example Mobile', line_type: 'Wireless', status }],
        text: values['text'],
        media: [],
        encoding: 'GSM-7',
        parts: 1,
        errors: [],
        ...(direction === 'inbound' ? { received_at: at } : { sent_at: at, completed_at: at })
      }
    },
    meta: { attempt: 1, delivered_to: 'https://crm.example.com/sms' }
  }
}
