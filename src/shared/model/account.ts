import * as z from 'zod'
import { faultReport } from '../faults.ts'

export const vaultDriver = z.enum(['keychain', 'file', 'session'])
export type VaultDriver = z.infer<typeof vaultDriver>

/** Where a secret is: its version in which vault. The value is in the vault or nowhere. */
export const secretRef = z.object({ name: z.string(), version: z.number().int(), vault: vaultDriver })
export type SecretRef = z.infer<typeof secretRef>

export const account = z.object({
  id: z.string(),
  provider: z.string(),
  label: z.string(),
  /** The API's base URL, or `sandbox:` and the provider's id for the built-in simulator. */
  baseUrl: z.string(),
  /** The credential fields that are not secret. */
  fields: z.record(z.string(), z.string()),
  secrets: z.array(secretRef),
  /** `parked`: the provider rejected the credentials; nothing is sent until they are changed or tested. */
  state: z.enum(['untested', 'ready', 'parked']),
  parkedFault: faultReport.nullable(),
  createdMs: z.number().int(),
  updatedMs: z.number().int(),
  pulledMs: z.number().int().nullable()
})
export type Account = z.infer<typeof account>
