// Ocamba Hood, integrations API v1: integrations as people see them, flat, and as the API takes them.
// Source: providers/ocamba.md §3–5 and §7, 2026-11. Whether PATCH merges the settings or replaces them is not known: they go as a whole (foreign.ts).
// Not tested against the live service: whether an empty text clears an optional setting, and what its refusals say.

import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { field } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'
import type { Refusal } from '../kit/answer-fault.ts'
import { normalisePhone, phoneWarning } from '../kit/phone.ts'
import { accountSidWarning } from '../kit/twilio-sid.ts'
import { warningsBy } from '../kit/warnings.ts'
import {
  isShapeId,
  labelOfSetting,
  looksMasked,
  namesOfShape,
  shapeIds,
  shapeOf,
  shapes,
  strangerName
} from './shapes.ts'
import type { ShapeId } from './shapes.ts'
import { errorAnswer } from './wire.ts'
import type { WireIntegration, WirePatch, WireProvider } from './wire.ts'

const common = {
  name: field(z.string('is required').trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters'), {
    label: 'Name',
    help: 'How the integration is called at Ocamba.',
    example: 'My first integration'
  }),
  status: field(z.enum(['active', 'inactive'], 'must be active or inactive'), {
    label: 'Status',
    help: 'Only an active integration sends messages.',
    choiceLabels: ['Active', 'Inactive']
  })
}

const shown = {
  effective_status: field(z.string().optional(), {
    label: 'Effective status',
    help: 'What Ocamba makes of the status: it may differ while the integration was not tested, or when a test failed.',
    readOnly: true
  }),
  is_default: field(z.boolean().optional(), {
    label: 'Default',
    help: 'Whether Ocamba takes this integration where none is named. It is chosen in Ocamba.',
    readOnly: true
  })
}

/** Spaces may belong to a secret: it is never changed. */
const secretNames = new Set(shapeIds.flatMap(id => namesOfShape(id).secret))

function variant<K extends ShapeId>(id: K) {
  const { label, help, fields } = shapes[id]
  const provider = field(z.literal(id), {
    label: 'Provider',
    help: 'Whom Ocamba sends through. It cannot change once the integration exists.',
    immutable: true
  })
  return z.strictObject({ provider, ...common, ...fields, ...shown }).meta({ label, help })
}

/** An integration: its name and status, whom it sends through, and that one's settings. */
export const integrationSchema = z.discriminatedUnion('provider', [
  variant('twilio_sms'),
  variant('custom_email_provider'),
  variant('mandrill_email'),
  variant('sendgrid_email'),
  variant('mitto_sms'),
  variant('mailgun_email'),
  variant('telegram')
])

/**
 * What was read, without its secrets and without whatever looks masked. in: offered: the account's providers, where the
 * integration does not say enough of its own.
 */
export function toSettings(wire: WireIntegration, offered: WireProvider[] = []): Settings {
  const provider = providerOf(wire, offered)
  const id = shapeOf(provider)
  const own = id === undefined ? {} : settingsOf(id, wire.settings)
  return {
    provider: id ?? strangerName(provider),
    name: wire.name,
    status: wire.status,
    ...own,
    ...(wire.effective_status && { effective_status: wire.effective_status }),
    ...(typeof wire.is_default === 'boolean' && { is_default: wire.is_default })
  }
}

/** Whether the list of providers is needed to tell whom it sends through. */
export function needsProviders(wire: WireIntegration): boolean {
  return wire.provider?.name === undefined || wire.provider.type === undefined
}

/** The provider of the list that the setting `provider` means. faults: refused, with the field. */
export function offeredProvider(offered: WireProvider[], provider: unknown): WireProvider {
  const same = offered.filter(one => shapeOf(one) === provider)
  const [found, ...others] = same
  const label = isShapeId(provider) ? shapes[provider].label : String(provider)
  if (!found) {
    const known = shapeIds.filter(id => offered.some(one => shapeOf(one) === id)).join(', ') || 'none that is known'
    const message = `Ocamba does not offer ${label} to this account; it offers: ${known}`
    throw new Fault('refused', { message, field: 'provider' })
  }
  if (others.length > 0) {
    const message = `Ocamba offers more than one provider that could be ${label}; create this integration there`
    throw new Fault('refused', { message, field: 'provider' })
  }
  return found
}

/** The settings that belong to the provider, as the API takes them; those that are not there are left out. */
export function wireSettings(settings: Settings): Record<string, string> {
  const id = settings['provider']
  const names = isShapeId(id) ? namesOfShape(id).all : []
  return Object.fromEntries(
    names.flatMap(name => {
      const value = settings[name]
      return typeof value === 'string' ? [[name, value]] : []
    })
  )
}

/** All but the provider's id, which only the account's list of providers tells. */
export function toWire(settings: Settings): Required<WirePatch> {
  return { name: textOf(settings['name']), status: textOf(settings['status']), settings: wireSettings(settings) }
}

/**
 * What an update sends: name and status alone, the settings always whole. faults: unsupported (the provider, a name or
 * status to be cleared), secret-missing, invalid-input (a required setting that is not there), all with the field.
 */
export function patchOf(planned: Settings, whole: Settings): WirePatch {
  if (Object.hasOwn(planned, 'provider')) throw fixed('provider', 'The provider of an integration cannot change')
  const wanted = normalise(planned)
  const patch: WirePatch = {}
  for (const name of ['name', 'status'] as const) {
    if (!Object.hasOwn(planned, name)) continue
    const value = wanted[name]
    if (typeof value !== 'string') throw fixed(name, `An integration cannot be without a ${name}`)
    patch[name] = value
  }
  if (!isWhole(Object.keys(planned))) return patch
  checkWhole(whole)
  // Where the settings are merged, only an empty text takes one away; where they are replaced, it does no harm.
  const cleared = Object.keys(planned).filter(name => planned[name] === null && name !== 'name' && name !== 'status')
  const empty = Object.fromEntries(cleared.map(name => [name, '']))
  return { ...patch, settings: { ...empty, ...wireSettings(normalise(whole)) } }
}

/** The settings go as a whole; name and status alone need none of them. */
export function isWhole(planned: string[]): boolean {
  return planned.some(name => name !== 'name' && name !== 'status')
}

/** Refuses settings that would lose something there. faults: secret-missing, invalid-input, with the field. */
export function checkWhole(settings: Settings): void {
  const id = settings['provider']
  if (!isShapeId(id)) throw fixed('provider', `The settings of ${textOf(id)} are not known here; change them in Ocamba`)
  const { required, secret } = namesOfShape(id)
  const missing = required.find(name => typeof settings[name] !== 'string' || settings[name] === '')
  if (missing === undefined) return
  const label = labelOfSetting(id, missing)
  if (!secret.includes(missing)) {
    throw new Fault('invalid-input', { message: `${label} is missing; the settings go as a whole`, field: missing })
  }
  throw new Fault('secret-missing', {
    message: `The ${label} of “${textOf(settings['name'])}” is not in the vault, and Ocamba takes the settings as a whole`,
    advice: `Enter the ${label} (${missing}) of this integration again. Name and status can be changed without it.`,
    field: missing
  })
}

/** Numbers are texts, phone numbers E.164 (the documentation shows one without its `+`), a setting that is empty is absent. */
export function normalise(settings: Settings): Settings {
  const entries = Object.entries(settings).flatMap(([name, value]): [string, Settings[string]][] => {
    if (typeof value === 'number') return [[name, String(value)]]
    if (typeof value !== 'string' || secretNames.has(name)) return [[name, value]]
    const text = name === 'default_phone_number' ? normalPhone(value) : value.trim()
    return text === '' ? [] : [[name, name === 'status' ? text.toLowerCase() : text]]
  })
  return Object.fromEntries(entries)
}

/** Two integrations may have one name at different providers. */
export function keyOf(settings: Settings): string {
  return settings['name'] === undefined ? '' : `${textOf(settings['provider'])} ${textOf(settings['name'])}`
}

export function titleOf(settings: Settings): string {
  return textOf(settings['name']) || 'Integration without a name'
}

/** Ocamba takes any text where Twilio's SID belongs, and an active integration may still send nothing. */
export function warningsOf(given: Settings): Warning[] {
  const settings = normalise(given)
  const { effective_status: effective } = settings
  const isHeldBack = settings['status'] === 'active' && effective === 'inactive'
  return warningsBy(settings, {
    ...(settings['provider'] === 'twilio_sms' && { account_sid: accountSidWarning }),
    default_phone_number: phoneWarning,
    ...(isHeldBack && { status: () => heldBack })
  })
}

const heldBack =
  'Ocamba last said that its effective status is inactive: it may send nothing until a test message has arrived.'

/** What a body says of a failure; undefined for one that says success, or nothing known. */
export function refusalOf(body: unknown): Refusal | undefined {
  const { data } = errorAnswer.safeParse(body)
  if (!data || Number(data.code) < 400) return undefined
  const reason = data.message ?? data.title
  return { reason, field: fieldNamed(reason) }
}

function providerOf(wire: WireIntegration, offered: WireProvider[]): Parameters<typeof shapeOf>[0] {
  if (wire.provider && !needsProviders(wire)) return wire.provider
  const id = wire.provider_id ?? wire.provider?.id
  return offered.find(one => one.id === id) ?? wire.provider ?? {}
}

function settingsOf(id: ShapeId, wire: WireIntegration['settings']): Settings {
  const { all, secret } = namesOfShape(id)
  return Object.fromEntries(
    all.flatMap(name => {
      const value = wire[name]
      if (value === null || value === undefined || secret.includes(name)) return []
      const text = String(value)
      return text === '' || looksMasked(text) ? [] : [[name, text]]
    })
  )
}

/** A setting that a reason puts in quotes or begins with: `"port" must be a string`. */
function fieldNamed(reason: string): string | undefined {
  const names = ['name', 'status', 'provider_id', ...shapeIds.flatMap(id => namesOfShape(id).all)]
  const said = [...reason.matchAll(/["'`]([a-z_]+)["'`]/g)].map(match => match[1] ?? '')
  const first = /^(?:settings\.)?([a-z_]+) (?:is|must|has)\b/.exec(reason)?.[1] ?? ''
  const found = [...said, first].find(word => names.includes(word))
  return found === 'provider_id' ? 'provider' : found
}

function normalPhone(text: string): string {
  const bare = text.replaceAll(/[\s().-]/g, '')
  return normalisePhone(/^[1-9]\d{6,14}$/.test(bare) ? `+${bare}` : text)
}

function fixed(name: string, message: string): Fault {
  return new Fault('unsupported', { message, field: name })
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
