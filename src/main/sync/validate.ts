import type { core } from 'zod'
import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Settings, SettingValue } from '#shared/model/field.ts'
import type { Kind } from '../providers/contract.ts'
import { cardsFor, isSecretMark, valueAt } from './trees.ts'

/**
 * Refuses what the kind does not take, before anything is saved. in: `next` the whole tree as it would be, `edited` the
 * names that are to be changed: a value that was there already and is odd does not stand in the way of another edit.
 * faults: invalid-input, with the field.
 */
export function checkEdit(kind: Kind, next: Settings, edit: { edited: readonly string[]; existsThere: boolean }): void {
  const cards = cardsFor(kind, next)
  for (const name of edit.edited) {
    const card = cards.get(name)
    const value = valueAt(next, name)
    // What another variant of the form left behind may go, but not come.
    if (!card && value === undefined) continue
    if (!card) throw invalid(name, `“${name}” is not a setting of ${kind.card.label}.`)
    if (card.readOnly) throw invalid(name, `${card.label} is set by the provider and cannot be changed here.`)
    if (card.immutable && edit.existsThere) {
      throw invalid(name, `${card.label} cannot change once it exists. Create a new one and delete this one.`)
    }
    if (card.secret && value !== undefined && !isSecretMark(value)) {
      throw invalid(name, `${card.label} is a secret and belongs into the vault.`)
    }
    if (!card.secret && isSecretMark(value)) throw invalid(name, `${card.label} is not a secret.`)
    if (card.required && value === undefined) throw invalid(name, `${card.label} is required.`)
  }
  checkSchema(kind, next, edit.edited)
}

/** Refuses a new profile that lacks something or has something wrong. faults: invalid-input, with the field. */
export function checkNew(kind: Kind, settings: Settings): void {
  const cards = fieldsFor(kind.card.form, settings)
  const lacking = cards.find(card => card.required && !card.readOnly && valueAt(settings, card.name) === undefined)
  if (lacking) throw invalid(lacking.name, `${lacking.label} is required.`)
  checkEdit(kind, settings, { edited: Object.keys(settings), existsThere: false })
}

/** Refuses what nobody could import: of a profile that is at the provider, what is not named is there, secrets too. faults: as `checkNew`. */
export function checkSaid(kind: Kind, settings: Settings, remoteId: string | null): void {
  if (remoteId === null) checkNew(kind, settings)
  else checkEdit(kind, settings, { edited: Object.keys(settings), existsThere: false })
}

/** The tree without nulls: null is how an edit says "absent". */
export function withoutNulls(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}

/** Refuses what the schema has against the edited settings. faults: invalid-input, with the field and never the value. */
export function checkSchema(kind: Kind, next: Settings, edited: readonly string[]): void {
  const result = kind.schema.safeParse(next)
  if (result.success) return
  const issues = flatten(result.error.issues, kind.card.form.variants?.by)
  // A secret stands in the tree as its version number: the schema of its value has nothing to say about that.
  const relevant = issues.find(issue => {
    const name = nameOf(issue)
    return name === undefined || (edited.includes(name) && !isSecretMark(next[name]))
  })
  if (!relevant) return
  const name = nameOf(relevant)
  const label = name === undefined ? kind.card.label : (cardsFor(kind, next).get(name)?.label ?? name)
  throw invalid(name, sentence(label, relevant, name === undefined ? undefined : next[name]))
}

type Issue = core.$ZodIssue

/** Of a union that failed, the branch that the settings belong to: one that has nothing against the variant's name. */
function flatten(issues: readonly Issue[], by: string | undefined): Issue[] {
  return issues.flatMap(issue => {
    if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
    const branches = issue.errors.map(branch => flatten(branch, by))
    const own = branches.find(branch => branch.every(inner => nameOf(inner) !== by))
    return own ?? branches[0] ?? [issue]
  })
}

function nameOf(issue: Issue): string | undefined {
  const [name] = issue.path
  return name === undefined ? undefined : String(name)
}

function sentence(label: string, issue: Issue, value: SettingValue | undefined): string {
  if (issue.code === 'invalid_type' && value === undefined) return `${label} is required.`
  // The providers' own words go on from the label ("must be …"); the others are sentences of their own.
  const start = /^[a-z]/.test(issue.message) ? `${label} ` : `${label}: `
  return `${start}${issue.message}${/[.!?]$/.test(issue.message) ? '' : '.'}`
}

function invalid(field: string | undefined, message: string): Fault {
  return new Fault('invalid-input', { message, ...(field !== undefined && { field }) })
}
