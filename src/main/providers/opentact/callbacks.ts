// OpenTACT, REST API (`/rest`): what is posted to callback_url and callback_url2 of a messaging profile.
// Source: OpenTACT's page on webhooks (a rebranded Telnyx event) and a public backend that takes the bare SMS, as summed up in providers/opentact.md §7–8, 2026-11.
// Not tested against the live service: which of the two shapes comes, signing (none is documented), retries.

import type { DecodedCallback } from '#shared/model/callback.ts'
import type { CallbackDialect } from '../contract.ts'
import { fieldsOfCallback, textOfField } from '../kit/callback-body.ts'
import { samples } from './samples.ts'
import { isPerson } from './wire.ts'

type Fields = Record<string, unknown>
type Labels = Record<string, string | { label: string; help: string }>

const messageLabels: Labels = {
  state: { label: 'State', help: 'Sent: created, sending, sent or failed. Received: created, success or failed.' },
  from: 'From',
  to: 'To',
  message: 'Text',
  uuid: { label: 'Message ID', help: 'Together with the state it tells a repeated callback from a new one.' },
  type: 'Type',
  tn: 'Number of the account',
  delivered: 'Delivered',
  automated: 'Automatic',
  reference_id: 'Reference ID',
  thread: 'Conversation',
  custom_callback_url: 'Callback address of the message',
  created_on: 'Created',
  modified_on: 'Changed'
}

const eventLabels: Labels = {
  event_type: 'Event',
  direction: 'Direction',
  status: { label: 'Status', help: 'Of the first recipient.' },
  from: 'From',
  to: 'To',
  text: 'Text',
  id: 'Message ID',
  type: 'Type',
  messaging_profile_id: 'Messaging profile ID',
  carrier: 'Carrier',
  line_type: 'Line type',
  parts: 'Parts',
  cost: 'Cost',
  errors: 'Errors',
  received_at: 'Received',
  sent_at: 'Sent',
  completed_at: 'Completed',
  occurred_at: 'Event time',
  event_id: { label: 'Event ID', help: 'The same for every try to deliver this event.' }
}

export const opentactCallbacks: CallbackDialect = {
  decode(captured) {
    const fields = fieldsOfCallback(captured)
    if (fields === undefined) return undefined
    return isRecord(fields['data']) ? decodeEvent(fields, fields['data']) : decodeMessage(fields)
  },
  verify: () => ({
    verdict: 'not-offered',
    text: 'OpenTACT documents no signature: nobody can tell who sent this one. The secret part of its URL is the only check.'
  }),
  answer: { status: 200, headers: [['Content-Type', 'application/json']], body: '{"success":true}' },
  samples: samples.map(({ card, build }) => ({ id: card.id, build }))
}

/** The bare SMS. Whether it was received or sent is told by its state alone, where it can be told. */
function decodeMessage(fields: Fields): DecodedCallback | undefined {
  const state = textOfField(fields['state']).toLowerCase()
  if (!isText(fields['uuid']) || !isText(fields['state']) || !isParty(fields['to']) || !isParty(fields['from'])) {
    return undefined
  }
  const { event, title } = meaningOf(state, fields)
  return { event, title, fields: labelled(fields, messageLabels) }
}

function meaningOf(state: string, fields: Fields): { event: string; title: string } {
  const to = named('SMS to', fields['to'])
  if (state === 'success' || state === 'readed') {
    return { event: 'sms-received', title: named('SMS from', fields['from']) }
  }
  if (state === 'sent') return { event: 'sms-sent', title: `${to} was sent` }
  if (state === 'failed') return { event: 'sms-failed', title: `${to} failed` }
  if (state === 'created' || state === 'sending') return { event: 'sms-pending', title: `${to} is on its way` }
  return { event: 'sms-event', title: `${to} (${state})` }
}

/** The Telnyx shape: what is said of the message lies in `data.payload`. Older ones have `to` as plain text. */
function decodeEvent(all: Fields, data: Fields): DecodedCallback | undefined {
  const { event_type: type, payload } = data
  if (!isText(type) || !type.startsWith('message.') || !isRecord(payload)) return undefined
  const to = Array.isArray(payload['to']) ? (payload['to'] as unknown[])[0] : payload['to']
  const status = isRecord(to) ? textOfField(to['status']).toLowerCase() : ''
  const sender = isRecord(payload['from']) ? payload['from'] : {}
  const fields = {
    event_type: type,
    ...(status !== '' && { status }),
    from: partyOf(payload['from']),
    to: partyOf(to),
    ...without(payload, ['from', 'to']),
    ...(isText(sender['carrier']) && { carrier: sender['carrier'] }),
    ...(isText(sender['line_type']) && { line_type: sender['line_type'] }),
    ...(Array.isArray(payload['to']) && payload['to'].length > 1 && { recipients: payload['to'] as unknown[] }),
    ...without(data, ['payload', 'event_type', 'id']),
    ...(isText(data['id']) && { event_id: data['id'] }),
    ...without(all, ['data'])
  }
  const { event, title } = meaningOfEvent(type, status, fields)
  return { event, title, fields: labelled(fields, eventLabels) }
}

const undelivered = ['sending_failed', 'delivery_failed', 'expired']

function meaningOfEvent(
  type: string,
  status: string,
  { from, to }: { from: string; to: string }
): { event: string; title: string } {
  const words = named('SMS to', to)
  if (type === 'message.received') return { event: 'sms-received', title: named('SMS from', from) }
  if (status === 'delivered') return { event: 'sms-delivered', title: `${words} was delivered` }
  if (undelivered.includes(status)) return { event: 'sms-failed', title: `${words} was not delivered (${status})` }
  if (type === 'message.sent') return { event: 'sms-sent', title: `${words} was sent` }
  const end = status === '' ? type : `${type}, ${status}`
  return { event: 'sms-event', title: `${words} (${end})` }
}

/** The known fields in their order, then whatever else came; of people only that something came. */
function labelled(fields: Fields, labels: Labels): DecodedCallback['fields'] {
  const knownNames = Object.keys(labels).filter(name => Object.hasOwn(fields, name))
  const otherNames = Object.keys(fields).filter(name => !Object.hasOwn(labels, name))
  return [...knownNames, ...otherNames].map(name => {
    const words = Object.hasOwn(labels, name) ? labels[name] : undefined
    if (isPerson(name)) return { name, label: name, value: 'not shown: it holds personal data' }
    const value = textOfField(fields[name])
    if (words === undefined || typeof words === 'string') return { name, label: words ?? name, value }
    return { name, label: words.label, value, help: words.help }
  })
}

function without(fields: Fields, names: string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

function partyOf(value: unknown): string {
  return textOfField(isRecord(value) ? (value['phone_number'] ?? value) : value)
}

function named(words: string, value: unknown): string {
  const text = textOfField(value)
  return `${words} ${text === '' ? 'an unknown number' : text}`
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** A number was seen as text and as an integer. */
function isParty(value: unknown): boolean {
  return isText(value) || typeof value === 'number'
}
