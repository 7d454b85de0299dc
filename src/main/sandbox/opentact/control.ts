import * as z from 'zod'
import { readControl, type Control } from '../kit/control.ts'
import { makeSms, tellAbout } from './messages.ts'
import { changeProfile, makeProfile, readProfile, removeProfile } from './profiles.ts'
import type { OpentactState } from './state.ts'
import { seededKeys } from './tokens.ts'
import type { Switches } from './switches.ts'

type OpentactControl = Control<OpentactState, Switches>
type Asked = Parameters<OpentactControl>

const phoneNumber = z.string().regex(/^\+?\d{3,15}$/, 'a phone number: digits, with + before them or not')

/** With a uuid an existing profile is changed, else one is made. */
const profileOrder = z.looseObject({ uuid: z.string().optional() })
const removalOrder = z.strictObject({ uuid: z.string() })
const leaseOrder = z.strictObject({ number: phoneNumber, profile: z.string().nullable() })
const expiryOrder = z.strictObject({ keys: z.boolean().default(false) })

const eventOrder = z.strictObject({
  /** One of the account's numbers, which decides the profile. */
  number: phoneNumber,
  /** Who is at the other end. */
  other: phoneNumber.default('+12025550123'),
  direction: z.enum(['inbound', 'outbound']).default('inbound'),
  failed: z.boolean().default(false),
  text: z.string().min(1).default('Is my order on its way?'),
  customUrl: z.url({ protocol: /^https?$/ }).optional()
})

const textOrder = z.strictObject({
  from: phoneNumber.default('+12025550123'),
  text: z.string().min(1).max(1000),
  to: phoneNumber.optional()
})

/** What can be done to the simulated OpenTACT beside what every simulator has: by somebody else, and by people who text. */
export const opentactControls: Record<string, OpentactControl> = {
  'PUT profiles': putProfile,
  'DELETE profiles': deleteProfile,
  'PUT leases': putLease,
  'POST events': sendEvent,
  'POST phone': receiveText,
  'POST tokens/expire': expireTokens,
  'POST tokens/restore': restoreKeys
}

/** `values`: the profiles by name, for whoever does not speak OpenTACT's names. */
export function showOpentact({ profiles, leases, logins, keys }: OpentactState): Record<string, unknown> {
  const values = Object.fromEntries(profiles.map(one => [one.name, one]))
  return { profiles, leases, values, counters: { logins: logins.length, keys: keys.length } }
}

function putProfile(request: Asked[0], { kept, clock, switches }: Asked[1]) {
  const { uuid, ...given } = readControl(profileOrder, request)
  const profile = readProfile(given)
  const { defaultWeight } = switches
  const known =
    uuid === undefined
      ? makeProfile(kept.current, profile, { nowMs: clock.now(), defaultWeight })
      : changeProfile(kept.current, uuid, profile, clock.now())
  kept.save()
  return { profile: known }
}

function deleteProfile(request: Asked[0], { kept }: Asked[1]) {
  const removed = removeProfile(kept.current, readControl(removalOrder, request).uuid)
  kept.save()
  return { profile: removed }
}

function putLease(request: Asked[0], { kept }: Asked[1]) {
  const { number, profile } = readControl(leaseOrder, request)
  const lease = kept.current.leases.find(one => String(one.tn) === number.replace('+', ''))
  if (lease) lease.profile = profile
  kept.save()
  return { lease: lease ?? null }
}

async function sendEvent(request: Asked[0], { kept, switches, clock }: Asked[1]) {
  const { number, other, direction, failed, text, customUrl } = readControl(eventOrder, request)
  const [from, to] = direction === 'inbound' ? [other, number] : [number, other]
  const state = failed ? 'failed' : direction === 'inbound' ? 'success' : 'sent'
  const order = { direction, from, to, message: text, state, customUrl: customUrl ?? null }
  const sms = makeSms(kept.current, order, clock.now())
  return { uuid: sms.uuid, deliveries: await tellAbout(sms, switches, clock) }
}

/** A phone texts one of the account's numbers: without `to` the first whose profile has an address. */
async function receiveText(request: Asked[0], { kept, switches, clock }: Asked[1]) {
  const { from, text, to } = readControl(textOrder, request)
  const { leases, profiles } = kept.current
  const hasAddress = (uuid: string | null) => profiles.some(one => one.uuid === uuid && one.callback_url)
  const lease = leases.find(one => hasAddress(one.profile)) ?? leases[0]
  const order = {
    direction: 'inbound',
    from,
    to: to ?? `+${lease?.tn ?? ''}`,
    message: text,
    state: 'success'
  } as const
  return { sms: [], deliveries: await tellAbout(makeSms(kept.current, order, clock.now()), switches, clock) }
}

/** Ends all logins; with `keys` the long-lived keys are worth nothing either. */
function expireTokens(request: Asked[0], { kept }: Asked[1]) {
  const { keys } = request.body.length === 0 ? { keys: false } : readControl(expiryOrder, request)
  const expired = kept.current.logins.length
  kept.current.logins = []
  if (keys) kept.current.keys = []
  kept.save()
  return { expired }
}

function restoreKeys(_request: Asked[0], { kept }: Asked[1]) {
  kept.current.keys = seededKeys()
  kept.save()
  return { keys: kept.current.keys.length }
}
