import type { SandboxRequest } from '../server.ts'
import { Refusal } from './envelope.ts'
import type { Switches } from './switches.ts'

export type Arguments = Map<string, string>

type Form = 'url' | 'url-or-none' | 'urls' | 'flag' | 'text' | 'required'

/** What each setter takes beside credentials and tm. */
export const optionsOf: Record<string, Record<string, Form>> = {
  set_integration_config: { group_callback_url: 'url-or-none', private_token: 'text' },
  set_group_config: {
    group_enabled: 'flag',
    parent_group_enabled: 'flag',
    parent_group: 'text',
    auto_join: 'flag',
    user_msgs_allowed: 'flag',
    user_msgs_broadcasted: 'flag',
    user_msgs_to_leaders: 'flag',
    broadcast_updates: 'flag',
    welcome_head: 'text',
    optin_offer_enabled: 'flag',
    optin_offer_first: 'text',
    optin_offer_again: 'text',
    name_required: 'flag',
    freq_num: 'text',
    freq_per_period: 'text'
  },
  set_public_config: {
    publish_messages: 'flag',
    in_directory: 'flag',
    description: 'text',
    image_url: 'url-or-none',
    site_url: 'url-or-none'
  },
  set_basic_request_handler: { response: 'required', notify_sms: 'flag' },
  set_dynamic_request_handler: { url: 'urls', notify_sms: 'flag' },
  set_webscrape_request_handler: {
    url: 'url',
    clip_left: 'required',
    clip_right: 'text',
    clip_left_inc: 'flag',
    clip_right_inc: 'flag',
    clip_after: 'text',
    notify_sms: 'flag'
  },
  set_silent_request_handler: { notify_sms: 'flag' }
}

const everywhere = ['tm', 'auth_user', 'auth_pass', 'api_key', 'jsonp']

/** Query and body merged, the body last; an empty first pair (`&tm=…`) and GET with everything in the query are taken. */
export function readArguments({ query, body, headers }: SandboxRequest): Arguments {
  const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers['content-type'] ?? '')
  const form = isForm ? [...new URLSearchParams(body.toString('utf8'))] : []
  return new Map([...query, ...form].filter(([name]) => name !== ''))
}

/** The options of a setter, checked. Stricter than the real service may be: what it does not document is refused. */
export function readOptions(method: string, args: Arguments, switches: Switches): Record<string, string> {
  const forms = optionsOf[method] ?? {}
  const given = [...args].filter(([name]) => !everywhere.includes(name))
  const other = given.find(([name]) => !Object.hasOwn(forms, name))
  if (other) throw new Refusal(switches.wrongArgumentCode, `${other[0]} is not an argument of ${method}`)
  for (const [name, form] of Object.entries(forms)) {
    const value = args.get(name)
    const isRequired = form === 'required' || form === 'url' || form === 'urls'
    if (isRequired && (value ?? '') === '') throw new Refusal(switches.missingArgumentCode, `${name} is required`)
    if (value !== undefined && !isFit(form, value)) {
      throw new Refusal(switches.wrongArgumentCode, `${name} is not valid`)
    }
  }
  return Object.fromEntries(given)
}

function isFit(form: Form, value: string): boolean {
  if (form === 'flag') return value === '0' || value === '1'
  if (form === 'url') return isUrl(value)
  if (form === 'urls') return value.split(' ').every(isUrl)
  return form !== 'url-or-none' || value === 'NONE' || isUrl(value)
}

function isUrl(value: string): boolean {
  return /^https?:\/\/\S+$/i.test(value) && URL.canParse(value)
}
