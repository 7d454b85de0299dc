import * as z from 'zod'
import { fieldCard, formCard } from './field.ts'

export const capability = z.object({
  id: z.string(),
  label: z.string(),
  state: z.enum(['can', 'cannot', 'untested']),
  /** Why it cannot, or what could not be tried. */
  reason: z.string().optional()
})

export const kindCard = z.object({
  id: z.string(),
  label: z.string(),
  labelPlural: z.string(),
  help: z.string(),
  form: formCard,
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
  samples: z.array(sampleCard),
  rateLimit: z.object({ requests: z.number(), perMs: z.number(), source: z.string() })
})
export type ProviderCard = z.infer<typeof providerCard>
