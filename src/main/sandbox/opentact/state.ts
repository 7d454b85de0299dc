import * as z from 'zod'
import { commonState, emptyState, type KeptState } from '../kit/state.ts'
import { seededLeases, seededProfiles } from './account.ts'
import { seededKeys } from './tokens.ts'

const url = z.string().nullable()

export const profileSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  callback_url: url,
  callback_url2: url,
  number_pool_enable: z.boolean(),
  long_code_weight: z.number(),
  tollfree_weight: z.number(),
  skip_unhealthy_tns: z.boolean(),
  sticky_sender: z.boolean(),
  created_on: z.string(),
  modified_on: z.string()
})
export type Profile = z.infer<typeof profileSchema>

const lease = z.object({
  uuid: z.string(),
  tn: z.number(),
  /** The uuid of the messaging profile. */
  profile: z.string().nullable(),
  autorenew: z.boolean(),
  /** The subscription that lets the number send and get SMS. */
  sms: z.object({ uuid: z.string(), campaign: z.string().nullable() }).nullable(),
  expired_on: z.string(),
  created_on: z.string(),
  modified_on: z.string()
})
export type Lease = z.infer<typeof lease>

export const stateSchema = commonState.extend({
  profiles: z.array(profileSchema),
  leases: z.array(lease),
  /** Digests only: a token in a file would be a secret outside the vault. */
  logins: z.array(z.object({ digest: z.string(), expiresAtMs: z.number() })),
  keys: z.array(
    z.object({
      uuid: z.string(),
      name: z.string(),
      ttl: z.number(),
      digest: z.string(),
      expiresAtMs: z.number(),
      createdOn: z.string()
    })
  )
})

export type OpentactState = z.infer<typeof stateSchema>
export type KeptOpentact = KeptState<OpentactState>

export function seedState(): OpentactState {
  return {
    ...emptyState(),
    profiles: seededProfiles.map(one => profileSchema.parse(one)),
    leases: seededLeases.map(one => ({ ...one })),
    logins: [],
    keys: seededKeys()
  }
}
