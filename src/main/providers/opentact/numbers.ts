// OpenTACT, REST API (`/rest`): the numbers leased for a messaging profile, and moving one to another profile.
// Source: the reference page "Messaging Profile" and OpenTACT's page "Leases", as summed up in providers/opentact.md §3, 6, 2026-11.
// Not tested against the live service: the sub-path of leases (the known ones are tried in turn), and that a PATCH of the lease is still the way to move one.

import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { field, formOf } from '#shared/fields.ts'
import type { ActionCard, ViewCard, ViewTable } from '#shared/model/provider.ts'
import type { RemoteProfile } from '../contract.ts'
import { readAll } from './listing.ts'
import { titleOf } from './map.ts'
import type { Requests } from './session.ts'
import { doneAnswer, leasePath, leasesAnswer, leasesPath, leaseWords, profilePath, type WireLease } from './wire.ts'

const moveFields = z.object({
  number: field(z.string(), {
    label: 'Number',
    help: 'A number of this profile that is to be moved.',
    example: '+12013046585',
    input: 'phone'
  }),
  profile: field(z.string(), {
    label: 'To profile',
    help: 'The name or the ID of the messaging profile that it shall belong to.',
    example: 'Order updates'
  })
})

export const moveAction: ActionCard = {
  id: 'move-number',
  label: 'Move a number',
  help: 'Gives a leased number of this profile to another messaging profile of the account.',
  fields: formOf(moveFields).fields,
  confirm: 'From then on messages to this number are posted to the addresses of the other profile.'
}

export const numberViews: ViewCard[] = [
  {
    id: 'leases',
    label: 'Numbers of the profile',
    help: 'The leased numbers that belong to this messaging profile.',
    kind: 'messaging-profile'
  },
  {
    id: 'numbers',
    label: 'All numbers',
    help: 'All leased numbers of the account, and the messaging profile of each.',
    kind: null
  }
]

type Numbers = {
  /** faults: not-found, invalid-input (with the field), outcome-unknown, those of the requests. */
  act(uuid: string, action: string, values: Record<string, string>): Promise<string>
  /** faults: not-found, those of the reads. */
  view(view: string, uuid?: string): Promise<ViewTable>
}

export function createNumbers(deps: { requests: Requests; listProfiles(): Promise<RemoteProfile[]> }): Numbers {
  const { requests } = deps

  /** Asks under each word that the sub-path may have. What none of them knows is told as of the first. */
  async function leasesOf(uuid: string): Promise<WireLease[]> {
    const failures: unknown[] = []
    for (const word of leaseWords) {
      try {
        const path = `${profilePath(uuid)}/${word}`
        return await readAll(requests, { intent: 'read', path, answer: leasesAnswer })
      } catch (error) {
        if (!isAbsent(error)) throw error
        failures.push(error)
      }
    }
    throw failures[0]
  }

  async function target(wanted: string): Promise<RemoteProfile> {
    const all = await deps.listProfiles()
    const byId = all.find(one => one.remoteId === wanted.toLowerCase())
    const named = byId ? [byId] : all.filter(one => one.settings['name'] === wanted)
    const [found, ...others] = named
    if (found && others.length === 0) return found
    const message = found
      ? `${named.length} profiles are called "${wanted}"; give the ID of the one that is meant`
      : `There is no messaging profile "${wanted}" at OpenTACT`
    throw new Fault('invalid-input', { message, field: 'profile' })
  }

  async function move(uuid: string, { number = '', profile = '' }: Record<string, string>): Promise<string> {
    const lease = (await leasesOf(uuid)).find(one => digitsOf(numberOf(one)) === digitsOf(number))
    if (!lease) {
      throw new Fault('invalid-input', { message: `${number} is no number of this profile`, field: 'number' })
    }
    const to = await target(profile.trim())
    const name = titleOf(to.settings)
    if (to.remoteId === uuid) {
      throw new Fault('invalid-input', { message: `${numberOf(lease)} belongs to "${name}" already`, field: 'profile' })
    }
    const json = { messaging_profile_uuid: to.remoteId }
    await requests.write({ method: 'PATCH', path: leasePath(lease.uuid), json, answer: doneAnswer })
    if ((await leasesOf(to.remoteId)).some(one => one.uuid === lease.uuid)) {
      return `${numberOf(lease)} belongs to "${name}" now`
    }
    throw new Fault('outcome-unknown', {
      message: `OpenTACT took the request, but ${numberOf(lease)} is not among the numbers of "${name}"`
    })
  }

  return {
    async act(uuid, action, values) {
      if (action !== moveAction.id) throw new Fault('not-found', { message: `OpenTACT has no action "${action}"` })
      return move(uuid, values)
    },
    async view(view, uuid) {
      if (view === 'numbers') {
        const all = await readAll(requests, { intent: 'list', path: leasesPath, answer: leasesAnswer })
        return { columns: ['Number', 'Messaging profile', ...columns], rows: all.map(withProfile) }
      }
      if (view !== 'leases' || uuid === undefined)
        throw new Fault('not-found', { message: `OpenTACT has no view "${view}"` })
      return { columns: ['Number', ...columns], rows: (await leasesOf(uuid)).map(one => [numberOf(one), ...rest(one)]) }
    }
  }
}

const columns = ['Renewed by itself', 'Leased until', 'Lease ID']

function withProfile(lease: WireLease): string[] {
  const { name, uuid } = lease.messaging_profile ?? {}
  return [numberOf(lease), name ?? uuid ?? '', ...rest(lease)]
}

function rest({ autorenew, expired_on, uuid }: WireLease): string[] {
  const renewed = autorenew === true ? 'yes' : autorenew === false ? 'no' : ''
  return [renewed, expired_on ?? '', uuid]
}

/** With the plus that OpenTACT leaves out. */
function numberOf({ tn }: WireLease): string {
  return `+${digitsOf(String(typeof tn === 'object' ? tn.tn : tn))}`
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '')
}

function isAbsent(error: unknown): boolean {
  return error instanceof Fault && (error.code === 'missing-there' || error.code === 'protocol')
}
