import { randomUUID } from 'node:crypto'
import { plantedPerson, shownAccount } from './account.ts'
import { invalid, Refusal } from './envelope.ts'
import { findProfile } from './profiles.ts'
import type { Lease, OpentactState } from './state.ts'

const flags = ['autorenew', 'voice', 'fax', 'sms', 'mms', 'emergency'] as const

export function findLease(state: OpentactState, uuid: string): Lease {
  const found = state.leases.find(one => one.uuid === uuid)
  if (!found) throw new Refusal(404, 'Lease not found')
  return found
}

/** Changes a lease; with `messaging_profile_uuid` its number moves to that profile. */
export function changeLease(state: OpentactState, uuid: string, body: Record<string, unknown>, nowMs: number): Lease {
  const known = findLease(state, uuid)
  const { messaging_profile_uuid: profile, ...others } = body
  for (const [name, value] of Object.entries(others)) {
    if (!flags.some(one => one === name)) throw invalid(name, 'unknown field', value)
    if (typeof value !== 'boolean') throw invalid(name, 'invalid boolean value', value)
  }
  if (profile !== undefined) known.profile = profile === null ? null : profileOf(state, profile)
  if (typeof others['autorenew'] === 'boolean') known.autorenew = others['autorenew']
  known.modified_on = new Date(nowMs).toISOString()
  return known
}

/** The newer way: with SMS the number gets its profile. */
export function subscribe(state: OpentactState, number: string, body: Record<string, unknown>, nowMs: number) {
  const lease = leaseOfNumber(state, number)
  const { messaging_profile: profile, sms_campaign: campaign = null } = body
  lease.profile = profileOf(state, profile)
  lease.sms = { uuid: randomUUID(), campaign: typeof campaign === 'string' ? campaign : null }
  lease.modified_on = new Date(nowMs).toISOString()
  return {
    uuid: lease.sms.uuid,
    type: 'sms',
    messaging_profile: { uuid: lease.profile },
    sms_campaign: lease.sms.campaign === null ? null : { campaignId: lease.sms.campaign, usecase: 'MIXED' }
  }
}

export function unsubscribe(state: OpentactState, number: string): void {
  const lease = leaseOfNumber(state, number)
  if (!lease.sms) throw new Refusal(404, 'Subscription not found')
  lease.sms = null
}

function leaseOfNumber(state: OpentactState, number: string): Lease {
  const found = state.leases.find(one => String(one.tn) === number)
  if (!found) throw new Refusal(404, 'Lease not found')
  return found
}

function profileOf(state: OpentactState, uuid: unknown): string {
  if (typeof uuid !== 'string') throw invalid('messaging_profile_uuid', 'invalid uuid', uuid)
  return findProfile(state, uuid).uuid
}

/** As the API shows it, with the people that come along. */
export function shownLease(state: OpentactState, lease: Lease): Record<string, unknown> {
  const profile = state.profiles.find(one => one.uuid === lease.profile)
  return {
    uuid: lease.uuid,
    tn: { tn: lease.tn, class4_did_id: 1, registered: true, deleted_on: null },
    account: shownAccount,
    tnorder: { uuid: lease.uuid, state: 'success' },
    expired_on: lease.expired_on,
    autorenew: lease.autorenew,
    messaging_profile: profile ? { uuid: profile.uuid, name: profile.name } : null,
    sip_connection: null,
    sip_control_app: null,
    created_by: plantedPerson,
    modified_by: plantedPerson,
    created_on: lease.created_on,
    modified_on: lease.modified_on
  }
}
