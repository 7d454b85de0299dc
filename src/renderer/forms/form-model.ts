import type { FaultReport } from '#shared/faults.ts'
import type { FieldCard, FormCard, SettingValue, Settings } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'

/** What stands in the inputs: text as typed, or a switch. A secret starts empty, whether or not one is kept. */
export type Draft = Record<string, string | boolean>

/** A field's name to what is wrong with it. */
export type Problems = Record<string, string>

export function draftOf(fields: FieldCard[], settings: Settings): Draft {
  return Object.fromEntries(fields.map(card => [card.name, inputOf(card, settings[card.name])]))
}

function inputOf(card: FieldCard, value: SettingValue | undefined): string | boolean {
  if (card.type === 'boolean') return value === true || value === 'true'
  if (card.secret || value === undefined || value === null) return ''
  return textOf(value)
}

/** A setting as one line of text. A secret shows as dots, never as its value. */
export function textOf(value: SettingValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.join(', ')
  if (typeof value === 'object') return '••••••'
  return String(value)
}

export function sameSetting(one: SettingValue | undefined, other: SettingValue | undefined): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

export type Edit = { set: Settings; unset: string[] }

/** What an edited form changes: only what differs from the settings that it was filled from. */
export function editOf(fields: FieldCard[], settings: Settings, draft: Draft): Edit {
  const edit: Edit = { set: {}, unset: [] }
  for (const card of fields.filter(field => !field.readOnly)) {
    const before = settings[card.name]
    const given = draft[card.name]
    if (given === undefined || given === inputOf(card, before)) continue
    if (given === '' && !card.required) edit.unset.push(card.name)
    else edit.set[card.name] = valueOf(card, given, before)
  }
  return edit
}

/** The settings of a new profile: every field that was filled in. */
export function settingsOf(fields: FieldCard[], draft: Draft): Settings {
  const given = fields.map(card => ({ card, typed: draft[card.name] ?? untouched(card) }))
  const filled = given.filter(({ card, typed }) => !card.readOnly && typed !== '')
  return Object.fromEntries(filled.map(({ card, typed }) => [card.name, valueOf(card, typed, undefined)]))
}

/** A switch that has to be sent is off until it is turned on. */
function untouched(card: FieldCard): string | boolean {
  return card.type === 'boolean' && card.required ? false : ''
}

/** What is typed, as the setting that it stands for. */
export function valueOf(card: FieldCard, given: string | boolean, before: SettingValue | undefined): SettingValue {
  // A provider that keeps switches as text goes on getting text.
  if (typeof given === 'boolean') return typeof before === 'string' ? String(given) : given
  return card.type === 'integer' ? Number(given) : given
}

/** The texts of a credential form, the secret ones apart: they go to the vault and nowhere else. */
export function credentialsOf(
  fields: FieldCard[],
  draft: Draft
): { fields: Record<string, string>; secrets: Record<string, string> } {
  const texts = fields.flatMap(card => {
    const given = draft[card.name]
    return given === undefined || given === '' ? [] : [{ card, text: String(given) }]
  })
  const of = (secret: boolean) =>
    Object.fromEntries(texts.filter(({ card }) => card.secret === secret).map(({ card, text }) => [card.name, text]))
  return { fields: of(false), secrets: of(true) }
}

/** The same draft with every secret forgotten. */
export function withoutSecrets(fields: FieldCard[], draft: Draft): Draft {
  const names = new Set(fields.filter(card => card.secret).map(card => card.name))
  return Object.fromEntries(Object.entries(draft).map(([name, given]) => [name, names.has(name) ? '' : given]))
}

/** What can be seen to be wrong before asking the core. `kept`: secrets that are in the vault already. */
export function problemsOf(
  fields: FieldCard[],
  draft: Draft,
  kept: { has: (name: string) => boolean } = new Set()
): Problems {
  const problems: Problems = {}
  for (const card of fields.filter(field => !field.readOnly)) {
    const given = draft[card.name] ?? untouched(card)
    if (typeof given === 'boolean' || (card.secret && given === '' && kept.has(card.name))) continue
    const problem = problemOf(card, given)
    if (problem !== undefined) problems[card.name] = problem
  }
  return problems
}

function problemOf(card: FieldCard, text: string): string | undefined {
  if (text === '') return card.required ? `${card.label} is needed.` : undefined
  if (card.type === 'integer') return numberProblemOf(card, text)
  if (card.type === 'url' && !URL.canParse(text)) {
    return `A full address is needed, for example ${card.example ?? 'https://example.com/calls'}.`
  }
  if (card.minLength !== undefined && text.length < card.minLength) return `At least ${card.minLength} characters.`
  if (card.maxLength !== undefined && text.length > card.maxLength) {
    return `At most ${card.maxLength} characters; this has ${text.length}.`
  }
  if (card.type === 'email' && !/^\S+@\S+$/.test(text)) return 'An e-mail address is needed.'
  return undefined
}

function numberProblemOf(card: FieldCard, text: string): string | undefined {
  const number = Number(text)
  if (!Number.isInteger(number)) return 'A whole number is needed.'
  if (card.minimum !== undefined && number < card.minimum) return `At least ${card.minimum}.`
  if (card.maximum !== undefined && number > card.maximum) return `At most ${card.maximum}.`
  return undefined
}

/** The fields with the one that chooses the variant as a choice, where its values are all known. */
export function withVariantChoices({ variants }: FormCard, fields: FieldCard[]): FieldCard[] {
  if (!variants || variants.other) return fields
  const choices = variants.options.map(({ value, label }) => ({ value, label }))
  return fields.map(card => (card.name === variants.by ? { ...card, type: 'choice', choices } : card))
}

/** The settings that only another variant of the form has: they go when the variant changes. */
export function leftBehind({ variants }: FormCard, fields: FieldCard[], settings: Settings): string[] {
  const names = new Set(variants?.options.flatMap(option => option.fields.map(card => card.name)))
  for (const card of fields) names.delete(card.name)
  return Object.keys(settings).filter(name => names.has(name))
}

/** The versions of the secrets among the settings, by name. */
export function keptSecrets(fields: FieldCard[], settings: Settings): ReadonlyMap<string, number> {
  const kept = new Map<string, number>()
  for (const { name, secret } of fields) {
    const mark = settings[name]
    if (secret && typeof mark === 'object' && mark !== null && '$secret' in mark) kept.set(name, mark.$secret)
  }
  return kept
}

/** The fault as a problem of the field that it names, where the form has that field. */
export function problemOfFault(fields: FieldCard[], fault: FaultReport | undefined): Problems {
  const field = fault?.field
  return fault && field !== undefined && fields.some(card => card.name === field) ? { [field]: fault.message } : {}
}

/**
 * What looks odd, beside the fields of the form, and what has no field there. in: edit: what is typed and not saved; the
 * warning of such a setting is about a value that is no longer there.
 */
export function warningsOf(
  fields: FieldCard[],
  warnings: Warning[],
  edit: Settings
): { byField: Problems; others: string[] } {
  const holding = warnings.filter(({ setting }) => setting === null || !Object.hasOwn(edit, setting))
  const hasField = ({ setting }: Warning) => fields.some(card => card.name === setting)
  return {
    byField: Object.fromEntries(holding.filter(hasField).map(({ setting, text }) => [setting, text])),
    others: holding.filter(warning => !hasField(warning)).map(({ text }) => text)
  }
}
