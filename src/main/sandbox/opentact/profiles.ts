import { randomUUID } from 'node:crypto'
import { isRecord } from '../running.ts'
import { plantedPerson, shownAccount } from './account.ts'
import { invalid, Refusal } from './envelope.ts'
import { profileSchema, type Lease, type OpentactState, type Profile } from './state.ts'
import type { Switches } from './switches.ts'

type Check = (value: unknown) => string | undefined

const text = (least: number): Check => {
  return value => {
    if (typeof value !== 'string') return 'invalid string value'
    return value.length < least || value.length > 255 ? `length must be from ${least} to 255` : undefined
  }
}
const url: Check = value => (value === null ? undefined : text(10)(value))
const flag: Check = value => (typeof value === 'boolean' ? undefined : 'invalid boolean value')
const weight: Check = value =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 9
    ? undefined
    : 'invalid integer number, min 0 max 9'

const checks: Record<string, Check> = {
  name: text(1),
  callback_url: url,
  callback_url2: url,
  number_pool_enable: flag,
  long_code_weight: weight,
  tollfree_weight: weight,
  toll_free_weight: weight,
  skip_unhealthy_tns: flag,
  sticky_sender: flag
}

/** Stricter than the real service may be: a field that it does not document is refused. */
export function readProfile(body: Record<string, unknown>): Partial<Profile> {
  for (const [name, value] of Object.entries(body)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    const problem = check ? check(value) : 'unknown field'
    if (problem !== undefined) throw invalid(name, problem, value)
  }
  const { toll_free_weight, ...given } = body
  return profileSchema
    .partial()
    .parse({ ...given, ...(toll_free_weight !== undefined && { tollfree_weight: toll_free_weight }) })
}

export function makeProfile(
  state: OpentactState,
  given: Partial<Profile>,
  { nowMs, defaultWeight }: { nowMs: number; defaultWeight: number }
): Profile {
  if (given.name === undefined) throw invalid('name', "'name' is required", undefined)
  const now = new Date(nowMs).toISOString()
  const made: Profile = {
    uuid: randomUUID(),
    callback_url: null,
    callback_url2: null,
    number_pool_enable: false,
    long_code_weight: defaultWeight,
    tollfree_weight: defaultWeight,
    skip_unhealthy_tns: false,
    sticky_sender: false,
    created_on: now,
    modified_on: now,
    ...given,
    name: given.name
  }
  state.profiles.push(made)
  return made
}

export function changeProfile(state: OpentactState, uuid: string, given: Partial<Profile>, nowMs: number): Profile {
  const known = findProfile(state, uuid)
  Object.assign(known, given, { modified_on: new Date(nowMs).toISOString() })
  return known
}

/** Removes it; its numbers stay leased, without a profile. */
export function removeProfile(state: OpentactState, uuid: string): Profile {
  const known = findProfile(state, uuid)
  state.profiles = state.profiles.filter(one => one !== known)
  for (const lease of state.leases) if (lease.profile === uuid) lease.profile = null
  return known
}

export function findProfile(state: OpentactState, uuid: string): Profile {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) throw invalid('uuid', 'invalid uuid', uuid)
  const found = state.profiles.find(one => one.uuid === uuid)
  if (!found) throw new Refusal(404, 'Messaging profile not found')
  return found
}

/** As the API shows it, with the people that come along. */
export function shownProfile(profile: Profile, switches: Switches, leases: Lease[] = []): Record<string, unknown> {
  const { tollfree_weight, callback_url, callback_url2, ...rest } = profile
  return {
    ...rest,
    ...shownUrl('callback_url', callback_url, switches),
    ...shownUrl('callback_url2', callback_url2, switches),
    [switches.weightSpelling]: tollfree_weight,
    account: shownAccount,
    created_by: plantedPerson,
    modified_by: plantedPerson,
    leases: leases.map(one => ({ uuid: one.uuid, tn: one.tn })),
    operators: []
  }
}

function shownUrl(name: string, value: string | null, { noUrl }: Switches): Record<string, unknown> {
  if (value !== null) return { [name]: value }
  if (noUrl === 'absent') return {}
  return { [name]: noUrl === 'empty' ? '' : null }
}

export function recordOf(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Refusal(400, 'The body must be a JSON object')
  return value
}
