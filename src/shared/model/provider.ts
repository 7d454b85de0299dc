import * as z from 'zod'
import { fieldCard, formCard } from './field.ts'

export const capability = z.object({
  id: z.string(),
  label: z.string(),
  state: z.enum(['can', 'cannot', 'untested']),
  /** Why it cannot, or what could not be tried. */
  reason: z.string().optional()
})

/** Something to do with one profile that is no configuration: a test message, moving a number. Done once, never repeated. */
export const actionCard = z.object({
  id: z.string(),
  label: z.string(),
  help: z.string(),
  fields: z.array(fieldCard),
  /** What the person has to agree to first (it costs, it reaches somebody); null where nothing. */
  confirm: z.string().nullable()
})
export type ActionCard = z.infer<typeof actionCard>

/** A table that can be looked at and not changed: users of an app, numbers of a profile. */
export const viewCard = z.object({
  id: z.string(),
  label: z.string(),
  help: z.string(),
  /** null: of the account; else of each profile of this kind. */
  kind: z.string().nullable()
})
export type ViewCard = z.infer<typeof viewCard>

export const viewTable = z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) })
export type ViewTable = z.infer<typeof viewTable>

export const kindCard = z.object({
  id: z.string(),
  label: z.string(),
  labelPlural: z.string(),
  help: z.string(),
  form: formCard,
  /** `by-name`: the provider cannot list them; the person adopts each by its name there. */
  listing: z.enum(['all', 'by-name']),
  actions: z.array(actionCard),
  create: capability,
  update: capability,
  remove: capability
})
export type KindCard = z.infer<typeof kindCard>

export const sampleCard = z.object({ id: z.string(), label: z.string(), help: z.string(), fields: z.array(fieldCard) })

/** All that anyone outside the provider's folder may know of it. */
export const providerCard = z.object({
  id: z.string(),
  name: z.string(),
  about: z.string(),
  docsUrl: z.string(),
  credentials: formCard,
  endpoints: z.array(z.object({ id: z.string(), label: z.string(), baseUrl: z.string() })).min(1),
  kinds: z.array(kindCard),
  capabilities: z.array(capability),
  views: z.array(viewCard),
  samples: z.array(sampleCard),
  rateLimit: z.object({ requests: z.number(), perMs: z.number(), source: z.string() })
})
export type ProviderCard = z.infer<typeof providerCard>
