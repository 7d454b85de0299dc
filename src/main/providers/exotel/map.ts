// Exotel, integrations service, classic API v2: app settings as people see them, and as the API takes them.
// Source: the known keys are those of Exotel's page "Add new setting", as summed up in providers/exotel.md §5, 2026-11.
// Not tested against the live service: which values it refuses.

import * as z from 'zod'
import { field } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'
import type { Refusal } from '../kit/answer-fault.ts'
import { addressWarning } from '../kit/address-warning.ts'
import { textOfField } from '../kit/callback-body.ts'
import { warningsBy } from '../kit/warnings.ts'
import { errorDocument, failureAnswer } from './wire.ts'
import type { WireSetting } from './wire.ts'

type Words = { label: string; help: string }

/** A setting is stored in the clear, here and at Exotel: a password in an address would be no secret any more. */
const noCredentials = [
  (text: string) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text),
  'must not hold a user name or password; use a path that is hard to guess instead'
] as const

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be a web address that starts with http:// or https://' })
  .min(10, 'must have at least 10 characters')
  .max(255, 'must have at most 255 characters')
  .refine(...noCredentials)

const socketUrl = z
  .url({ protocol: /^wss$/, error: 'must be an address that starts with wss://' })
  .min(10, 'must have at least 10 characters')
  .max(255, 'must have at most 255 characters')
  .refine(...noCredentials)

const onOff = z.enum(['true', 'false'], 'must be true or false')

const known = {
  popup: urlSetting('popup', {
    label: 'Incoming call pop-up',
    help: 'Exotel posts to this address when a call comes in, so that your system can show who is calling.'
  }),
  incomingCallHangup: urlSetting('incomingCallHangup', {
    label: 'Incoming call ended',
    help: 'Exotel posts to this address when an incoming call is over.'
  }),
  missedCall: urlSetting('missedCall', {
    label: 'Missed call',
    help: 'Exotel posts to this address when nobody took an incoming call.'
  }),
  callback: urlSetting('callback', {
    label: 'Outbound call status',
    help: 'Exotel posts to this address how an outbound call goes on: first as active, then as terminal.'
  }),
  record: setting('record', onOff, {
    label: 'Call recording',
    help: 'Whether outbound calls are recorded. Without this setting they are not.',
    valueLabel: 'Recording',
    choiceLabels: ['Record outbound calls', 'Do not record']
  }),
  streaming: setting('streaming', socketUrl, {
    label: 'Audio streaming',
    help: 'The sound of a call is sent to this WebSocket address. Without this setting nothing is streamed.',
    valueLabel: 'WebSocket address',
    example: 'wss://stream.example.com/calls'
  }),
  playback: urlSetting('playback', {
    label: 'Audio before connecting',
    help: 'The address of a sound file that is played before a call is connected. Without it the operator’s tune plays.'
  })
}

const knownKeys = Object.keys(known) as (keyof typeof known)[]

const otherSetting = z
  .strictObject({
    key: field(
      z
        .string('is required')
        .min(1, 'must not be empty')
        .max(255, 'must have at most 255 characters')
        .refine(key => key.isWellFormed(), 'must be valid Unicode text')
        .refine(key => !Object.hasOwn(known, key), { error: 'is one of the known settings', abort: true }),
      {
        label: 'Key',
        help: 'The name of the setting. It cannot change once the setting exists.',
        example: 'crmTheme',
        immutable: true
      }
    ),
    value: field(z.string('is required').min(1, 'must not be empty').max(4096, 'must have at most 4096 characters'), {
      label: 'Value',
      help: 'Any text.',
      example: 'blue'
    })
  })
  .meta({ label: 'Another setting', help: 'A setting under a key of your own, kept as it is.' })

/** The settings of one app setting: one of the known keys with a value of its form, or any other key with any text. */
export const settingSchema = z.union([
  z.discriminatedUnion('key', [
    known.popup,
    known.incomingCallHangup,
    known.missedCall,
    known.callback,
    known.record,
    known.streaming,
    known.playback
  ]),
  otherSetting
])

export function toSettings(wire: WireSetting): Settings {
  return { key: wire.Key, value: wire.Value }
}

export function toWire(settings: Settings): WireSetting {
  return { Key: keyOf(settings), Value: textOfField(settings['value']) }
}

/** Spaces around a value and the case of true and false make no difference. The key is an id and stays as it is. */
export function normalise(settings: Settings): Settings {
  const { value } = settings
  if (typeof value !== 'string') return settings
  const trimmed = value.trim()
  return { ...settings, value: keyOf(settings) === 'record' ? trimmed.toLowerCase() : trimmed }
}

export function keyOf(settings: Settings): string {
  return textOfField(settings['key'])
}

/** The label of a known key, else the key. */
export function titleOf(settings: Settings): string {
  const key = keyOf(settings)
  const name = knownKeys.find(one => one === key)
  return name === undefined ? key : labelOf(known[name])
}

/** Keys are kept as they are: one that is almost a known key is a setting of its own, which Exotel does not act upon. */
export function warningsOf(settings: Settings, baseUrl: string): Warning[] {
  const key = keyOf(settings)
  const isKnown = Object.hasOwn(known, key)
  const almost = isKnown ? undefined : knownKeys.find(one => one.toLowerCase() === key.trim().toLowerCase())
  return warningsBy(settings, {
    key: () => almost && `Exotel acts upon “${almost}”, written exactly like that; this is another setting.`,
    // A sound file that is played to callers is no secret.
    ...(isKnown && {
      value: text => addressWarning(text, { caller: 'Exotel', baseUrl, mayBePlain: key === 'playback' })
    })
  })
}

/** What a body says of a failure; undefined for one that says success, or nothing known. */
export function refusalOf(body: unknown): Refusal | undefined {
  const parsed = failureAnswer.safeParse(body)
  if (!parsed.success) return undefined
  const reason = reasonOf(textOfField(parsed.data.Error))
  return { reason: reason === '' ? undefined : reason, field: fieldNamed(reason) }
}

function reasonOf(text: string): string {
  if (!text.startsWith('{')) return text
  const parsed = errorDocument.safeParse(parseJson(text))
  if (!parsed.success) return ''
  const { message = '', description } = parsed.data.response.error_data
  return description && description !== message ? `${message}: ${description}` : message
}

/** The setting that a reason begins with, as in "Value is required". */
function fieldNamed(reason: string): string | undefined {
  const name = /^(Key|Value)\b/i.exec(reason)?.[1]
  return name?.toLowerCase()
}

function urlSetting<K extends string>(key: K, words: Words) {
  return setting(key, webUrl, { ...words, valueLabel: 'Web address', example: `https://crm.example.com/${key}` })
}

function setting<K extends string, V extends z.ZodType>(
  key: K,
  value: V,
  { label, help, valueLabel, ...more }: Words & { valueLabel: string; example?: string; choiceLabels?: string[] }
) {
  const keyWords = { label: 'Setting', help: `Its key at Exotel is ${key}. It cannot change.`, immutable: true }
  return z
    .strictObject({
      key: field(z.literal(key), keyWords),
      value: field(value, { label: valueLabel, help, ...more })
    })
    .meta({ label, help })
}

function labelOf(schema: z.ZodType): string {
  return textOfField(schema.meta()?.['label'])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
