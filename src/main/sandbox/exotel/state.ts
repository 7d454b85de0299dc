import * as z from 'zod'
import { commonState, emptyState, type KeptState } from '../kit/state.ts'
import { seededSettings } from './account.ts'

const setting = z.object({ Key: z.string(), Value: z.string() })

export const stateSchema = commonState.extend({
  settings: z.array(setting),
  /** Digests only: a token in a file would be a secret outside the vault. */
  tokens: z.array(z.object({ digest: z.string(), entity: z.enum(['app', 'customer']), expiresAtMs: z.number() }))
})

export type ExotelState = z.infer<typeof stateSchema>
export type KeptExotel = KeptState<ExotelState>

export function seedState(): ExotelState {
  return { ...emptyState(), settings: seededSettings.map(one => ({ ...one })), tokens: [] }
}
