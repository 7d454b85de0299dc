import { isRecord } from '../running.ts'
import { json, type Reply, type SandboxRequest } from '../server.ts'
import { services } from './account.ts'
import { readTestMessage } from './bodies.ts'
import { failure, Refusal, success } from './envelope.ts'
import {
  checkService,
  createIntegration,
  listIntegrations,
  readIntegration,
  removeIntegration,
  replaceIntegration,
  type Passwords,
  type Store
} from './integrations.ts'
import { logIn, requireKey } from './keys.ts'
import type { KeptJframework } from './state.ts'
import type { Switches } from './switches.ts'

export type ApiContext = { kept: KeptJframework; passwords: Passwords; switches: Switches; nowMs: number }

type Answered = { status: number; data: unknown }
type Route = { name: string; pattern: RegExp; answer: (request: SandboxRequest, store: Store, id: string) => Answered }

const base = '/api/v1'
const sms = `${base}/app-integrations/sms`

const routes: Route[] = [
  route(`POST ${base}/users/auth`, (request, { state, switches, nowMs }) => {
    const { headers } = request
    return ok(logIn(state, { headers, body: readObject(request) }, { ...switches, nowMs }))
  }),
  route(`GET ${base}/app-integrations`, request => ok(findServices(request))),
  route(`GET ${sms}`, (_request, store) => ok(listIntegrations(store))),
  route(`POST ${sms}`, (request, store) => ({ status: 201, data: createIntegration(store, readObject(request)) })),
  route(`GET ${sms}/{id}`, (_request, store, id) => ok(readIntegration(store, id))),
  route(`PUT ${sms}/{id}`, (request, store, id) => ok(replaceIntegration(store, id, readObject(request)))),
  route(`DELETE ${sms}/{id}`, (_request, store, id) => {
    removeIntegration(store, id)
    return { status: store.switches.deleteAnswer, data: true }
  }),
  route(`POST ${base}/app-integrations/{id}/sms/test`, (request, store, id) => ok(sendTest(store, id, request)))
]

/** How a request is counted: under its own name when the API has it, all others together. */
export function routeName(request: SandboxRequest): string {
  return find(request)?.route.name ?? 'other'
}

/** The simulated service's answer. What it changed is on disk before it returns. */
export function answerApi(request: SandboxRequest, { kept, passwords, switches, nowMs }: ApiContext): Reply {
  const state = kept.current
  const store: Store = { state, passwords, switches, nowMs }
  const tooMany = refuseForRate(store)
  if (tooMany) return tooMany
  try {
    const found = find(request)
    if (!found) throw isKnownPath(request) ? notAllowed() : noSuchPath()
    if (!found.route.name.endsWith('/users/auth')) requireKey(state, request.headers, nowMs)
    const { status, data } = found.route.answer(request, store, found.id)
    if (request.method !== 'GET') kept.save()
    return status === 204 ? { status, body: '' } : success(status, data, switches)
  } catch (error) {
    if (error instanceof Refusal) return failure(error, switches)
    throw error
  }
}

/** The documented sample with its three headers. The window is assumed to be a minute. */
function refuseForRate({ state, switches, nowMs }: Store): Reply | undefined {
  const { requestsPerMinute: limit } = switches
  if (limit === null) return undefined
  if (nowMs >= state.minute.startMs + 60_000) state.minute = { startMs: nowMs, requests: 0 }
  state.minute.requests += 1
  if (state.minute.requests <= limit) return undefined
  const message = 'API call exceeded rate limit due to too many requests.'
  return failure(new Refusal(429, [{ code: 'RateLimitExceeded', message }]), switches, {
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': String(Math.ceil((state.minute.startMs + 60_000) / 1000))
  })
}

function findServices({ query }: SandboxRequest): unknown[] {
  const [type, status, words] = [query.get('type'), query.get('status'), query.get('keywords') ?? '']
  return services.filter(
    one =>
      (type === null || one.type === type) &&
      (status === null || one.status === status) &&
      one.name.toLowerCase().includes(words.toLowerCase())
  )
}

function sendTest({ state }: Store, serviceId: string, request: SandboxRequest): boolean {
  const { username, phoneNumberFrom: from, phoneNumberTo: to, message } = readTestMessage(readObject(request))
  checkService(serviceId)
  state.testMessages = [...state.testMessages, { serviceId, username, from, to, message }].slice(-100)
  return true
}

function route(name: string, answer: Route['answer']): Route {
  const [, path = ''] = name.split(' ')
  return { name, pattern: new RegExp(`^${path.replace('{id}', '([^/]+)')}$`), answer }
}

function find({ method, path }: SandboxRequest): { route: Route; id: string } | undefined {
  for (const one of routes) {
    const match = one.name.startsWith(`${method} `) ? one.pattern.exec(path) : null
    if (match) return { route: one, id: match[1] ?? '' }
  }
  return undefined
}

function isKnownPath({ path }: SandboxRequest): boolean {
  return routes.some(({ pattern }) => pattern.test(path))
}

function notAllowed(): Refusal {
  return new Refusal(405, [{ code: 'MethodNotAllowed', message: 'The method is not allowed here.' }])
}

function noSuchPath(): Refusal {
  return new Refusal(404, [{ code: 'NotFound', message: 'The requested resource was not found.' }])
}

function ok(data: unknown): Answered {
  return { status: 200, data }
}

function readObject({ headers, body }: SandboxRequest): Record<string, unknown> {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(400, [{ code: 'ValidationError', message: 'The content type must be application/json.' }])
  }
  const value = parseJson(body)
  if (isRecord(value)) return value
  throw new Refusal(400, [{ code: 'ValidationError', message: 'The body must be a JSON object.' }])
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** In the service's own form, for refusals that do not come from it. */
export function refuse(
  { status, message }: { status: number; message: string },
  switches: Switches,
  headers: Record<string, string>
): Reply {
  const code = status === 209 ? 'FeatureLimitExceeded' : status === 429 ? 'RateLimitExceeded' : 'Error'
  if (status === 302) return json(302, {}, headers)
  return failure(new Refusal(status, [{ code, message }]), switches, headers)
}
