// OpenTACT, REST API (`/rest`): messaging profiles as people see them, and as the API takes them.
// Source: the reference page "Messaging Profile", its contradictions resolved in providers/opentact.md §4, 2026-11.
// Not tested against the live service: its defaults, and that null clears an address.

import * as z from 'zod'
import { field } from '#shared/fields.ts'
import type { Settings, SettingValue } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'
import type { Refusal } from '../kit/answer-fault.ts'
import { addressWarning } from '../kit/address-warning.ts'
import { textOfField } from '../kit/callback-body.ts'
import { warningsBy } from '../kit/warnings.ts'
import { failureAnswer, type WireProfile } from './wire.ts'

const webUrl = z
  .url({ protocol: /^https?$/, error: 'must be a web address that starts with http:// or https://' })
  .min(10, 'must have at least 10 characters')
  .max(255, 'must have at most 255 characters')
  // A setting is stored in the clear, here and at OpenTACT: a password in an address would be no secret any more.
  .refine(
    text => !/^[a-z]+:\/\/[^/?#]*@/i.test(text),
    'must not hold a user name or password; use a path that is hard to guess instead'
  )
  .optional()

const weight = z.int('must be a whole number').min(0, 'must be from 0 to 9').max(9, 'must be from 0 to 9').optional()

const flag = z.boolean('must be true or false').optional()
const time = z.string().optional()

/** By setting: its name at OpenTACT. */
const wireNames = {
  name: 'name',
  callbackUrl: 'callback_url',
  fallbackUrl: 'callback_url2',
  numberPool: 'number_pool_enable',
  longCodeWeight: 'long_code_weight',
  tollFreeWeight: 'tollfree_weight',
  skipUnhealthyNumbers: 'skip_unhealthy_tns',
  stickySender: 'sticky_sender'
} as const

const settingNames = Object.keys(wireNames) as (keyof typeof wireNames)[]
const urlNames: readonly string[] = ['callbackUrl', 'fallbackUrl']

const settingFields = z.strictObject({
  name: field(z.string('is required').min(1, 'must not be empty').max(255, 'must have at most 255 characters'), {
    label: 'Name',
    help: 'For you and your colleagues: what the numbers of this profile are used for.',
    example: 'Order updates'
  }),
  callbackUrl: field(webUrl, {
    label: 'Callback address',
    help: 'OpenTACT posts incoming messages and the fate of sent ones to this address.',
    example: 'https://crm.example.com/sms'
  }),
  fallbackUrl: field(webUrl, {
    label: 'Fallback address',
    help: 'Used when the callback address cannot be reached.',
    example: 'https://backup.example.com/sms'
  }),
  numberPool: field(flag, {
    label: 'Number pool',
    help: 'Whether OpenTACT chooses the sender from all numbers of the profile.'
  }),
  longCodeWeight: field(weight, {
    label: 'Weight of local numbers',
    help: 'How often a local number of the pool is chosen, from 0 (never) to 9.'
  }),
  tollFreeWeight: field(weight, {
    label: 'Weight of toll-free numbers',
    help: 'How often a toll-free number of the pool is chosen, from 0 (never) to 9.'
  }),
  skipUnhealthyNumbers: field(flag, {
    label: 'Skip unhealthy numbers',
    help: 'Whether numbers that carriers often reject are left out of the pool.'
  }),
  stickySender: field(flag, {
    label: 'Same sender for the same recipient',
    help: 'Whether a recipient always gets messages from the same number of the pool.'
  }),
  createdOn: field(time, { label: 'Created', help: 'When the profile was made at OpenTACT.', readOnly: true }),
  modifiedOn: field(time, { label: 'Changed', help: 'When the profile was last changed there.', readOnly: true })
})

/**
 * The settings of one messaging profile. One that exists (it has a date) has a value for every switch and weight: only an
 * address can be cleared there.
 */
export const profileSchema = settingFields.superRefine((settings, context) => {
  if (settings.createdOn === undefined && settings.modifiedOn === undefined) return
  for (const name of settingNames) {
    if (settings[name] !== undefined || urlNames.includes(name)) continue
    context.addIssue({ code: 'custom', path: [name], message: 'cannot be without a value; set another one instead' })
  }
})

export function toSettings(wire: WireProfile): Settings {
  const known: Record<string, SettingValue | undefined> = {
    name: wire.name,
    callbackUrl: wire.callback_url,
    fallbackUrl: wire.callback_url2,
    numberPool: wire.number_pool_enable,
    longCodeWeight: wire.long_code_weight,
    tollFreeWeight: wire.tollfree_weight ?? wire.toll_free_weight,
    skipUnhealthyNumbers: wire.skip_unhealthy_tns,
    stickySender: wire.sticky_sender,
    createdOn: wire.created_on,
    modifiedOn: wire.modified_on
  }
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === undefined || value === null || value === '' ? [] : [[name, value]]
    )
  )
}

/** The body of a create or of a PATCH: the settings given and no other, null for an address that is to be cleared. */
export function toWire(settings: Settings): Record<string, unknown> {
  const normal = normalise(settings)
  return Object.fromEntries(
    settingNames.flatMap(name => (normal[name] === undefined ? [] : [[wireNames[name], normal[name]]]))
  )
}

/** The first of these settings that cannot be without a value; only an address can. out: its name and label. */
export function unclearable(planned: Settings): { name: string; label: string } | undefined {
  const name = settingNames.find(one => planned[one] === null && !urlNames.includes(one))
  return name && { name, label: textOfField(settingFields.shape[name].meta()?.['label']) }
}

/** Spaces around an address make no difference. A name stays as it is. */
export function normalise(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      urlNames.includes(name) && typeof value === 'string' ? value.trim() : value
    ])
  )
}

/** in: baseUrl: the account's. */
export function warningsOf(given: Settings, baseUrl: string): Warning[] {
  const settings = normalise(given)
  const check = (text: string) => addressWarning(text, { caller: 'OpenTACT', baseUrl })
  const { callbackUrl, numberPool, longCodeWeight, tollFreeWeight } = settings
  const idle =
    callbackUrl === undefined
      ? 'Without a callback address the fallback is not used.'
      : 'This is the callback address itself; as a fallback it does not help.'
  const warnings = warningsBy(settings, {
    callbackUrl: check,
    fallbackUrl: text => (callbackUrl === undefined || callbackUrl === text ? idle : check(text))
  })
  if (numberPool !== true || longCodeWeight !== 0 || tollFreeWeight !== 0) return warnings
  return [...warnings, { setting: 'numberPool', text: 'Both weights are 0: the pool has no number to choose.' }]
}

export function nameOf(settings: Settings): string {
  return textOfField(settings['name'])
}

/** A profile may be without a name there; it still has to be called something. */
export function titleOf(settings: Settings): string {
  return nameOf(settings) || 'Messaging profile without a name'
}

/** What a body says of a failure; undefined for one that says success, or nothing known. */
export function refusalOf(body: unknown): Refusal | undefined {
  const parsed = failureAnswer.safeParse(body)
  if (!parsed.success) return undefined
  const [named] = Object.entries(parsed.data.fields ?? {})
  const parts = [textOfField(parsed.data.message), textOfField(named?.[1].message)].filter(Boolean)
  return {
    ...(parts.length > 0 && { reason: parts.join(': ') }),
    ...(named && { field: settingNamed(named[0]) })
  }
}

/** in: `params.callback_url`; toll_free_weight is the spelling of the documented request. */
function settingNamed(key: string): string | undefined {
  const wireName = key.replace(/^(?:params|body)\./, '').replace('toll_free_', 'tollfree_')
  return settingNames.find(name => wireNames[name] === wireName)
}
