// JFramework, protocol API v1: SMS integrations as people see them, and as the API takes them.
// Source: the reference page "Update an app integration SMS" and the vendor's SDK jfw-js 6.9.3, as summed up in providers/jframework.md §3–4, 2026-11.
// Not tested against the live service: which values it refuses, and in which form it says so.

import * as z from 'zod'
import { field } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'
import type { Refusal } from '../kit/answer-fault.ts'
import { textOfField } from '../kit/callback-body.ts'
import { normalisePhone, phoneNumber, phoneWarning } from '../kit/phone.ts'
import { accountSidWarning } from '../kit/twilio-sid.ts'
import { warningsBy } from '../kit/warnings.ts'
import { failureAnswer, limitStatus, problemAnswer } from './wire.ts'
import type { WireBody, WireIntegration } from './wire.ts'

const shortText = z
  .string('is required')
  .trim()
  .min(1, 'must not be empty')
  .max(255, 'must have at most 255 characters')

export const integrationSchema = z.strictObject({
  name: field(shortText, {
    label: 'Name',
    help: 'What the integration is called in JFramework.',
    example: 'One-time passwords'
  }),
  appIntegrationId: field(shortText, {
    label: 'SMS service ID',
    help: 'Which service sends the messages: the ID of one of those in the view “SMS services”.',
    example: 'sApKpllz4sAplsmzha'
  }),
  username: field(shortText, {
    label: 'User name at the service',
    help: 'For Twilio the Account SID: AC and 32 hexadecimal digits. Another form is not refused.',
    example: 'AC00000000000000000000000000000001'
  }),
  password: field(z.string('is required').min(1, 'must not be empty').max(1000, 'must have at most 1000 characters'), {
    label: 'Password at the service',
    help: 'For Twilio the Auth Token. It is kept in the vault and goes along with every change: without it nothing can be sent.',
    secret: true,
    writeOnly: true
  }),
  phoneNumber: field(phoneNumber, {
    label: 'Sender number',
    help: 'The number that the messages come from, with its country code.',
    example: '+12025550123',
    input: 'phone'
  }),
  description: field(z.string().max(1000, 'must have at most 1000 characters'), {
    label: 'Description',
    help: 'A note for people.'
  }).optional(),
  status: field(z.enum(['Active', 'Inactive'], 'must be Active or Inactive'), {
    label: 'Status',
    help: 'An inactive integration sends nothing.',
    choiceLabels: ['Active', 'Inactive']
  }),
  isDefault: field(z.boolean('must be true or false'), {
    label: 'Default of the brand',
    help: 'One integration is the brand’s default. Making this one the default is expected to end it for the other; the next pull shows that as a change there.'
  }).optional(),
  appIntegrationName: field(z.string(), {
    label: 'SMS service',
    help: 'The name of the service, as JFramework gives it.',
    readOnly: true
  }).optional(),
  createdDate: field(z.string(), {
    label: 'Created',
    help: 'When it was created, as JFramework gives it.',
    readOnly: true
  }).optional()
})

/** The password that JFramework echoes is left out: it belongs into the vault, and it may be masked. */
export function toSettings(wire: WireIntegration): Settings {
  const all: Record<string, string | boolean | null | undefined> = {
    name: wire.name,
    appIntegrationId: wire.appIntegration?.id ?? wire.appIntegrationId,
    username: wire.username,
    phoneNumber: wire.phoneNumber,
    description: wire.description,
    status: statusOf(wire.status),
    isDefault: wire.isDefault ?? false,
    appIntegrationName: wire.appIntegration?.name,
    createdDate: wire.createdDate
  }
  const present = Object.entries(all).flatMap(([name, value]): [string, string | boolean][] =>
    value === undefined || value === null || value === '' ? [] : [[name, value]]
  )
  return Object.fromEntries(present)
}

/** All settings that JFramework takes, those without a value too: what it does with one that is left out is not known. */
export function toWire(settings: Settings): WireBody {
  const of = normalise(settings)
  return {
    appIntegrationId: textOfField(of['appIntegrationId']),
    name: nameOf(of),
    username: textOfField(of['username']),
    password: textOfField(of['password']),
    phoneNumber: textOfField(of['phoneNumber']),
    description: textOfField(of['description']) || null,
    status: textOfField(of['status']),
    isDefault: of['isDefault'] === true
  }
}

/** The first setting that a body must have and these settings lack. */
export function lackingSetting(settings: Settings): { name: string; label: string } | undefined {
  const required = ['appIntegrationId', 'name', 'username', 'password', 'phoneNumber', 'status'] as const
  const name = required.find(one => typeof settings[one] !== 'string' || settings[one].trim() === '')
  return name && { name, label: textOfField(integrationSchema.shape[name].meta()?.['label']) }
}

/** Spaces around texts and inside numbers make no difference; no description is an empty one, no default is false. */
export function normalise(settings: Settings): Settings {
  const entries = Object.entries(settings).map(([name, value]): [string, Settings[string]] => [
    name,
    normaliseOne(name, value)
  ])
  return Object.fromEntries(
    entries.filter(
      ([name, value]) => !(name === 'description' && value === '') && !(name === 'isDefault' && value === false)
    )
  )
}

/** The name of the service is only known once JFramework gave it; before that, what begins like a SID is taken for one. */
export function warningsOf(settings: Settings): Warning[] {
  const service = textOfField(settings['appIntegrationName'])
  const isTwilio = service === '' ? /^(?:AC|SK)/.test(textOfField(settings['username'])) : /twilio/i.test(service)
  return warningsBy(settings, { ...(isTwilio && { username: accountSidWarning }), phoneNumber: phoneWarning })
}

export function nameOf(settings: Settings): string {
  return textOfField(settings['name'])
}

/** What a body says of a failure; undefined for one that says success, or nothing known. */
export function refusalOf(body: unknown, status: number): Refusal | undefined {
  const reason = reasonOf(body)
  if (status === limitStatus) {
    const said = reason ? ` (${reason.text})` : ''
    return { code: 'forbidden', reason: `a limit of the brand’s plan with JFramework is reached${said}` }
  }
  return (
    reason && { ...(reason.text !== '' && { reason: reason.text }), field: reason.field ?? fieldNamed(reason.text) }
  )
}

function reasonOf(body: unknown): { text: string; field?: string | undefined } | undefined {
  const failure = failureAnswer.safeParse(body)
  if (failure.success) {
    const entries = (failure.data.errors ?? []).map(one => one.message ?? one.details ?? '').filter(Boolean)
    return { text: entries.length > 0 ? entries.join(' ') : (failure.data.message ?? '') }
  }
  const problem = problemAnswer.safeParse(body)
  if (!problem.success) return undefined
  const fields = Object.entries(problem.data.errors ?? {})
  const text = fields.flatMap(([, messages]) => messages).join(' ')
  return { text: text || problem.data.detail || problem.data.title, field: settingNamed(fields[0]?.[0] ?? '') }
}

/** The setting that a reason begins with, as in "PhoneNumber is not valid" or "The phoneNumber field is required." */
function fieldNamed(reason: string): string | undefined {
  const word = /^(?:the\s+)?(?:field\s+)?["'`]?(\w+)/i.exec(reason)?.[1] ?? ''
  return settingNamed(word)
}

function settingNamed(word: string): string | undefined {
  return Object.keys(integrationSchema.shape).find(name => name.toLowerCase() === word.toLowerCase())
}

function normaliseOne(name: string, value: Settings[string] | undefined): Settings[string] {
  if (typeof value !== 'string') return value ?? null
  if (name === 'password') return value
  if (name === 'phoneNumber') return normalisePhone(value)
  return name === 'status' ? (statusOf(value) ?? '') : value.trim()
}

/** Seen as `Inactive`, as its number 0 and as "0 - Inactive"; anything else stays as it came. */
function statusOf(status: string | number | null | undefined): string | undefined {
  if (status === null || status === undefined) return undefined
  const said = String(status).trim()
  const word = said.replace(/^\d+\s*-\s*/, '').toLowerCase()
  if (word === 'inactive' || word === '0') return 'Inactive'
  return word === 'active' || word === '1' ? 'Active' : said
}
