import type { Reply, SandboxRequest } from '../server.ts'
import { sandboxAccount } from './account.ts'
import { optionsOf, readArguments, readOptions, type Arguments } from './arguments.ts'
import { failure, Refusal, success } from './envelope.ts'
import { shownGroup, shownHandler, shownIntegration, shownPublic, writeOptions } from './text-marks.ts'
import { findTextMark, type KeptTextMarks, type TextMark } from './state.ts'
import type { Switches } from './switches.ts'
import { digestOf, isSame, type PrivateTokens } from './tokens.ts'

export type ApiContext = { kept: KeptTextMarks; switches: Switches; tokens: PrivateTokens }

type Route = (args: Arguments, context: ApiContext) => unknown

const readers: Record<string, (textMark: TextMark, context: ApiContext) => unknown> = {
  integration_config: (textMark, { switches, tokens }) => shownIntegration(textMark, switches, tokens),
  request_handler: (textMark, { switches }) => shownHandler(textMark, switches),
  group_config: (textMark, { switches }) => shownGroup(textMark, switches),
  public_config: (textMark, { switches }) => shownPublic(textMark, switches),
  route_config: () => ({ phones: '41411,72345', sticky_duration: 0 })
}

const routes = new Map<string, Route>([
  ['/Test/echo/', args => ({ str: args.get('str') ?? '' })],
  ['/Anybody/keyword_status/', keywordStatus],
  ...Object.keys(readers).map((method): [string, Route] => [`/TextMarkManager/${method}/`, managed(method)]),
  ...Object.keys(optionsOf).map((method): [string, Route] => [`/TextMarkManager/${method}/`, managed(method)])
])

/** How a request is counted: under its own name when the API has it, all others together. */
export function routeName(request: SandboxRequest): string {
  const path = pathOf(request)
  return routes.has(path) ? `${request.method} ${path}` : 'other'
}

/** The keyword that a request is about, for the log. */
export function logKey(request: SandboxRequest): string | null {
  const args = readArguments(request)
  return args.get('tm') ?? args.get('keyword') ?? null
}

/** The simulated service's answer. What it changed is on disk before it returns. */
export function answerApi(request: SandboxRequest, context: ApiContext): Reply {
  const { switches } = context
  const args = readArguments(request)
  try {
    const route = routes.get(pathOf(request))
    if (!route || !['GET', 'POST'].includes(request.method) || isSwitchedOff(pathOf(request), switches)) {
      throw new Refusal(switches.unknownMethodCode, 'No such method')
    }
    return success(route(args, context), switches, args.get('jsonp'))
  } catch (error) {
    if (error instanceof Refusal) return failure(error, switches, args.get('jsonp'))
    throw error
  }
}

/** The help pages print two slashes after the host, clients send one. */
function pathOf({ path }: SandboxRequest): string {
  return path.replace(/^\/\//, '/')
}

function isSwitchedOff(path: string, { groupConfigMethod }: Switches): boolean {
  return path === '/TextMarkManager/group_config/' && !groupConfigMethod
}

function managed(method: string): Route {
  return (args, context) => {
    const { kept, switches } = context
    signIn(args, context)
    const textMark = owned(args, context)
    const read = readers[method]
    if (read) return read(textMark, context)
    const options = readOptions(method, args, switches)
    writeOptions({ textMark, method, options }, switches, context.tokens)
    kept.current.changes.updated += 1
    kept.save()
    return switches.setterBody === 'absent' ? undefined : switches.setterBody === 'null' ? null : {}
  }
}

function keywordStatus(args: Arguments, context: ApiContext): unknown {
  const { kept, switches } = context
  const keyword = args.get('keyword') ?? ''
  if (keyword === '') throw new Refusal(switches.missingArgumentCode, 'keyword is required')
  if (args.has('auth_user')) signIn(args, context)
  const found = findTextMark(kept.current, keyword)
  if (!found) {
    const status = /^[a-z0-9]{3,15}$/i.test(keyword) ? 'available' : 'badchars'
    return { available: status === 'available' ? 1 : 0, status, suggestions: [] }
  }
  const status = found.owner === sandboxAccount.user ? 'authusers' : 'occupied'
  return { available: 0, status, suggestions: [], public_config: shownPublic(found, switches) }
}

function signIn(args: Arguments, { kept, switches }: ApiContext): void {
  const user = args.get('auth_user') ?? ''
  const password = args.get('auth_pass') ?? ''
  for (const name of ['auth_user', 'auth_pass']) {
    if ((args.get(name) ?? '') === '') throw new Refusal(switches.missingArgumentCode, `${name} is required`)
  }
  const isRight = isUser(user) && isSame(password, sandboxAccount.password) && !kept.current.lockedOut
  if (!isRight) throw new Refusal(switches.wrongCredentialsCode, 'Invalid user or password')
  const key = args.get('api_key')
  if (key !== undefined && digestOf(key) !== digestOf(sandboxAccount.apiKey)) {
    throw new Refusal(switches.wrongKeyCode, 'Invalid API key')
  }
}

/** The name, or the phone number in one of its forms. */
function isUser(user: string): boolean {
  const digits = sandboxAccount.phone.slice(2)
  return [sandboxAccount.user, sandboxAccount.phone, `1${digits}`, digits].includes(user)
}

function owned(args: Arguments, { kept, switches }: ApiContext): TextMark {
  const name = args.get('tm') ?? ''
  if (name === '') throw new Refusal(switches.missingArgumentCode, 'tm is required')
  const found = findTextMark(kept.current, name, switches.keywordCase)
  if (!found) throw new Refusal(switches.unknownKeywordCode, 'Invalid TextMark')
  if (found.owner !== sandboxAccount.user) throw new Refusal(switches.notOwnerCode, 'You do not own this TextMark')
  return found
}
