import { createHash } from 'node:crypto'
import * as z from 'zod'
import { commonState, emptyState, type KeptState } from '../kit/state.ts'
import { seededIntegrations, seededPasswords } from './account.ts'

export type Service = {
  id: string
  type: string
  name: string
  domain: string
  description: string
  logoURL: string | null
  status: 'Active' | 'Inactive'
}

const integration = z.object({
  id: z.string(),
  serviceId: z.string(),
  name: z.string(),
  username: z.string(),
  /** The password itself is in no file: it may be somebody's own. */
  passwordDigest: z.string(),
  phoneNumber: z.string(),
  description: z.string().nullable(),
  status: z.enum(['Active', 'Inactive']),
  isDefault: z.boolean(),
  createdDate: z.string()
})
export type Integration = z.infer<typeof integration>

export const stateSchema = commonState.extend({
  integrations: z.array(integration),
  /** Digests only, as with all that opens something. */
  keys: z.array(z.object({ digest: z.string(), expiresAtMs: z.number() })),
  isFirstKeyValid: z.boolean(),
  testMessages: z.array(
    z.object({ serviceId: z.string(), username: z.string(), from: z.string(), to: z.string(), message: z.string() })
  ),
  /** Requests in the running minute. */
  minute: z.object({ startMs: z.number(), requests: z.number() })
})

export type JframeworkState = z.infer<typeof stateSchema>
export type KeptJframework = KeptState<JframeworkState>

export function seedState(): JframeworkState {
  return {
    ...emptyState(),
    integrations: seededIntegrations.map(one => ({
      ...one,
      passwordDigest: digestOf(seededPasswords[one.id] ?? '')
    })),
    keys: [],
    isFirstKeyValid: true,
    testMessages: [],
    minute: { startMs: 0, requests: 0 }
  }
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
