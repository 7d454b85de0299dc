// TextMarks API V2 (documentation build 4.47b): envelope, methods, arguments and what the reads give back.
// Source: the help pages of TextMarkManager and Anybody, as summed up in providers/textmarks.md §1–4, 2026-11.
// Not tested against the live service: what the reads give back is assumed to be named as in the setters; group_config was inferred.

import * as z from 'zod'

export type ConfigKind = 'integration-config' | 'group-config' | 'public-config'
export type ProfileKind = ConfigKind | 'request-handler'

/** How an argument is written and read. `url` is cleared with NONE, `text` with nothing, the others not at all. */
export type ArgumentType = 'url' | 'text' | 'flag' | 'word' | 'secret'

type Argument = { name: string; type: ArgumentType }
type Config = { read: string; write: string; settings: Record<string, Argument> }

/** The setters of which only the options given change, by the names of our settings. */
export const configs: Record<ConfigKind, Config> = {
  'integration-config': {
    read: 'integration_config',
    write: 'set_integration_config',
    settings: {
      groupCallbackUrl: { name: 'group_callback_url', type: 'url' },
      privateToken: { name: 'private_token', type: 'secret' }
    }
  },
  'group-config': {
    read: 'group_config',
    write: 'set_group_config',
    settings: {
      enabled: { name: 'group_enabled', type: 'flag' },
      autoJoin: { name: 'auto_join', type: 'flag' },
      welcome: { name: 'welcome_head', type: 'text' },
      membersMayPost: { name: 'user_msgs_allowed', type: 'flag' },
      postsToMembers: { name: 'user_msgs_broadcasted', type: 'flag' },
      postsToLeaders: { name: 'user_msgs_to_leaders', type: 'flag' },
      announceChanges: { name: 'broadcast_updates', type: 'flag' },
      hasParent: { name: 'parent_group_enabled', type: 'flag' },
      parent: { name: 'parent_group', type: 'word' },
      offerEnabled: { name: 'optin_offer_enabled', type: 'flag' },
      offerFirst: { name: 'optin_offer_first', type: 'text' },
      offerAgain: { name: 'optin_offer_again', type: 'text' },
      nameRequired: { name: 'name_required', type: 'flag' },
      frequency: { name: 'freq_num', type: 'word' },
      frequencyPeriod: { name: 'freq_per_period', type: 'word' }
    }
  },
  'public-config': {
    read: 'public_config',
    write: 'set_public_config',
    settings: {
      publishMessages: { name: 'publish_messages', type: 'flag' },
      inDirectory: { name: 'in_directory', type: 'flag' },
      description: { name: 'description', type: 'text' },
      imageUrl: { name: 'image_url', type: 'url' },
      siteUrl: { name: 'site_url', type: 'url' }
    }
  }
}

export type HandlerType = 'basic' | 'dynamic' | 'webscrape' | 'silent'

/** A request handler has one setter for each type; it is sent whole. */
export const handlers: Record<HandlerType, { write: string; settings: Record<string, Argument> }> = {
  basic: {
    write: 'set_basic_request_handler',
    settings: { response: { name: 'response', type: 'text' }, notifyBySms: { name: 'notify_sms', type: 'flag' } }
  },
  dynamic: {
    write: 'set_dynamic_request_handler',
    settings: { url: { name: 'url', type: 'text' }, notifyBySms: { name: 'notify_sms', type: 'flag' } }
  },
  webscrape: {
    write: 'set_webscrape_request_handler',
    settings: {
      url: { name: 'url', type: 'text' },
      clipLeft: { name: 'clip_left', type: 'text' },
      clipRight: { name: 'clip_right', type: 'text' },
      includeLeft: { name: 'clip_left_inc', type: 'flag' },
      includeRight: { name: 'clip_right_inc', type: 'flag' },
      clipAfter: { name: 'clip_after', type: 'text' },
      notifyBySms: { name: 'notify_sms', type: 'flag' }
    }
  },
  silent: { write: 'set_silent_request_handler', settings: { notifyBySms: { name: 'notify_sms', type: 'flag' } } }
}

export const handlerRead = 'request_handler'

/** The word that clears a URL. */
export const noUrl = 'NONE'

export function managerPath(method: string): string {
  return `/TextMarkManager/${method}/`
}

export const keywordStatusPath = '/Anybody/keyword_status/'

/** A number in every client that was seen; one of them casts, so that a numeric string is taken too. */
const rescode = z.union([
  z.int(),
  z
    .string()
    .regex(/^-?\d{1,9}$/)
    .transform(Number)
])

/** Errors come with HTTP 200, too. */
export const envelope = z.object({ head: z.object({ rescode, resmsg: z.string().nullish() }) })

const goodHead = z.object({ rescode: rescode.refine(code => code === 0) })

function success<T extends z.ZodType>(body: T) {
  return z.object({ head: goodHead, body })
}

/** What the setters answer beside success is not known. */
export const doneAnswer = z.object({ head: goodHead })

/** rescodes of §3 that mean something here; every other one is only shown. */
export const throttled = 1503

/** Written as 0 and 1; how they are read back is not known. */
const flag = z.literal([0, 1, '0', '1', true, false]).transform(value => value === true || Number(value) === 1)
const text = z.union([z.string(), z.number().transform(String)])
const url = text.transform(value => (value.trim().toUpperCase() === noUrl || value.trim() === '' ? undefined : value))

const readers: Record<ArgumentType, z.ZodType> = { flag, text, url, word: text, secret: z.unknown() }

export type Body = Record<string, unknown>

/** A body of nothing but names that nobody knows is not "all cleared". `{}` is: nothing is set. */
export function configAnswer(kind: ConfigKind): z.ZodType<{ body: Body }> {
  const { settings } = configs[kind]
  const names = Object.values(settings).map(one => one.name)
  const isKnown = (body: Body) => Object.keys(body).length === 0 || names.some(name => Object.hasOwn(body, name))
  return success(z.record(z.string(), z.unknown()).refine(isKnown).pipe(bodyOf(settings)))
}

/** Under which name the type comes is not known: the likely ones are looked at. */
const typeNames = ['type', 'handler_type', 'request_handler_type', 'handler', 'request_handler', 'handler_name']

export const handlerAnswer: z.ZodType<{ body: Body & { type: HandlerType } }> = success(
  z.record(z.string(), z.unknown()).transform((body, context): Body & { type: HandlerType } => {
    const type = typeNames.map(name => body[name]).find(isHandlerType)
    const parsed = type && bodyOf(handlers[type].settings).safeParse(body)
    if (type && parsed?.success) return { ...parsed.data, type }
    context.addIssue({ code: 'custom', message: 'no known request handler' })
    return z.NEVER
  })
)

/** `available`: nobody has the keyword. `authusers`: the one who asks. */
export const keywordAnswer = success(z.object({ available: flag, status: z.string().optional() }))

/** Phones: numbers or short codes, or `*`; seconds, 0 for none. */
export const routeAnswer = success(
  z.object({ phones: z.union([text, z.array(text)]).optional(), sticky_duration: text.optional() })
)

function bodyOf(settings: Record<string, Argument>): z.ZodType<Body, Body> {
  const fields = Object.values(settings).map(({ name, type }) => [name, readers[type].nullish()])
  return z.object(Object.fromEntries(fields) as Record<string, z.ZodType>)
}

function isHandlerType(value: unknown): value is HandlerType {
  return typeof value === 'string' && Object.hasOwn(handlers, value)
}
