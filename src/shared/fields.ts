import * as z from 'zod'
import type { FieldCard, FormCard } from './model/field.ts'

/**
 * What a schema's `.meta()` may say of a field. `label` and `help` are for people; the marks decide where the value may go:
 * `secret` only into the vault, `writeOnly` never comes back, `readOnly` is never sent, `immutable` cannot change once made.
 */
export type FieldMeta = {
  label: string
  help?: string
  example?: string
  /** Where the JSON type does not say it: a phone number, a URL with a template in it. */
  input?: FieldCard['type']
  secret?: boolean
  writeOnly?: boolean
  readOnly?: boolean
  immutable?: boolean
  /** Names for the values of an enum, in its order. */
  choiceLabels?: string[]
}

/** Marks a schema as a field: `field(z.string().min(1), { label: 'App ID' })`. */
export function field<T extends z.ZodType>(schema: T, meta: FieldMeta): T {
  return schema.meta(meta)
}

type JsonSchema = {
  type?: string
  format?: string
  const?: unknown
  enum?: unknown[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
} & Partial<FieldMeta>

/**
 * Derives the form of a schema. A plain object gives fields; a discriminated union gives variants; a union of a
 * discriminated union and an object gives variants with `other` (for every value of the discriminator not named).
 */
export function formOf(schema: z.ZodType): FormCard {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema
  if (json.properties !== undefined) return { fields: fieldsOf(json) }
  const parts = json.oneOf ?? json.anyOf ?? []
  const options = parts.flatMap(part => part.oneOf ?? part.anyOf ?? part)
  const by = discriminatorOf(options)
  if (by === undefined) throw new Error('formOf: neither an object nor a discriminated union')
  const named = options.filter(option => option.properties?.[by]?.const !== undefined)
  const other = options.find(option => option.properties?.[by]?.const === undefined)
  const [first] = named
  const byField = other ? fieldOf(by, other) : first ? fieldOf(by, first) : undefined
  return {
    fields: byField ? [{ ...byField, choices: undefined }] : [],
    variants: {
      by,
      options: named.map(option => ({
        value: String(option.properties?.[by]?.const),
        label: option.label ?? String(option.properties?.[by]?.const),
        help: option.help,
        fields: fieldsOf(option).filter(card => card.name !== by)
      })),
      ...(other && {
        other: {
          label: other.label ?? 'Other',
          help: other.help,
          fields: fieldsOf(other).filter(card => card.name !== by)
        }
      })
    }
  }
}

/** The fields that hold for these settings: those of the form, then those of the variant that the settings choose. */
export function fieldsFor(form: FormCard, settings: Record<string, unknown>): FieldCard[] {
  if (!form.variants) return form.fields
  const chosen = variantFor(form, settings)
  const own = new Set(chosen?.fields.map(card => card.name))
  return [...form.fields.filter(card => !own.has(card.name)), ...(chosen?.fields ?? [])]
}

/** The variant that the settings choose, or `other`, or nothing. */
export function variantFor(
  form: FormCard,
  settings: Record<string, unknown>
): { label: string; help?: string; fields: FieldCard[] } | undefined {
  if (!form.variants) return undefined
  const value = settings[form.variants.by]
  return form.variants.options.find(option => option.value === value) ?? form.variants.other
}

/**
 * What a value is called where the form has a name for it: a choice, or the variant that it chooses. in: settings: those
 * that it stands among, because a variant decides what a value means.
 */
export function choiceLabel(
  form: FormCard,
  settings: Record<string, unknown>,
  name: string,
  value: unknown
): string | undefined {
  if (form.variants?.by === name) return form.variants.options.find(option => option.value === value)?.label
  const card = fieldsFor(form, settings).find(field => field.name === name)
  return card?.choices?.find(choice => choice.value === value)?.label
}

/** What the values of changed settings are called, before and after, by setting. in: others: those that did not change. */
export function changeNames(
  form: FormCard,
  changes: readonly { setting: string; from?: unknown; to?: unknown }[],
  others: Record<string, unknown> | null
): Map<string, { from: string | undefined; to: string | undefined }> {
  const side = (of: 'from' | 'to') => ({
    ...others,
    ...Object.fromEntries(changes.map(change => [change.setting, change[of]]))
  })
  const [before, after] = [side('from'), side('to')]
  const namesOf = ({ setting, from, to }: (typeof changes)[number]) => ({
    from: choiceLabel(form, before, setting, from),
    to: choiceLabel(form, after, setting, to)
  })
  return new Map(changes.map(change => [change.setting, namesOf(change)]))
}

function discriminatorOf(options: JsonSchema[]): string | undefined {
  const [first] = options
  return Object.keys(first?.properties ?? {}).find(name => first?.properties?.[name]?.const !== undefined)
}

function fieldsOf(json: JsonSchema): FieldCard[] {
  return Object.keys(json.properties ?? {}).map(name => fieldOf(name, json))
}

function fieldOf(name: string, json: JsonSchema): FieldCard {
  const own = json.properties?.[name] ?? {}
  // An optional or nullable field is a union with null: its marks stand outside, its limits inside.
  const inner = { ...own.anyOf?.find(part => part.type !== 'null'), ...own }
  const choices = inner.enum?.map((value, index) => ({
    value: String(value),
    label: inner.choiceLabels?.[index] ?? String(value)
  }))
  return {
    name,
    label: inner.label ?? name,
    help: inner.help,
    example: inner.example,
    type: inner.input ?? typeOf(inner),
    required: json.required?.includes(name) ?? false,
    secret: inner.secret ?? false,
    writeOnly: inner.writeOnly ?? false,
    readOnly: inner.readOnly ?? false,
    immutable: inner.immutable ?? false,
    choices,
    minLength: inner.minLength,
    maxLength: inner.maxLength,
    minimum: inner.minimum,
    maximum: inner.maximum
  }
}

function typeOf(json: JsonSchema): FieldCard['type'] {
  if (json.enum) return 'choice'
  if (json.format === 'uri') return 'url'
  if (json.format === 'email') return 'email'
  if (json.type === 'boolean') return 'boolean'
  if (json.type === 'integer' || json.type === 'number') return 'integer'
  return 'text'
}
