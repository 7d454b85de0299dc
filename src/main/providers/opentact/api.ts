// OpenTACT, REST API (`/rest`): the requests for messaging profiles.
// Source: the reference page "Messaging Profile", as summed up in providers/opentact.md §3–5, 2026-11.
// Not tested against the live service: that PATCH leaves alone what is not sent, and what a list of many profiles looks like.

import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { ProviderApi, ProviderSession, RemoteProfile } from '../contract.ts'
import { readAll } from './listing.ts'
import { toSettings, toWire, unclearable } from './map.ts'
import { createNumbers } from './numbers.ts'
import { createRequests } from './session.ts'
import { doneAnswer, profileAnswer, profilePath, profilesAnswer, profilesPath, removedAnswer } from './wire.ts'
import type { WireProfile } from './wire.ts'

export const profileKind = 'messaging-profile'

/** Connects to one account. Nothing is sent before the first call; a token is kept as long as the connection. */
export function connectOpentact(session: ProviderSession, rateLimit: ProviderCard['rateLimit']): ProviderApi {
  const requests = createRequests(session, rateLimit)
  const numbers = createNumbers({ requests, listProfiles: list })

  async function list(): Promise<RemoteProfile[]> {
    const found = await readAll(requests, { intent: 'list', path: profilesPath, answer: profilesAnswer })
    return found.map(profileOf)
  }

  async function get(uuid: string): Promise<RemoteProfile | undefined> {
    try {
      const { payload } = await requests.read({ intent: 'read', path: profilePath(uuid), answer: profileAnswer })
      return profileOf(payload)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function update(uuid: string, planned: Settings): Promise<void> {
    const kept = unclearable(planned)
    if (kept) {
      const message = `${kept.label} cannot be without a value once the profile exists; set another value instead`
      throw new Fault('unsupported', { message, field: kept.name })
    }
    await requests.write({ method: 'PATCH', path: profilePath(uuid), json: toWire(planned), answer: doneAnswer })
  }

  async function remove(uuid: string): Promise<void> {
    try {
      await requests.write({ method: 'DELETE', path: profilePath(uuid), answer: removedAnswer })
    } catch (error) {
      if (!isMissing(error)) throw error
      // "It does not exist" is not believed of what can still be read.
      if ((await get(uuid)) === undefined) return
      throw new Fault('refused', { message: `${error.message}, but it can still be read there` })
    }
  }

  return {
    async test() {
      const { length } = await list()
      const { token, email } = session.credentials
      const how = token ? 'with the long-lived key' : `as ${email}`
      return `Connected to OpenTACT ${how} (${length} messaging ${length === 1 ? 'profile' : 'profiles'})`
    },
    async list(kind) {
      checkKind(kind)
      return list()
    },
    async get(kind, remoteId) {
      checkKind(kind)
      return get(remoteId)
    },
    async create(kind, settings) {
      checkKind(kind)
      const json = toWire(withoutNulls(settings))
      const { payload } = await requests.write({ method: 'POST', path: profilesPath, json, answer: profileAnswer })
      return payload.uuid
    },
    async update(kind, remoteId, planned) {
      checkKind(kind)
      await update(remoteId, planned)
    },
    async remove(kind, remoteId) {
      checkKind(kind)
      await remove(remoteId)
    },
    async act(kind, remoteId, action, values) {
      checkKind(kind)
      return numbers.act(remoteId, action, values)
    },
    view: (view, remoteId) => numbers.view(view, remoteId)
  }
}

function profileOf(wire: WireProfile): RemoteProfile {
  return { kind: profileKind, remoteId: wire.uuid, settings: toSettings(wire) }
}

function withoutNulls(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}

function isMissing(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'missing-there'
}

function checkKind(kind: string): void {
  if (kind !== profileKind)
    throw new Fault('not-found', { message: `OpenTACT has no kind "${kind}", only ${profileKind}` })
}
