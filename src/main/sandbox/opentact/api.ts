import { json, plain, type Reply, type SandboxRequest } from '../server.ts'
import { plantedPerson, sandboxAccount, shownAccount } from './account.ts'
import { failure, invalid, Refusal, success } from './envelope.ts'
import { changeLease, findLease, shownLease, subscribe, unsubscribe } from './leases.ts'
import { makeSms, shownSms, type Sms } from './messages.ts'
import {
  changeProfile,
  findProfile,
  makeProfile,
  readProfile,
  recordOf,
  removeProfile,
  shownProfile
} from './profiles.ts'
import type { KeptOpentact } from './state.ts'
import type { Switches } from './switches.ts'
import { logIn, makeKey, requireProof, shownKey } from './tokens.ts'

export type ApiContext = {
  kept: KeptOpentact
  switches: Switches
  nowMs: number
  /** Posts the callbacks of an SMS that was sent; they follow on their own. */
  tell: (sms: Sms) => void
}

type Asked = ApiContext & { request: SandboxRequest; ids: Record<string, string> }
type Route = (asked: Asked) => Reply

const profiles = '/rest/profile/messaging'
const leases = '/rest/lease/tn'

/** By name: the method and the path, with ids in braces. */
const routes: Record<string, Route> = {
  'GET /rest/auth': getAuth,
  'POST /rest/token': postToken,
  'GET /rest/token/list': ({ kept }) => success(kept.current.keys.map(shownKey)),
  'DELETE /rest/token/all': removeKeys,
  [`GET ${profiles}`]: ({ kept, switches, request }) =>
    list(
      kept.current.profiles.map(one => shownProfile(one, switches)),
      request,
      switches
    ),
  [`POST ${profiles}`]: postProfile,
  [`GET ${profiles}/{uuid}`]: getProfile,
  [`PATCH ${profiles}/{uuid}`]: patchProfile,
  [`DELETE ${profiles}/{uuid}`]: deleteProfile,
  [`GET ${profiles}/{uuid}/{leases}`]: getLeasesOfProfile,
  [`GET ${leases}`]: ({ kept, switches, request }) =>
    list(
      kept.current.leases.map(one => shownLease(kept.current, one)),
      request,
      switches
    ),
  [`GET ${leases}/{uuid}`]: ({ kept, ids }) =>
    success(shownLease(kept.current, findLease(kept.current, ids['uuid'] ?? ''))),
  [`PATCH ${leases}/{uuid}`]: patchLease,
  [`POST ${leases}/{number}/subscription/sms`]: postSubscription,
  [`DELETE ${leases}/{number}/subscription/sms`]: deleteSubscription,
  'POST /rest/sms': postSms
}

const patterns = Object.keys(routes).map(name => ({
  name,
  names: [...name.matchAll(/\{(\w+)\}/g)].map(([, id = '']) => id),
  pattern: new RegExp(`^${name.replaceAll(/\{\w+\}/g, '([^/]+)')}$`)
}))

/** How a request is counted: under its own name when the API has it, all others together. */
export function routeName(request: SandboxRequest): string {
  return find(request)?.name ?? 'other'
}

/** The simulated service's answer. What it changed is on disk before it returns. */
export function answerApi(request: SandboxRequest, context: ApiContext): Reply {
  if (context.switches.redirectPlainHttp) {
    return { status: 301, headers: { location: `https://api.opentact.example${request.path}` }, body: '' }
  }
  const found = find(request)
  const route = found && routes[found.name]
  if (!found || !route) return plain(404, `Cannot ${request.method} ${request.path}`)
  try {
    if (found.name !== 'GET /rest/auth') requireProof(context.kept.current, request, context.nowMs)
    return route({ ...context, request, ids: found.ids })
  } catch (error) {
    if (error instanceof Refusal) return failure(error, context.switches)
    throw error
  }
}

function find({ method, path }: SandboxRequest): { name: string; ids: Record<string, string> } | undefined {
  for (const { name, names, pattern } of patterns) {
    const match = pattern.exec(`${method} ${path}`)
    if (!match) continue
    const ids = Object.fromEntries(names.map((id, index) => [id, match[index + 1] ?? '']))
    if (ids['leases'] === undefined || /^(?:tnlease|leases|lease)$/.test(ids['leases'])) return { name, ids }
  }
  return undefined
}

function getAuth({ kept, request, nowMs }: Asked): Reply {
  const token = logIn(kept.current, request, nowMs)
  kept.save()
  return success({
    ...plantedPerson,
    uuid: sandboxAccount.uuid,
    email: sandboxAccount.email,
    role: 'Admin',
    token,
    account: shownAccount
  })
}

function postToken({ kept, request, nowMs }: Asked): Reply {
  const { name, ttl } = readBody(request)
  if (typeof name !== 'string' || name === '') throw invalid('name', 'invalid string value', name)
  if (!Number.isInteger(ttl) || Number(ttl) < 60) throw invalid('ttl', 'min 60', ttl)
  const made = makeKey(kept.current, { name, ttl: Number(ttl) }, nowMs)
  kept.save()
  return success(made)
}

function removeKeys({ kept }: Asked): Reply {
  kept.current.keys = []
  kept.save()
  return success(null)
}

function postProfile({ kept, request, switches, nowMs }: Asked): Reply {
  const given = readProfile(readBody(request))
  const made = makeProfile(kept.current, given, { nowMs, defaultWeight: switches.defaultWeight })
  kept.current.changes.created += 1
  kept.save()
  return success(shownProfile(made, switches), switches.createStatus)
}

function getProfile({ kept, ids, switches }: Asked): Reply {
  const found = findProfile(kept.current, ids['uuid'] ?? '')
  return success(
    shownProfile(
      found,
      switches,
      kept.current.leases.filter(one => one.profile === found.uuid)
    )
  )
}

function patchProfile({ kept, ids, request, switches, nowMs }: Asked): Reply {
  findProfile(kept.current, ids['uuid'] ?? '')
  const changed = changeProfile(kept.current, ids['uuid'] ?? '', readProfile(readBody(request)), nowMs)
  kept.current.changes.updated += 1
  kept.save()
  return success(shownProfile(changed, switches))
}

function deleteProfile({ kept, ids, switches }: Asked): Reply {
  const removed = removeProfile(kept.current, ids['uuid'] ?? '')
  kept.current.changes.deleted += 1
  kept.save()
  if (switches.deleteAnswer === 'empty') return { status: 204, body: '' }
  return switches.deleteAnswer === 'bare' ? json(200, { success: true }) : success(shownProfile(removed, switches))
}

function getLeasesOfProfile({ kept, ids, request, switches }: Asked): Reply {
  if (!switches.leaseWords.some(word => word === ids['leases'])) throw new Refusal(404, 'Not Found')
  const { uuid } = findProfile(kept.current, ids['uuid'] ?? '')
  const found = kept.current.leases.filter(one => one.profile === uuid)
  return list(
    found.map(one => shownLease(kept.current, one)),
    request,
    switches
  )
}

function patchLease({ kept, ids, request, nowMs }: Asked): Reply {
  const changed = changeLease(kept.current, ids['uuid'] ?? '', readBody(request), nowMs)
  kept.save()
  return success(shownLease(kept.current, changed))
}

function postSubscription({ kept, ids, request, nowMs }: Asked): Reply {
  const made = subscribe(kept.current, ids['number'] ?? '', readBody(request), nowMs)
  kept.save()
  return success(made)
}

function deleteSubscription({ kept, ids }: Asked): Reply {
  unsubscribe(kept.current, ids['number'] ?? '')
  kept.save()
  return success(null)
}

function postSms({ kept, request, nowMs, tell }: Asked): Reply {
  const { to, tn, from = tn, message, custom_callback_url: customUrl = null } = readBody(request)
  if (!/^\+?\d{3,15}$/.test(String(to))) throw invalid('to', 'invalid integer number', to)
  if (!kept.current.leases.some(one => String(one.tn) === String(from).replace('+', ''))) {
    throw invalid('from', 'is no number of the account', from)
  }
  if (typeof message !== 'string' || message === '' || message.length > 918) {
    throw invalid('message', 'length must be from 1 to 918', message)
  }
  if (customUrl !== null && (typeof customUrl !== 'string' || customUrl.length < 10 || customUrl.length > 255)) {
    throw invalid('custom_callback_url', 'length must be from 10 to 255', customUrl)
  }
  const order = { direction: 'outbound', from: String(from), to: String(to), message, customUrl } as const
  const sms = makeSms(kept.current, { ...order, state: 'created' }, nowMs)
  tell({ ...sms, state: 'sent' })
  return success(shownSms(sms), 201)
}

function list(all: unknown[], { query }: SandboxRequest, { lists }: Switches): Reply {
  if (lists === 'array') return success(all)
  const skip = wholeNumber('skip', query.get('skip') ?? '0')
  const take = wholeNumber('take', query.get('take') ?? '10')
  if (take < 1 || take > 100) throw invalid('take', 'min 1, max 100', take)
  return success({ take, skip, mode: 'AND', order: {}, total: all.length, data: all.slice(skip, skip + take) })
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw invalid(name, 'invalid integer number', text)
  return Number(text)
}

function readBody({ headers, body }: SandboxRequest): Record<string, unknown> {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(400, 'Content-Type must be application/json')
  }
  return recordOf(parseJson(body))
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal(400, 'The body is not valid JSON')
  }
}
