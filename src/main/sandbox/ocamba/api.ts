import { createHash, timingSafeEqual } from 'node:crypto'
import { isRecord } from '../running.ts'
import { json, plain } from '../server.ts'
import type { Reply, SandboxRequest } from '../server.ts'
import { offeredProviders } from './account.ts'
import { done, failure, Refusal } from './envelope.ts'
import { changeIntegration, findIntegration, makeIntegration, shownIntegration, shownProvider } from './integrations.ts'
import { digestOf } from './state.ts'
import type { KeptOcamba, SecretMemory } from './state.ts'
import type { Switches } from './switches.ts'

export type ApiContext = { kept: KeptOcamba; switches: Switches; memory: SecretMemory; nowMs: number }

type Route = (request: SandboxRequest, context: ApiContext, id: string) => Reply

const hood = '/v1/hood'

const routes = new Map<string, Route>([
  ['POST /v2/ocamba/personal-api-keys/validate', (_request, { switches }) => done(switches)],
  [`GET ${hood}/integrations`, listIntegrations],
  [`POST ${hood}/integrations`, createIntegration],
  [`GET ${hood}/integrations/{id}`, getIntegration],
  [`PATCH ${hood}/integrations/{id}`, patchIntegration],
  [`DELETE ${hood}/integrations/{id}`, deleteIntegration],
  [`GET ${hood}/providers`, listProviders],
  [`POST ${hood}/test-notification`, sendTest]
])

const oneOf = new RegExp(`^${hood}/integrations/([^/]+)$`)

/** How a request is counted: under its own name when the API has it, all others together. */
export function routeName({ method, path }: SandboxRequest): string {
  const name = `${method} ${oneOf.test(path) ? `${hood}/integrations/{id}` : path}`
  return routes.has(name) ? name : 'other'
}

/** The id that a request is about, or nothing. */
export function idOf({ path }: SandboxRequest): string | null {
  return oneOf.exec(path)?.[1] ?? null
}

/** The simulated service's answer. What it changed is on disk before it returns. */
export function answerApi(request: SandboxRequest, context: ApiContext): Reply {
  const route = routes.get(routeName(request))
  if (!route) return plain(404, 'Not Found')
  try {
    requireKey(request, context)
    return route(request, context, decodeURIComponent(idOf(request) ?? ''))
  } catch (error) {
    if (error instanceof Refusal) return failure(error, context.switches)
    throw error
  }
}

function requireKey({ headers }: SandboxRequest, { kept }: ApiContext): void {
  const [, token = ''] = /^Bearer ([\x21-\x7e]+)$/.exec(headers.authorization ?? '') ?? []
  const given = hashed(digestOf(token))
  if (!kept.current.keys.some(key => timingSafeEqual(hashed(key), given))) throw new Refusal(401, 'Unauthorized.')
}

function hashed(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function listIntegrations({ query }: SandboxRequest, context: ApiContext): Reply {
  const { kept, switches } = context
  const known = ['page', 'sort', 'type', 'q', 'q_fields', 'view', 'fields']
  refuseOthers(query, known)
  const type = query.get('type')
  const text = query.get('q')?.toLowerCase() ?? ''
  const found = kept.current.integrations
    .map(one => shownIntegration(one, context))
    .filter(one => type === null || one['type'] === type)
    .filter(one => String(one['name']).toLowerCase().includes(text))
  return pageOf(found, query, switches)
}

function listProviders({ query }: SandboxRequest, { switches }: ApiContext): Reply {
  refuseOthers(query, ['page', 'sort', 'type', 'q', 'q_fields', 'view', 'fields'])
  return pageOf(
    offeredProviders.map(one => shownProvider(one, switches)),
    query,
    switches
  )
}

/** `page=N,M`: M items, of which the N-th page; a size over the largest counts as the largest. */
function pageOf(all: unknown[], query: URLSearchParams, { total, pageSize }: Switches): Reply {
  const [, page = '1', asked] = /^([1-9]\d{0,6})(?:,([1-9]\d{0,6}))?$/.exec(query.get('page') ?? '1') ?? []
  if (!/^[1-9]\d*(,[1-9]\d*)?$/.test(query.get('page') ?? '1')) throw new Refusal(400, 'The "page" is not valid.')
  const size = Math.min(Number(asked ?? pageSize), pageSize)
  const start = (Number(page) - 1) * size
  const count = all.length
  return json(200, { total: total === 'string' ? String(count) : count, items: all.slice(start, start + size) })
}

function getIntegration(_request: SandboxRequest, context: ApiContext, id: string): Reply {
  const shown = shownIntegration(findIntegration(context.kept.current, id), context)
  return json(200, context.switches.getAnswer === 'items' ? { items: [shown] } : shown)
}

function createIntegration(request: SandboxRequest, context: ApiContext): Reply {
  const body = readObject(request, ['name', 'provider_id', 'settings', 'status'])
  const made = makeIntegration(context.kept.current, body, context)
  context.kept.current.changes.created += 1
  context.kept.save()
  const shown = shownIntegration(made, context)
  switch (context.switches.createAnswer) {
    case 'object':
      return json(201, shown)
    case 'items':
      return json(201, { items: [shown] })
    case 'list':
      return json(201, [shown])
    case 'empty':
      return { status: 201, body: '' }
  }
}

function patchIntegration(request: SandboxRequest, context: ApiContext, id: string): Reply {
  const one = findIntegration(context.kept.current, id)
  changeIntegration(one, readObject(request, ['name', 'settings', 'status']), context)
  context.kept.current.changes.updated += 1
  context.kept.save()
  return done(context.switches)
}

function deleteIntegration(_request: SandboxRequest, context: ApiContext, id: string): Reply {
  if (context.switches.remove === 'not-offered') throw new Refusal(405, 'The method is not allowed.')
  const { current } = context.kept
  const gone = findIntegration(current, id)
  current.integrations = current.integrations.filter(one => one !== gone)
  current.changes.deleted += 1
  context.kept.save()
  return done(context.switches)
}

/** The integration is a whole one, as for a create; a saved one with these values has its effective status from it. */
function sendTest(request: SandboxRequest, context: ApiContext): Reply {
  const { integration, recipient } = readObject(request, ['integration', 'recipient'])
  if (typeof recipient !== 'string' || recipient === '') throw new Refusal(400, 'The "recipient" is required.')
  if (!isRecord(integration)) throw new Refusal(400, 'The "integration" is required.')
  const { current } = context.kept
  const tried = makeIntegration({ ...structuredClone(current), integrations: [] }, integration, context)
  if (context.switches.testResult === 'failed') throw new Refusal(400, 'The request is not valid.')
  for (const one of current.integrations) {
    const isSame = one.provider_id === tried.provider_id && one.name === tried.name
    const hasSame = Object.entries(tried.settings).every(([name, value]) => one.settings[name] === value)
    if (isSame && hasSame) one.effective_status = one.status
  }
  current.tests += 1
  context.kept.save()
  return done(context.switches)
}

function refuseOthers(query: URLSearchParams, known: string[]): void {
  const other = [...query.keys()].find(name => !known.includes(name))
  if (other !== undefined) throw new Refusal(400, `"${other}" is not a parameter of this request.`)
}

/** The JSON object of the body. Stricter than the real service may be: fields it does not document are refused. */
function readObject({ headers, body }: SandboxRequest, names: string[]): Record<string, unknown> {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(400, 'The content type must be application/json.')
  }
  const value = parseJson(body)
  if (!isRecord(value)) throw new Refusal(400, 'The request body is not valid.')
  const other = Object.keys(value).find(name => !names.includes(name))
  if (other !== undefined) throw new Refusal(400, `"${other}" is not a field of this request.`)
  return value
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal(400, 'The request body is not valid.')
  }
}
