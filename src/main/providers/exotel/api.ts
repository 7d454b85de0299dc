// Exotel, integrations service, classic API v2: the requests.
// Source: Exotel's pages "App setting" and "Create authentication token", as summed up in providers/exotel.md §3–5, 2026-11.
// Not tested against the live service: that POST of an existing key replaces it, what DELETE of an unknown key answers.

import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { ProviderApi, ProviderSession, RemoteProfile } from '../contract.ts'
import { createExchange, type Call } from '../kit/exchange.ts'
import { createRateQueue } from '../kit/rate-queue.ts'
import { createReadRetry } from '../kit/read-retry.ts'
import { createRedaction } from '../kit/redaction.ts'
import { beforeWrite, createTokenSession } from '../kit/token-session.ts'
import { keyOf, normalise, refusalOf, toSettings, toWire } from './map.ts'
import { readView } from './views.ts'
import { doneAnswer, listAnswer, settingPath, tokenAnswer, tokenPath } from './wire.ts'

export const settingKind = 'app-setting'

/** Connects to one app. Nothing is sent before the first call; the token is kept as long as the connection. */
export function connectExotel(session: ProviderSession, rateLimit: ProviderCard['rateLimit']): ProviderApi {
  const { appId = '', appSecret = '' } = session.credentials
  const redaction = createRedaction([appSecret])
  const speaker = { name: 'Exotel', redaction, now: () => session.clock.now() }
  const queue = createRateQueue(rateLimit, session.signal)
  const exchange = createExchange({ session, speaker, queue, refusalOf })
  const retryRead = createReadRetry(session.clock, session.signal)
  const tokens = createTokenSession({ request: requestToken, redaction })

  async function requestToken(): Promise<string> {
    const json = { Id: appId, Secret: appSecret, Entity: 'app' }
    const answer = await exchange({ intent: 'login', method: 'POST', path: tokenPath, json, answer: tokenAnswer })
    return answer.Data
  }

  function withToken<T>(call: Call<T>): Promise<T> {
    return tokens.run(token => exchange({ ...call, headers: { authorization: token } }))
  }

  async function write(call: Pick<Call<unknown>, 'method' | 'query' | 'json'>): Promise<void> {
    await beforeWrite(() => retryRead(() => tokens.ensure()))
    await withToken({ ...call, intent: 'write', path: settingPath, answer: doneAnswer })
  }

  async function list(): Promise<RemoteProfile[]> {
    const answer = await retryRead(() =>
      withToken({ intent: 'list', method: 'GET', path: settingPath, answer: listAnswer })
    )
    const keys = new Set(answer.Data.map(one => one.Key))
    if (keys.size < answer.Data.length) {
      throw new Fault('protocol', { message: 'Exotel listed one key more than once' })
    }
    return answer.Data.map(one => ({ kind: settingKind, remoteId: one.Key, settings: toSettings(one) }))
  }

  /** Looks it up in the list: a 400 for one key is not known to mean that it does not exist. */
  async function get(key: string): Promise<RemoteProfile | undefined> {
    const all = await list()
    return all.find(one => one.remoteId === key)
  }

  async function put(settings: Settings): Promise<string> {
    const json = toWire(normalise(settings))
    await write({ method: 'POST', json })
    return json.Key
  }

  return {
    async test() {
      const { length } = await list()
      return `Connected to app ${shortId(appId)} (${length} ${length === 1 ? 'setting' : 'settings'})`
    },
    async list(kind) {
      checkKind(kind)
      return list()
    },
    async get(kind, remoteId) {
      checkKind(kind)
      return get(remoteId)
    },
    view: view => readView(call => retryRead(() => withToken(call)), view),
    async create(kind, settings) {
      checkKind(kind)
      return put(settings)
    },
    async update(kind, remoteId, _planned, whole) {
      checkKind(kind)
      checkUpdate(remoteId, whole)
      await put(whole)
    },
    async remove(kind, remoteId) {
      checkKind(kind)
      try {
        await write({ method: 'DELETE', query: { key: remoteId } })
      } catch (error) {
        if (!isRefusal(error)) throw error
        if ((await get(remoteId)) !== undefined) throw stillThere(error)
      }
    }
  }
}

function checkKind(kind: string): void {
  if (kind !== settingKind)
    throw new Fault('not-found', { message: `Exotel has no kind "${kind}", only ${settingKind}` })
}

function checkUpdate(remoteId: string, whole: Settings): void {
  if (keyOf(whole) !== remoteId) {
    const message = `The key ${remoteId} cannot be renamed; create a new setting and delete the old one`
    throw new Fault('unsupported', { message, field: 'key' })
  }
  if (whole['value'] === undefined || whole['value'] === null) {
    const message = `The setting ${remoteId} cannot be without a value; delete it instead`
    throw new Fault('unsupported', { message, field: 'value' })
  }
}

function isRefusal(error: unknown): error is Fault {
  return error instanceof Fault && (error.code === 'refused' || error.code === 'missing-there')
}

/** "It does not exist" is not to be believed of what the list still shows. */
function stillThere(fault: Fault): Fault {
  if (fault.code !== 'missing-there') return fault
  return new Fault('refused', {
    message: `${fault.message}, but it is still listed there`,
    excerpt: fault.detail.excerpt
  })
}

function shortId(id: string): string {
  return id.length > 8 ? `${id.slice(0, 4)}…` : id
}
