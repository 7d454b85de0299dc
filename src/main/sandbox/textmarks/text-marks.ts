import { optionsOf } from './arguments.ts'
import type { TextMark } from './state.ts'
import type { Switches } from './switches.ts'
import { digestOf, type PrivateTokens } from './tokens.ts'

/** Writes the options of one setter; only those that are given change, but for a request handler. */
export function writeOptions(
  { textMark, method, options }: { textMark: TextMark; method: string; options: Record<string, string> },
  switches: Switches,
  tokens: PrivateTokens
): void {
  if (method === 'set_integration_config') return writeIntegration(textMark, options, tokens)
  if (method === 'set_group_config') return merge(textMark.group, options, switches)
  if (method === 'set_public_config') return merge(textMark.public, options, switches)
  const type = handlerTypes[method]
  if (!type) throw new Error(`not a setter: ${method}`)
  const kept = switches.ungivenHandler === 'kept' && textMark.handler.type === type ? textMark.handler.args : {}
  textMark.handler = { type, args: { ...kept, ...options } }
}

const handlerTypes: Record<string, TextMark['handler']['type']> = {
  set_basic_request_handler: 'basic',
  set_dynamic_request_handler: 'dynamic',
  set_webscrape_request_handler: 'webscrape',
  set_silent_request_handler: 'silent'
}

export function shownIntegration(textMark: TextMark, switches: Switches, tokens: PrivateTokens): unknown {
  const token = textMark.tokenDigest === null ? undefined : tokens.get(textMark.tokenDigest)
  if (switches.integrationNames === 'others') return { callback: textMark.groupCallbackUrl }
  return {
    ...shownUrl('group_callback_url', textMark.groupCallbackUrl, switches),
    ...(switches.showToken && token !== undefined && { private_token: token }),
    ...more(switches)
  }
}

export function shownHandler({ handler: { type, args } }: TextMark, switches: Switches): unknown {
  return {
    [switches.handlerTypeName]: type,
    ...shownOptions(`set_${type}_request_handler`, args, switches),
    ...more(switches)
  }
}

export function shownGroup({ group }: TextMark, switches: Switches): unknown {
  return { ...shownOptions('set_group_config', group, switches), ...more(switches) }
}

export function shownPublic(textMark: TextMark, switches: Switches): unknown {
  const { image_url: image = null, site_url: site = null, ...others } = textMark.public
  return {
    ...shownOptions('set_public_config', others, switches),
    ...shownUrl('image_url', image, switches),
    ...shownUrl('site_url', site, switches),
    ...more(switches)
  }
}

function writeIntegration(textMark: TextMark, options: Record<string, string>, tokens: PrivateTokens): void {
  const { group_callback_url: url, private_token: token } = options
  if (url !== undefined) textMark.groupCallbackUrl = url === 'NONE' ? null : url
  // What an empty token does is not known; here it does nothing.
  if (token === undefined || token === '') return
  textMark.tokenDigest = digestOf(token)
  tokens.set(textMark.tokenDigest, token)
}

function merge(target: Record<string, string>, options: Record<string, string>, { emptyText }: Switches): void {
  for (const [name, value] of Object.entries(options)) {
    const isCleared = value === 'NONE' && name.endsWith('_url')
    if (isCleared || (value === '' && emptyText === 'clears')) delete target[name]
    else if (value !== '') target[name] = value
  }
}

function shownOptions(method: string, args: Record<string, string>, switches: Switches): Record<string, unknown> {
  const forms = optionsOf[method] ?? {}
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, forms[name] === 'flag' ? shownFlag(value, switches) : value])
  )
}

function shownFlag(value: string, { flagsAs }: Switches): unknown {
  if (flagsAs === 'text') return value
  return flagsAs === 'number' ? Number(value) : value === '1'
}

function shownUrl(name: string, url: string | null, { unsetUrl }: Switches): Record<string, unknown> {
  if (url !== null) return { [name]: url }
  if (unsetUrl === 'absent') return {}
  return { [name]: unsetUrl === 'none' ? 'NONE' : unsetUrl === 'empty' ? '' : null }
}

function more({ moreFields }: Switches): Record<string, unknown> {
  return moreFields ? { updated_at: 1_700_000_000, program: { id: 1 } } : {}
}
