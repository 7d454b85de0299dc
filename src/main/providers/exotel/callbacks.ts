// Exotel: call events (integrations service, classic API v2) and SMS status callbacks (SMS API v1).
// Source: Exotel's pages on call notifications, its send-SMS console and support articles, as summed up in providers/exotel.md §7–8, 2026-11.
// Not tested against the live service: method and content type of call events; which of the URLs an event was meant for is not in it.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { DecodedCallback } from '#shared/model/callback.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { CallbackDialect, Sample } from '../contract.ts'
import { fieldsOfCallback, textOfField } from '../kit/callback-body.ts'
import { fillSample } from '../kit/sample.ts'
import { meaningOfSmsCode, type SmsOutcome } from './wire.ts'

type Fields = Record<string, unknown>
type Labels = Record<string, string | { label: string; help: string }>

const callLabels: Labels = {
  Direction: 'Direction',
  CallState: { label: 'State', help: 'active: not over, or still being processed; terminal: over and processed.' },
  CallStatus: { label: 'Line', help: 'busy changes to free when the call is over.' },
  FromNumber: 'From',
  ToNumber: 'To',
  DialWhomNumber: 'Dialled number',
  VirtualNumber: { label: 'ExoPhone', help: 'The virtual number that the call went through.' },
  TotalDuration: 'Duration in seconds',
  StartTime: 'Started',
  EndTime: 'Ended',
  CallRecordings: 'Recording',
  CallDetail: 'Detail',
  AppUserID: 'User of the app',
  CallSid: 'Call ID',
  TicketId: 'Ticket ID',
  CustomerId: 'Customer ID',
  AppId: 'App ID',
  ExotelAccountSid: 'Exotel account',
  AccountDomain: 'Region',
  CreatedAt: 'Created',
  UpdatedAt: 'Updated'
}

const smsLabels: Labels = {
  Status: { label: 'Status', help: 'sent means delivered to the recipient.' },
  DetailedStatusCode: 'Status code',
  DetailedStatus: { label: 'Status name', help: 'Exotel’s lists name some codes differently; the code decides.' },
  To: 'To',
  From: 'From',
  SmsSid: 'Message ID',
  SmsUnits: 'Parts',
  DateSent: 'Sent',
  CustomField: 'Custom field',
  AccountSid: 'Exotel account'
}

/** Left empty, a field takes its example. */
const phone = z
  .string()
  .regex(/^\+?\d{3,15}$/)
  .optional()
const text = z.string().optional()

const callFields = z.object({
  to: field(phone, { label: 'To', help: 'The number that was called.', example: '+12025550123', input: 'phone' }),
  from: field(phone, { label: 'From', help: 'The number that called.', example: '+12025550101', input: 'phone' }),
  userId: field(text, { label: 'User of the app', help: 'Whose call it was.', example: 'agent-01' }),
  seconds: field(text, {
    label: 'Duration',
    help: 'Of the talk, in seconds; a running or missed call has 0.',
    example: '42'
  })
})

const smsFields = z.object({
  to: field(phone, {
    label: 'To',
    help: 'The number that the message was sent to.',
    example: '+12025550123',
    input: 'phone'
  }),
  code: field(text, {
    label: 'Status code',
    help: 'A code of the list, such as 20005; without one, a usual code.',
    example: ''
  }),
  customField: field(text, {
    label: 'Custom field',
    help: 'Echoed from the send request, if it was given there.',
    example: ''
  })
})

type Stage = { direction: 'outbound' | 'inbound'; state: 'active' | 'terminal'; talked: boolean }

const sampleList: { card: ProviderCard['samples'][number]; build: Sample['build'] }[] = [
  callSample(
    'call-finished',
    ['Outbound call is over', 'Posted to the callback address when an outbound call is over and processed.'],
    { direction: 'outbound', state: 'terminal', talked: true }
  ),
  callSample(
    'call-active',
    ['Outbound call is active', 'Posted to the callback address while an outbound call goes on.'],
    { direction: 'outbound', state: 'active', talked: false }
  ),
  callSample('missed-call', ['Missed call', 'Posted to the missedCall address when nobody took an incoming call.'], {
    direction: 'inbound',
    state: 'terminal',
    talked: false
  }),
  smsSample('sms-delivered', ['SMS delivered', 'Posted to the StatusCallback of a message that arrived.'], {
    status: 'sent',
    code: '20005'
  }),
  smsSample('sms-failed', ['SMS not delivered', 'Posted to the StatusCallback of a message that did not arrive.'], {
    status: 'failed',
    code: '23035'
  })
]

export const sampleCards = sampleList.map(({ card }) => card)

export const exotelCallbacks: CallbackDialect = {
  decode(captured) {
    const fields = fieldsOfCallback(captured)
    if (fields === undefined) return undefined
    if (isText(fields['CallSid'])) return decodeCall(fields)
    if (isText(fields['SmsSid']) && isText(fields['Status'])) return decodeSms(fields)
    return undefined
  },
  verify: () => ({
    verdict: 'not-offered',
    text: 'Exotel does not sign its callbacks: nobody can tell who sent this one. The secret part of its URL is the only check.'
  }),
  answer: { status: 200, headers: [['Content-Type', 'text/plain; charset=utf-8']], body: '' },
  retries: {
    afterMs: [30_000, 120_000],
    source:
      'Exotel’s page on webhooks says up to 2 retries and no waits; the waits are the first ones of its page on SMS webhooks, which has four',
    certainty: 'assumed'
  },
  samples: sampleList.map(({ card, build }) => ({ id: card.id, build }))
}

function decodeCall(fields: Fields): DecodedCallback {
  const state = textOfField(fields['CallState']).toLowerCase()
  const isOver = state === 'terminal'
  const event = isOver ? 'call-finished' : state === 'active' ? 'call-active' : 'call-event'
  const stage = isOver ? ' is over' : state === 'active' ? ' is in progress' : ''
  const title = `${directionOf(fields)}${stage}${state === '' ? '' : ` (${state})`}`
  return { event, title, fields: labelled(fields, callLabels) }
}

/** Both `inbound` and `incoming` were seen for the same thing. */
function directionOf(fields: Fields): string {
  const direction = textOfField(fields['Direction']).toLowerCase()
  if (direction === 'outbound') return named('Outbound call to', fields['ToNumber'])
  if (direction === 'inbound' || direction === 'incoming') return named('Incoming call from', fields['FromNumber'])
  return named('Call with', fields['FromNumber'])
}

function decodeSms(fields: Fields): DecodedCallback {
  const code = textOfField(fields['DetailedStatusCode'])
  const known = meaningOfSmsCode(code)
  const outcome = known?.outcome ?? outcomeOf(textOfField(fields['Status']))
  const name = known ? ` (${code} ${known.name})` : code === '' ? '' : ` (${code})`
  const labels = known ? { ...smsLabels, DetailedStatusCode: { label: 'Status code', help: known.name } } : smsLabels
  return {
    event: `sms-${outcome}`,
    title: `${named('SMS to', fields['To'])} ${sentenceOf[outcome]}${name}`,
    fields: labelled(fields, labels)
  }
}

const sentenceOf: Record<SmsOutcome, string> = {
  pending: 'is on its way',
  delivered: 'was delivered',
  failed: 'was not delivered',
  'blocked-dnd': 'was blocked by a do-not-disturb list'
}

/** `failed_dnd` is also spelled `failed-dnd`; `delivered`, `undelivered` and `expired` are of newer pages. */
function outcomeOf(status: string): SmsOutcome {
  const word = status.toLowerCase().replaceAll('-', '_')
  if (word === 'failed_dnd') return 'blocked-dnd'
  if (word === 'sent' || word === 'delivered') return 'delivered'
  return ['failed', 'undelivered', 'expired'].includes(word) ? 'failed' : 'pending'
}

/** The known fields in their order, then whatever else came. */
function labelled(fields: Fields, labels: Labels): DecodedCallback['fields'] {
  const knownNames = Object.keys(labels).filter(name => Object.hasOwn(fields, name))
  const otherNames = Object.keys(fields).filter(name => !Object.hasOwn(labels, name))
  return [...knownNames, ...otherNames].map(name => {
    const words = Object.hasOwn(labels, name) ? labels[name] : undefined
    const value = textOfField(fields[name])
    if (words === undefined || typeof words === 'string') return { name, label: words ?? name, value }
    return { name, label: words.label, value, help: words.help }
  })
}

function named(words: string, value: unknown): string {
  const text = textOfField(value)
  return `${words} ${text === '' ? 'an unknown number' : text}`
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function callSample(id: string, [label, help]: [string, string], stage: Stage) {
  const { fields } = formOf(callFields)
  const build: Sample['build'] = (values, now) => ({
    method: 'POST',
    headers: [['Content-Type', 'application/json']],
    body: JSON.stringify(callBody(fillSample(fields, values), stage, now))
  })
  return { card: { id, label, help, fields }, build }
}

function smsSample(id: string, [label, help]: [string, string], end: { status: string; code: string }) {
  const { fields } = formOf(smsFields)
  const build: Sample['build'] = (values, now) => ({
    method: 'POST',
    headers: [['Content-Type', 'application/x-www-form-urlencoded']],
    body: new URLSearchParams(smsBody(fillSample(fields, values), end, now)).toString()
  })
  return { card: { id, label, help, fields }, build }
}

function callBody(values: Record<string, string>, { direction, state, talked }: Stage, now: Date): Fields {
  const seconds = talked ? Number(values['seconds']) || 0 : 0
  const start = new Date(now.getTime() - seconds * 1000).toISOString()
  const isOutbound = direction === 'outbound'
  return {
    CustomerId: '99fa98a1-2ce0-457c-9371-0d3a01eb6ef0',
    AppId: '2e6440ed-ff62-49d7-bb00-5494b313a863',
    CallSid: newSid(),
    ExotelAccountSid: 'sample1',
    DialWhomNumber: isOutbound ? values['to'] : values['from'],
    AppUserID: values['userId'],
    VirtualNumber: '+12025550190',
    Direction: direction,
    CallStatus: state === 'active' ? 'busy' : 'free',
    CallState: state,
    ToNumber: values['to'],
    FromNumber: values['from'],
    TotalDuration: seconds,
    CallRecordings: null,
    AccountDomain: 'mumbai',
    TicketId: crypto.randomUUID(),
    CallDetail: null,
    StartTime: start,
    ...(isOutbound && { EndTime: state === 'active' ? '0001-01-01T00:00:00Z' : now.toISOString() }),
    CreatedAt: start,
    UpdatedAt: now.toISOString()
  }
}

function smsBody(values: Record<string, string>, end: { status: string; code: string }, now: Date) {
  const code = values['code'] || end.code
  return {
    SmsSid: newSid(),
    To: values['to'] ?? '',
    Status: end.status,
    SmsUnits: '1',
    DetailedStatus: meaningOfSmsCode(code)?.name ?? 'UNKNOWN',
    DetailedStatusCode: code,
    DateSent: now.toISOString().slice(0, 19).replace('T', ' '),
    ...(values['customField'] && { CustomField: values['customField'] })
  }
}

/** 32 hexadecimal digits, as Exotel's ids are. */
function newSid(): string {
  return crypto.randomUUID().replaceAll('-', '')
}
