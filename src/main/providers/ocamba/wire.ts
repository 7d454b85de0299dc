// Ocamba Hood, integrations API v1 (JSON, personal API key as Bearer token).
// Source: Ocamba's reference pages of integrations, providers, test notification and personal API keys, as summed up in providers/ocamba.md §1–7, 2026-11.
// Not tested against the live service: the pages of list and delete were not seen, nor a body of the 201; every form that was described is taken.

import * as z from 'zod'

export const integrationsPath = '/v1/hood/integrations'
export const providersPath = '/v1/hood/providers'
export const testPath = '/v1/hood/test-notification'
export const validatePath = '/v2/ocamba/personal-api-keys/validate'

export function integrationPath(id: string): string {
  return `${integrationsPath}/${encodeURIComponent(id)}`
}

/** Ids are digits in a string; a number would be the same id. */
const id = z.union([z.string().min(1), z.number()]).transform(String)

/** Documented as strings throughout; a port or a chat that came as a number would still be understood. */
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

export const wireProvider = z.object({
  id,
  type: z.string(),
  name: z.string(),
  settings: z
    .array(z.object({ name: z.string(), title: z.string().optional(), required: z.boolean().optional() }))
    .nullish()
})
export type WireProvider = z.infer<typeof wireProvider>

export const wireIntegration = z.object({
  id,
  name: z.string(),
  provider_id: id.optional(),
  provider: wireProvider.partial({ type: true, name: true }).nullish(),
  /** No settings at all may also come as an empty list. */
  settings: z
    .union([z.record(z.string(), scalar), z.array(z.never()).transform(() => ({}))])
    .nullish()
    .transform((value): Record<string, string | number | boolean | null> => value ?? {}),
  status: z.string(),
  effective_status: z.string().nullish(),
  is_default: z
    .union([z.boolean(), z.literal([0, 1]).transform(value => value === 1)])
    .nullish()
    .catch(undefined)
})
export type WireIntegration = z.infer<typeof wireIntegration>

/** `total` was seen as a number and as a string. */
function page<T extends z.ZodType>(item: T) {
  const total = z.union([
    z.int().min(0),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number)
  ])
  return z.object({ total, items: z.array(item) })
}

export const integrationPage = page(wireIntegration)
export const providerPage = page(wireProvider)

/** The newer page shows a bare object, the older one a list of one. No item at all: it does not exist. */
export const oneAnswer = z.union([
  wireIntegration,
  z.object({ items: z.array(wireIntegration).max(1) }).transform(({ items }) => items[0])
])

const made = z.object({ id })

/** The id of what was created; undefined where the answer does not tell. */
export const createdAnswer = z.union([
  made.transform(one => one.id),
  z.object({ items: z.array(made).length(1) }).transform(({ items }) => items[0]?.id),
  z
    .array(made)
    .length(1)
    .transform(([one]) => one?.id),
  z.undefined()
])

/** 204 without a body; any other 2xx is taken too. */
export const doneAnswer = z.unknown()

/** `message` may be missing. */
export const errorAnswer = z.object({
  code: z.union([z.number(), z.string()]),
  title: z.string(),
  message: z.string().optional()
})

/** Written as strings; what is not known here goes back as it came. */
export type WireSettings = Record<string, string | number | boolean>

/** What a PATCH takes; the settings as a whole. */
export type WirePatch = { name?: string; status?: string; settings?: WireSettings }
