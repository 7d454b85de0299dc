// TextMarks API V2: settings ↔ arguments, both ways, and what counts as equal.
// Source: the help pages of TextMarkManager, as summed up in providers/textmarks.md §3–4, 2026-11.
// Not tested against the live service: that nothing clears a text; that keywords are the same in upper and lower case.

import { Fault } from '#shared/faults.ts'
import type { Settings, SettingValue } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'
import type { Refusal } from '../kit/answer-fault.ts'
import { addressWarning } from '../kit/address-warning.ts'
import { textOfField } from '../kit/callback-body.ts'
import { warningsBy } from '../kit/warnings.ts'
import { configs, envelope, handlers, noUrl, throttled } from './wire.ts'
import type { ArgumentType, Body, ConfigKind, HandlerType } from './wire.ts'

/** People text keywords in any case, and TextMarks writes them large. What is no plain keyword is left as it is. */
export function keywordId(name: string): string {
  const text = name.trim()
  return /^[a-z0-9]+$/i.test(text) ? text.toUpperCase() : text
}

export function keywordOf(settings: Settings): string {
  return keywordId(textOfField(settings['keyword']))
}

export function configSettings(kind: ConfigKind, keyword: string, body: Body): Settings {
  return { keyword: keywordId(keyword), ...settingsOf(configs[kind].settings, body) }
}

export function handlerSettings(keyword: string, body: Body & { type: HandlerType }): Settings {
  const settings = { keyword: keywordId(keyword), type: body.type, ...settingsOf(handlers[body.type].settings, body) }
  return normaliseHandler(settings)
}

/** Only what is planned. faults: unsupported, for a setting that cannot be cleared. */
export function configArguments(kind: ConfigKind, planned: Settings): Record<string, string> {
  const { settings } = configs[kind]
  const given = Object.entries(planned).filter(([name]) => Object.hasOwn(settings, name))
  return Object.fromEntries(
    given.flatMap(([setting, value]) => {
      const argument = settings[setting]
      return argument ? [[argument.name, written(setting, argument.type, value)]] : []
    })
  )
}

/** The method that sets a handler of this type, and all of its arguments. faults: invalid-input. */
export function handlerArguments(whole: Settings): { method: string; args: Record<string, string> } {
  const type = handlerTypeOf(whole)
  const { write, settings } = handlers[type]
  const full = type === 'webscrape' ? { includeLeft: false, includeRight: false, ...whole } : whole
  const args = Object.entries(settings).flatMap(([setting, argument]) => {
    const value = full[setting]
    return isNothing(value) ? [] : [[argument.name, written(setting, argument.type, value)]]
  })
  return { method: write, args: Object.fromEntries(args) }
}

/** No URL, no text: the same as the setting that is not there. A plain keyword is written large. */
export function normaliseConfig(settings: Settings): Settings {
  const entries = Object.entries(settings).filter(([, value]) => !isNothing(value) && value !== noUrl)
  return withKeyword(Object.fromEntries(entries.map(([name, value]) => [name, trimmedUrl(name, value)])))
}

/** Also without what belongs to another type: its settings go when the type changes. */
export function normaliseHandler(settings: Settings): Settings {
  const type = settings['type']
  const names = isHandlerType(type) ? ['keyword', 'type', ...Object.keys(handlers[type].settings)] : undefined
  const kept = Object.entries(settings).filter(([name, value]) => !isNothing(value) && (names?.includes(name) ?? true))
  // 0 is TextMarks' documented default for both.
  const plain = kept.filter(([name, value]) => !/^include(Left|Right)$/.test(name) || value !== false)
  return withKeyword(Object.fromEntries(plain.map(([name, value]) => [name, trimmedUrl(name, value)])))
}

/** Of all four kinds: each has other addresses. in: baseUrl: the account's. */
export function warningsOf(settings: Settings, baseUrl: string): Warning[] {
  const of = { caller: 'TextMarks', baseUrl }
  // What TextMarks fetches to show or to cut from is public; what it calls carries phone numbers.
  const mayBePlain = settings['type'] === 'webscrape'
  const called = (text: string) => text.split(/\s+/).map(one => addressWarning(one, { ...of, mayBePlain }))
  return warningsBy(settings, {
    groupCallbackUrl: text => addressWarning(text, of) ?? (/\\[pu]/.test(text) ? undefined : anonymous),
    url: text => called(text).find(one => one !== undefined),
    imageUrl: text => addressWarning(text, { ...of, mayBePlain: true })
  })
}

const anonymous = String.raw`It has neither \p nor \u: the call does not say who joined or left.`

/** What the answer says of a failure: `resmsg` and its code, which is only understood where it is documented. */
export function refusalOf(body: unknown): Refusal | undefined {
  const parsed = envelope.safeParse(body)
  if (!parsed.success || parsed.data.head.rescode === 0) return undefined
  const { rescode, resmsg } = parsed.data.head
  const reason = `${resmsg ? `${resmsg} ` : ''}(TextMarks’ code ${rescode})`
  const code = rescode === throttled ? 'rate-limited' : 'refused'
  return { reason, field: fieldNamed(resmsg ?? ''), code }
}

/** The setting whose argument a reason names: "group_callback_url is not valid". A short name only at the beginning. */
function fieldNamed(reason: string): string | undefined {
  const words = reason.split(/\W+/)
  const known = [...Object.values(configs), ...Object.values(handlers)].flatMap(one => Object.entries(one.settings))
  return known.find(([, { name }]) => (name.includes('_') ? words.includes(name) : words[0] === name))?.[0]
}

function settingsOf(table: Record<string, { name: string; type: ArgumentType }>, body: Body): Settings {
  const entries = Object.entries(table).flatMap(([setting, { name, type }]): [string, SettingValue][] => {
    const value = body[name]
    if (type === 'secret' || value === null || value === undefined || value === '') return []
    return [[setting, typeof value === 'boolean' ? value : textOfField(value)]]
  })
  return Object.fromEntries(entries)
}

function written(setting: string, type: ArgumentType, value: SettingValue | undefined): string {
  if (isNothing(value)) {
    if (type === 'url') return noUrl
    if (type === 'text') return ''
    throw new Fault('unsupported', { message: notCleared[type], field: setting })
  }
  if (type === 'flag') return value === true ? '1' : '0'
  const text = textOfField(value)
  return type === 'url' || setting === 'url' ? spaced(text) : text
}

const notCleared: Record<Exclude<ArgumentType, 'url' | 'text'>, string> = {
  flag: 'TextMarks can switch this on or off, but not leave it open; choose one of the two',
  word: 'TextMarks documents no way to clear this; give it another value instead',
  secret: 'TextMarks documents no way to clear the private token; replace it instead'
}

function handlerTypeOf(settings: Settings): HandlerType {
  const type = settings['type']
  if (isHandlerType(type)) return type
  throw new Fault('invalid-input', { message: 'The request handler has no type that TextMarks knows', field: 'type' })
}

function isHandlerType(value: unknown): value is HandlerType {
  return typeof value === 'string' && Object.hasOwn(handlers, value)
}

function isNothing(value: SettingValue | undefined): value is null | undefined | '' {
  return value === null || value === undefined || value === ''
}

function withKeyword(settings: Settings): Settings {
  const { keyword } = settings
  return typeof keyword === 'string' ? { ...settings, keyword: keywordId(keyword) } : settings
}

function trimmedUrl(name: string, value: SettingValue): SettingValue {
  return /url$/i.test(name) && typeof value === 'string' ? spaced(value) : value
}

function spaced(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}
