import * as z from 'zod'
import { faultReport } from '../faults.ts'
import { vaultDriver } from './account.ts'

/** What the host can do beyond showing the page: the page asks `host.can('tray')`, never which host it is in. */
export const hostAbility = z.enum(['tray', 'native-menu', 'window-controls', 'open-external', 'print-url'])
export type HostAbility = z.infer<typeof hostAbility>

export const appInfo = z.object({
  version: z.string(),
  dataDir: z.string(),
  hostAbilities: z.array(hostAbility),
  /** null until one was chosen. */
  vault: vaultDriver.nullable(),
  vaultFault: faultReport.nullable()
})
export type AppInfo = z.infer<typeof appInfo>

export const vaultStatus = z.object({
  driver: vaultDriver,
  label: z.string(),
  about: z.string(),
  chosen: z.boolean(),
  /** null: it works. `vault-locked` on the file: the passphrase is needed. */
  fault: faultReport.nullable()
})
export type VaultStatus = z.infer<typeof vaultStatus>

/** Something changed; whoever shows it reads it again. */
export const appEvent = z.object({
  topic: z.enum(['accounts', 'profiles', 'runs', 'callbacks', 'listener', 'vault', 'sandbox', 'schedules']),
  atMs: z.number().int()
})
export type AppEvent = z.infer<typeof appEvent>

export const sandboxStatus = z.object({
  provider: z.string(),
  running: z.boolean(),
  url: z.string().nullable(),
  accountId: z.string().nullable(),
  /** The simulator's test credentials by field name. They are printed for everyone and open nothing else. */
  credentials: z.record(z.string(), z.string()),
  /** Whether it can be made to place a call. */
  calls: z.boolean(),
  /** What a simulated phone may text to it, to begin with; null where none can. */
  phone: z.object({ example: z.string(), help: z.string() }).nullable()
})
export type SandboxStatus = z.infer<typeof sandboxStatus>

/** One try of the simulator to hand an event to an address. status: null when no answer came; error says why. */
export const sandboxDelivery = z.object({
  url: z.string(),
  status: z.number().nullable(),
  error: z.string().optional()
})
export type SandboxDelivery = z.infer<typeof sandboxDelivery>
