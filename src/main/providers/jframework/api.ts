// JFramework, protocol API v1: the requests.
// Source: the reference page "Update an app integration SMS", JFramework's pages and its own SDK jfw-js 6.9.3, as summed up in providers/jframework.md §1–4, 2026-11.
// Not tested against the live service: whether DELETE answers 200 or 204 (both are taken), what making another one the default does.

import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderCard, ViewTable } from '#shared/model/provider.ts'
import type { ProviderApi, ProviderSession, RemoteProfile } from '../contract.ts'
import { createExchange, type Call } from '../kit/exchange.ts'
import { createRateQueue } from '../kit/rate-queue.ts'
import { createReadRetry } from '../kit/read-retry.ts'
import { createRedaction } from '../kit/redaction.ts'
import { createKeys, type Keyed } from './keys.ts'
import { lackingSetting, refusalOf, toSettings, toWire } from './map.ts'
import { createTestMessage } from './test-message.ts'
import { failureAnswer, listAnswer, oneAnswer, removedAnswer, servicesAnswer, servicesPath, smsPath } from './wire.ts'
import type { WireIntegration } from './wire.ts'

export const integrationKind = 'sms-integration'
export const servicesView = 'providers'
export const testAction = 'test-message'

/** Connects to one brand. Nothing is sent before the first call. */
export function connectJframework(session: ProviderSession, rateLimit: ProviderCard['rateLimit']): ProviderApi {
  const { brandUrl = '', authKey = '', loginPassword = '' } = session.credentials
  const redaction = createRedaction([authKey, loginPassword].filter(Boolean))
  const speaker = { name: 'JFramework', redaction, now: () => session.clock.now() }
  const queue = createRateQueue(rateLimit, session.signal)
  const exchange = createExchange({ session, speaker, queue, refusalOf, isMissing })
  const retryRead = createReadRetry(session.clock, session.signal)
  const keys = createKeys({ credentials: session.credentials, exchange, redaction })

  const keyed: Keyed = (call, key) => exchange({ ...call, headers: { 'Brand-URL': brandUrl, 'Auth-Key': key } })

  function ask<T>(call: Omit<Call<T>, 'headers'>): Promise<T> {
    return keys.run(key => keyed(call, key))
  }

  /** A password that was echoed is in no message from then on. */
  function hidePasswords(found: WireIntegration[]): void {
    for (const { password } of found) if (password) redaction.hide(password)
  }

  async function list(): Promise<RemoteProfile[]> {
    const { data } = await retryRead(() => ask({ intent: 'list', method: 'GET', path: smsPath, answer: listAnswer }))
    hidePasswords(data)
    if (new Set(data.map(one => one.id)).size < data.length) {
      throw new Fault('protocol', { message: 'JFramework listed one integration more than once' })
    }
    return data.map(profileOf)
  }

  async function get(id: string): Promise<RemoteProfile | undefined> {
    try {
      const call = { intent: 'read', method: 'GET', path: pathOf(id), answer: oneAnswer } as const
      const { data } = await retryRead(() => ask(call))
      hidePasswords([data])
      return profileOf(data)
    } catch (error) {
      if (error instanceof Fault && error.code === 'missing-there') return undefined
      throw error
    }
  }

  function write(method: 'POST' | 'PUT', path: string, settings: Settings) {
    const json = bodyOf(settings)
    redaction.hide(json.password)
    return ask({ intent: 'write', method, path, json, answer: oneAnswer })
  }

  async function remove(id: string): Promise<void> {
    try {
      await ask({ intent: 'write', method: 'DELETE', path: pathOf(id), answer: removedAnswer })
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'missing-there') throw error
      // "It does not exist" is not believed of what can still be read.
      if ((await get(id)) !== undefined) {
        throw new Fault('refused', { message: `${error.message}, but it can still be read there` })
      }
    }
  }

  async function services(): Promise<ViewTable> {
    const query = { type: 'SMS', status: 'Active', keywords: '' }
    const { data } = await retryRead(() =>
      ask({ intent: 'list', method: 'GET', path: servicesPath, query, answer: servicesAnswer })
    )
    return {
      columns: ['SMS service ID', 'Name', 'Description', 'Web site', 'Status'],
      rows: data.map(one => [one.id, one.name ?? '', one.description ?? '', one.domain ?? '', one.status ?? ''])
    }
  }

  const sendTest = createTestMessage({ keys, keyed, redaction, retryRead })

  return {
    async test() {
      const { length } = await list()
      return `Connected to ${brandUrl} (${length} SMS ${length === 1 ? 'integration' : 'integrations'})`
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
      const { data } = await write('POST', smsPath, settings)
      return data.id
    },
    async update(kind, remoteId, _planned, whole) {
      checkKind(kind)
      await write('PUT', pathOf(remoteId), whole)
    },
    async remove(kind, remoteId) {
      checkKind(kind)
      await remove(remoteId)
    },
    async act(kind, remoteId, action, values, secrets = {}) {
      checkKind(kind)
      if (action !== testAction) throw unknownOf('action', action, testAction)
      return sendTest(pathOf(remoteId), values, secrets['password'])
    },
    async view(view) {
      if (view !== servicesView) throw unknownOf('view', view, servicesView)
      return services()
    }
  }
}

/** Not found is what JFramework says in its own form; a page with that status is a wrong address. */
function isMissing(body: unknown): boolean {
  return failureAnswer.safeParse(body).success
}

function profileOf(wire: WireIntegration): RemoteProfile {
  return { kind: integrationKind, remoteId: wire.id, settings: toSettings(wire) }
}

/** The whole body. faults: secret-missing and unsupported, before anything is sent: a part of it would clear the rest. */
function bodyOf(settings: Settings) {
  const lacking = lackingSetting(settings)
  if (!lacking) return toWire(settings)
  const message = `${lacking.label} is not known here, and JFramework takes an integration only as a whole`
  if (lacking.name !== 'password') throw new Fault('unsupported', { message, field: lacking.name })
  const advice = 'Enter the password in this integration; then it is sent along.'
  throw new Fault('secret-missing', { message, advice, field: lacking.name })
}

function pathOf(id: string): string {
  return `${smsPath}/${encodeURIComponent(id)}`
}

function checkKind(kind: string): void {
  if (kind !== integrationKind) throw unknownOf('kind', kind, integrationKind)
}

function unknownOf(noun: string, id: string, known: string): Fault {
  return new Fault('not-found', { message: `JFramework has no ${noun} "${id}", only ${known}` })
}
