import { createHash } from 'node:crypto'
import * as z from 'zod'
import { commonState, emptyState, type KeptState } from '../kit/state.ts'
import { sandboxAccount, secretNames, seededIntegrations } from './account.ts'

const integration = z.object({
  id: z.string(),
  name: z.string(),
  provider_id: z.string(),
  /** Secrets stand here as digests: a secret in a file would be one outside the vault. */
  settings: z.record(z.string(), z.string()),
  status: z.string(),
  effective_status: z.string(),
  is_default: z.boolean(),
  create_time: z.string(),
  update_time: z.string()
})

export type Integration = z.infer<typeof integration>

export const stateSchema = commonState.extend({
  integrations: z.array(integration),
  nextId: z.int(),
  /** Digests of the keys that are good. */
  keys: z.array(z.string()),
  tests: z.int()
})

export type OcambaState = z.infer<typeof stateSchema>
export type KeptOcamba = KeptState<OcambaState>

/** The values of secrets by their digest, for as long as this process lives. */
export type SecretMemory = Map<string, string>

export function seedMemory(): SecretMemory {
  const memory: SecretMemory = new Map()
  for (const { settings } of seededIntegrations) sealed(settings, memory)
  return memory
}

export function seedState(): OcambaState {
  const integrations = seededIntegrations.map((one, index) => ({
    ...one,
    id: String(1161 + index),
    settings: sealed(one.settings, new Map()),
    effective_status: index === 0 ? 'active' : 'inactive',
    is_default: index === 0,
    create_time: '2025-03-03 09:30:00',
    update_time: '2025-03-03 09:30:00'
  }))
  const nextId = 1161 + integrations.length
  return { ...emptyState(), integrations, nextId, keys: [digestOf(sandboxAccount.apiKey)], tests: 0 }
}

/** The settings as they are kept: the values of secrets go into memory. */
export function sealed(settings: Record<string, string>, memory: SecretMemory): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (!secretNames.includes(name) || value === '') return [name, value]
      const digest = digestOf(value)
      memory.set(digest, value)
      return [name, digest]
    })
  )
}

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** As Ocamba writes times: GMT, without saying so. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
