import { plain } from '../server.ts'
import type { Reply, SandboxRequest } from '../server.ts'
import { isRecord } from '../running.ts'
import { sandboxAccount, sandboxApp, sandboxUsers } from './account.ts'
import type { CallOrder } from './calls.ts'
import { failure, Refusal, success } from './envelope.ts'
import { deleteSetting, readSettings, writeSetting } from './settings.ts'
import type { KeptExotel } from './state.ts'
import type { Switches } from './switches.ts'
import { issueToken, requireToken } from './tokens.ts'

export type ApiContext = {
  kept: KeptExotel
  switches: Switches
  nowMs: number
  /** Starts a call whose events follow on their own. out: the call as the API shows it. */
  startCall: (order: CallOrder) => unknown
}

type Route = (request: SandboxRequest, context: ApiContext) => unknown

const base = '/v2/integrations'

const routes = new Map<string, Route>([
  [`POST ${base}/token`, postToken],
  [`GET ${base}/app_setting`, forApp(getSetting)],
  [`POST ${base}/app_setting`, forApp(postSetting)],
  [`DELETE ${base}/app_setting`, forApp(removeSetting)],
  [`GET ${base}/app`, forApp(() => sandboxApp)],
  [`GET ${base}/usermapping`, forApp(getUsers)],
  [`POST ${base}/call/outbound_call`, forApp(postCall)]
])

/** How a request is counted: under its own name when the API has it, all others together. */
export function routeName({ method, path }: SandboxRequest): string {
  const name = `${method} ${path}`
  return routes.has(name) ? name : 'other'
}

/** The simulated service's answer. What it changed is on disk before it returns. */
export function answerApi(request: SandboxRequest, context: ApiContext): Reply {
  const route = routes.get(`${request.method} ${request.path}`)
  if (!route) return plain(404, '404 page not found')
  try {
    return success(route(request, context))
  } catch (error) {
    if (error instanceof Refusal) return failure(error, context.switches)
    throw error
  }
}

function forApp(route: Route): Route {
  return (request, context) => {
    const { bearer } = context.switches
    requireToken(context.kept.current, request.headers, { entity: 'app', bearer, nowMs: context.nowMs })
    return route(request, context)
  }
}

function postToken(request: SandboxRequest, { kept, nowMs }: ApiContext): unknown {
  const token = issueToken(kept.current, readObject(request, ['Id', 'Secret', 'Entity']), nowMs)
  kept.save()
  return token
}

function getSetting(request: SandboxRequest, { kept, switches }: ApiContext): unknown {
  return readSettings(kept.current, keyInQuery(request), switches)
}

function postSetting(request: SandboxRequest, { kept, switches }: ApiContext): unknown {
  const { Key, Value } = readObject(request, ['Key', 'Value'])
  const written = writeSetting(
    kept.current,
    { Key: requiredText('Key', Key), Value: requiredText('Value', Value) },
    switches
  )
  kept.save()
  return written
}

function removeSetting(request: SandboxRequest, { kept, switches }: ApiContext): unknown {
  const key = keyInQuery(request) ?? requiredText('Key', readObject(request, ['Key']).Key)
  deleteSetting(kept.current, key, switches)
  kept.save()
  return 'Deleted Successfully'
}

/** Pages by position: `last_value` is how many users were seen; the reply's own name for it is not known. */
function getUsers({ query }: SandboxRequest): unknown {
  const id = query.get('user_id')
  if (id !== null) {
    const user = sandboxUsers.find(one => one.AppUserId === id)
    if (!user) throw new Refusal(400, 'user_id is not known')
    return user
  }
  const start = wholeNumber('last_value', query.get('last_value') ?? '0')
  const size = wholeNumber('page_size', query.get('page_size') ?? '20')
  if (size < 1 || size > 100) throw new Refusal(400, 'page_size must be from 1 to 100')
  const users = sandboxUsers.slice(start, start + size)
  return { Users: users, LastValue: start + users.length }
}

function postCall(request: SandboxRequest, { startCall }: ApiContext): unknown {
  const body = readObject(request, ['customer_id', 'app_id', 'to', 'user_id'])
  if (body.customer_id !== sandboxAccount.customerId) throw new Refusal(400, 'customer_id is invalid')
  if (body.app_id !== sandboxAccount.appId) throw new Refusal(400, 'app_id is invalid')
  const userId = requiredText('user_id', body.user_id)
  if (!sandboxUsers.some(one => one.AppUserId === userId)) throw new Refusal(400, 'user_id is not known')
  const to = requiredText('to', body.to)
  if (!/^\+?\d{3,15}$/.test(to)) throw new Refusal(400, 'to.contact_uri is invalid')
  return startCall({ to, userId, direction: 'outbound', outcome: 'completed' })
}

function keyInQuery({ query }: SandboxRequest): string | null {
  const key = query.get('key') ?? query.get('Key')
  return key === null ? null : requiredText('key', key)
}

function requiredText(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Refusal(400, `${name} is required and must be a string`)
  return value
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Refusal(400, `${name} must be a whole number`)
  return Number(text)
}

/** The JSON object of the body. Stricter than the real service may be: fields it does not document are refused. */
function readObject({ headers, body }: SandboxRequest, names: string[]): Record<string, unknown> {
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(400, 'Content-Type must be application/json')
  }
  const value = parseJson(body)
  if (!isRecord(value)) throw new Refusal(400, 'The body must be a JSON object')
  const other = Object.keys(value).find(name => !names.includes(name))
  if (other !== undefined) throw new Refusal(400, `${other} is not a field of this request`)
  return value
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new Refusal(400, 'The body is not valid JSON')
  }
}
