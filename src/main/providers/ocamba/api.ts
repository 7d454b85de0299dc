// Ocamba Hood, integrations API v1: the requests.
// Source: Ocamba's reference pages, as summed up in providers/ocamba.md §1, §2, §6 and §7, 2026-11.
// Not tested against the live service: that DELETE exists and answers 404 for what is gone, and how large a page may be.

import type * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderCard, ViewTable } from '#shared/model/provider.ts'
import type { ProviderApi, ProviderSession, RemoteProfile } from '../contract.ts'
import { createExchange, type Call } from '../kit/exchange.ts'
import { createRateQueue } from '../kit/rate-queue.ts'
import { createReadRetry } from '../kit/read-retry.ts'
import { createRedaction } from '../kit/redaction.ts'
import { beforeWrite } from '../kit/token-session.ts'
import { foreignSettings } from './foreign.ts'
import * as map from './map.ts'
import { isShapeId, namesOfShape, shapeIds, shapeOf, shapes } from './shapes.ts'
import * as wire from './wire.ts'

export const integrationKind = 'integration'
export const testAction = 'test-notification'
export const providersView = 'providers'

const itemsAtOnce = 100
/** Ten in a second, beside the limit of a minute; a tenth more, because requests do not arrive as evenly as they leave. */
const burst = { requests: 10, perMs: 1_100, source: 'Shown on each page of Ocamba’s Hood reference.' }

type Limit = ProviderCard['rateLimit']

/** Connects with one personal API key. Nothing is sent before the first call; the list of providers is kept once read. */
export function connectOcamba(session: ProviderSession, rateLimit: Limit): ProviderApi {
  const { apiKey = '' } = session.credentials
  const redaction = createRedaction([apiKey])
  const [minute, second] = [createRateQueue(rateLimit, session.signal), createRateQueue(burst, session.signal)]
  const speaker = { name: 'Ocamba', redaction, now: () => session.clock.now() }
  const exchange = createExchange({
    session,
    speaker,
    queue: work => minute(() => second(work)),
    refusalOf: map.refusalOf,
    // Ocamba answers in JSON; a 404 that is a web page is somebody else's.
    isMissing: body => typeof body === 'object' && body !== null
  })
  const retryRead = createReadRetry(session.clock, session.signal)
  let offered: wire.WireProvider[] | undefined
  /** The integration that was read last: an update comes right after the read that it relies on. */
  let lastRead: wire.WireIntegration | undefined

  function ask<T>(call: Call<T>): Promise<T> {
    return exchange({ ...call, headers: { authorization: `Bearer ${apiKey}` } })
  }

  const read = <T>(call: Omit<Call<T>, 'method'>) => retryRead(() => ask({ ...call, method: 'GET' }))

  async function write<T>(call: Omit<Call<T>, 'intent'>, secretsOf: Settings = {}): Promise<T> {
    for (const id of shapeIds) {
      for (const name of namesOfShape(id).secret) {
        const value = secretsOf[name]
        if (typeof value === 'string') redaction.hide(value)
      }
    }
    return ask({ ...call, intent: 'write' })
  }

  /** All pages, or a fault: what was received must be as much as the provider says there is, each item once. */
  async function allOf<T extends { id: string }>(path: string, answer: z.ZodType<{ total: number; items: T[] }>) {
    const items: T[] = []
    for (let page = 1; ; page += 1) {
      const query = { page: `${page},${itemsAtOnce}` }
      const part = await read({ intent: 'list', path, query, answer })
      items.push(...part.items)
      if (items.length < part.total && part.items.length > 0) continue
      if (items.length === part.total && new Set(items.map(one => one.id)).size === items.length) return items
      const message = `Ocamba says that there are ${part.total}, but listed ${items.length}; the list is not complete`
      throw new Fault('protocol', { message })
    }
  }

  async function providers(): Promise<wire.WireProvider[]> {
    offered ??= await allOf(wire.providersPath, wire.providerPage)
    return offered
  }

  async function providerFor(settings: Settings): Promise<wire.WireProvider> {
    const known = await providers()
    if (!known.some(one => shapeOf(one) === settings['provider'])) offered = undefined
    return map.offeredProvider(await providers(), settings['provider'])
  }

  async function profilesOf(items: wire.WireIntegration[]): Promise<RemoteProfile[]> {
    const known = items.some(map.needsProviders) ? await providers() : []
    return items.map(one => ({
      kind: integrationKind,
      remoteId: one.id,
      settings: map.normalise(map.toSettings(one, known))
    }))
  }

  async function list(): Promise<RemoteProfile[]> {
    return profilesOf(await allOf(wire.integrationsPath, wire.integrationPage))
  }

  async function readOne(remoteId: string): Promise<wire.WireIntegration | undefined> {
    lastRead = undefined
    const found = await read({ intent: 'read', path: wire.integrationPath(remoteId), answer: wire.oneAnswer }).catch(
      absent
    )
    if (found !== undefined && found.id !== remoteId) {
      throw new Fault('protocol', { message: `Ocamba was asked for integration ${remoteId} and gave ${found.id}` })
    }
    lastRead = found
    return found
  }

  async function get(remoteId: string): Promise<RemoteProfile | undefined> {
    const found = await readOne(remoteId)
    if (found === undefined) return undefined
    const [profile] = await profilesOf([found])
    return profile
  }

  /** What is there beside the known settings, and would be lost if those that are sent replaced all. It is told to nobody. */
  async function foreignOf(remoteId: string, shape: unknown): Promise<wire.WireSettings> {
    const found = lastRead?.id === remoteId ? lastRead : await readOne(remoteId)
    if (!found) throw new Fault('missing-there')
    lastRead = undefined
    const described = found.provider?.settings ? found.provider : (await providers()).find(one => isOf(found, one))
    const foreign = isShapeId(shape) ? foreignSettings(shape, found, described) : {}
    Object.values(foreign).forEach(value => redaction.hide(String(value)))
    return foreign
  }

  /** The id of what was just created where the answer did not tell: the newest of its name and provider. */
  async function findCreated(settings: Settings): Promise<string> {
    const listed = await list().catch((error: unknown) => {
      throw new Fault('outcome-unknown', { message: 'Ocamba took it, but could not be asked for its id', cause: error })
    })
    const ids = listed.flatMap(one => (map.keyOf(one.settings) === map.keyOf(settings) ? one.remoteId : []))
    const [newest] = ids.sort((one, other) => Number(other) - Number(one))
    if (newest !== undefined) return newest
    throw new Fault('outcome-unknown', { message: 'Ocamba took it, but gave no id and does not list it' })
  }

  async function sendTest(remoteId: string, recipient: string, secrets: Settings): Promise<string> {
    const profile = await get(remoteId)
    if (!profile) throw new Fault('missing-there')
    const settings = { ...profile.settings, ...secrets }
    map.checkWhole(settings)
    const { id } = await beforeWrite(() => providerFor(settings), 'the list of providers')
    const json = { integration: { ...map.toWire(settings), provider_id: id }, recipient }
    await write({ method: 'POST', path: wire.testPath, json, answer: wire.doneAnswer }, settings)
    const after = (await get(remoteId))?.settings['effective_status']
    const now = typeof after === 'string' ? ` Its effective status is now ${after}.` : ''
    return `Ocamba took a test message to ${recipient}.${now}`
  }

  return {
    async test() {
      const call = { intent: 'login', method: 'POST', path: wire.validatePath, answer: wire.doneAnswer } as const
      await retryRead(() => ask(call))
      const { length } = await list()
      return `The API key is valid (${length} ${length === 1 ? 'integration' : 'integrations'})`
    },
    async list(kind) {
      checkKind(kind)
      return list()
    },
    async get(kind, remoteId) {
      checkKind(kind)
      return get(remoteId)
    },
    async create(kind, given) {
      checkKind(kind)
      const settings = map.normalise(given)
      map.checkWhole(settings)
      const { id } = await beforeWrite(() => providerFor(settings), 'the list of providers')
      const json = { ...map.toWire(settings), provider_id: id }
      const answer = wire.createdAnswer
      const created = await write({ method: 'POST', path: wire.integrationsPath, json, answer }, settings)
      return created ?? (await findCreated(settings))
    },
    async update(kind, remoteId, planned, whole) {
      checkKind(kind)
      const json = map.patchOf(planned, whole)
      if (Object.keys(json).length === 0) return
      if (json.settings) {
        const foreign = await beforeWrite(() => foreignOf(remoteId, whole['provider']), 'its other settings')
        json.settings = { ...foreign, ...json.settings }
      }
      const path = wire.integrationPath(remoteId)
      await write({ method: 'PATCH', path, json, answer: wire.doneAnswer }, whole)
    },
    async remove(kind, remoteId) {
      checkKind(kind)
      try {
        await write({ method: 'DELETE', path: wire.integrationPath(remoteId), answer: wire.doneAnswer })
      } catch (error) {
        if (!isRefusal(error)) throw error
        if ((await get(remoteId)) !== undefined) throw stillThere(error)
      }
    },
    async act(kind, remoteId, action, values, secrets = {}) {
      checkKind(kind)
      if (action !== testAction) throw new Fault('not-found', { message: `Ocamba has no action "${action}"` })
      return sendTest(remoteId, values['recipient'] ?? '', secrets)
    },
    async view(view) {
      if (view !== providersView) throw new Fault('not-found', { message: `Ocamba has no view "${view}"` })
      offered = undefined
      return tableOf(await providers())
    }
  }
}

function tableOf(providers: wire.WireProvider[]): ViewTable {
  const rows = providers.map(one => {
    const id = shapeOf(one)
    const names = (one.settings ?? []).map(setting => setting.name).join(', ')
    return [one.id, one.name, one.type, id === undefined ? 'not known here' : shapes[id].label, names]
  })
  return { columns: ['ID', 'Name', 'Type', 'In Plugboard', 'Settings'], rows }
}

function isOf({ provider, provider_id: id }: wire.WireIntegration, one: wire.WireProvider): boolean {
  return one.id === (id ?? provider?.id)
}

function absent(error: unknown): undefined {
  if (error instanceof Fault && error.code === 'missing-there') return undefined
  throw error
}

function checkKind(kind: string): void {
  if (kind !== integrationKind)
    throw new Fault('not-found', { message: `Ocamba has no kind "${kind}", only ${integrationKind}` })
}

function isRefusal(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === 'refused' || error.code === 'missing-there')
}

/** That DELETE is offered is an assumption: what is still there was not deleted, whatever the answer said. */
function stillThere(fault: Fault): Fault {
  return new Fault('refused', {
    message: `${fault.message}; the integration is still there. Ocamba may not offer to delete it this way`,
    excerpt: fault.detail.excerpt
  })
}
