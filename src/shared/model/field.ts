import * as z from 'zod'

/** What a form, a prompt, a command-line flag or a docs table needs to know of one field. Derived by `fields.ts`. */
export const fieldCard = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string().optional(),
  example: z.string().optional(),
  type: z.enum(['text', 'url', 'boolean', 'integer', 'choice', 'phone', 'email']),
  required: z.boolean(),
  secret: z.boolean(),
  writeOnly: z.boolean(),
  readOnly: z.boolean(),
  immutable: z.boolean(),
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional()
})
export type FieldCard = z.infer<typeof fieldCard>

/**
 * A form. With `variants` the value of the field `by` chooses further fields, which replace those of the same name in
 * `fields`; a value that is in no option takes `other`, where there is one.
 */
export const formCard = z.object({
  fields: z.array(fieldCard),
  variants: z
    .object({
      by: z.string(),
      options: z.array(
        z.object({ value: z.string(), label: z.string(), help: z.string().optional(), fields: z.array(fieldCard) })
      ),
      other: z.object({ label: z.string(), help: z.string().optional(), fields: z.array(fieldCard) }).optional()
    })
    .optional()
})
export type FormCard = z.infer<typeof formCard>

/** A secret setting inside a tree: its version in the vault, never its value. */
export const secretMark = z.object({ $secret: z.number().int() })

export const settingValue = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string()), secretMark])
export type SettingValue = z.infer<typeof settingValue>

export const settings = z.record(z.string(), settingValue)
export type Settings = z.infer<typeof settings>
