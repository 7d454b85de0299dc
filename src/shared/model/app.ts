import * as z from 'zod'
import { faultReport } from '../faults.ts'
import { vaultDriver } from './account.ts'

/** What the host can do beyond showing the page: the page asks `host.can('tray')`, never which host it is in. */
export const hostAbility = z.enum([
  'tray',
  'start-at-login',
  'native-menu',
  'window-controls',
  'open-external',
  'print-url',
  'screen-lock',
  'sign-out',
  'file-dialogs'
])
export type HostAbility = z.infer<typeof hostAbility>

/** When the vault file locks itself. null minutes: never for lack of use. */
export const autoLock = z.object({
  minutes: z.number().int().min(1).max(1440).nullable(),
  /** Also when the computer's screen is locked, where the host is told of it. */
  withScreen: z.boolean()
})
export type AutoLock = z.infer<typeof autoLock>

export const appInfo = z.object({
  version: z.string(),
  dataDir: z.string(),
  hostAbilities: z.array(hostAbility),
  /** null until one was chosen. */
  vault: vaultDriver.nullable(),
  vaultFault: faultReport.nullable(),
  autoLock
})
export type AppInfo = z.infer<typeof appInfo>

/** What a person chose about the app on this computer's desktop. null: the host has no such thing. */
export const desktopSettings = z.object({
  /** Opens, without a window, when the person logs in. */
  startsAtLogin: z.boolean().nullable(),
  /** Closing the window leaves the app in the tray. */
  staysInTray: z.boolean().nullable()
})
export type DesktopSettings = z.infer<typeof desktopSettings>

export const desktopChange = z.object({ startsAtLogin: z.boolean(), staysInTray: z.boolean() }).partial()
export type DesktopChange = z.infer<typeof desktopChange>

/** `moved`: the secrets in use; `older`: versions that the history needs. */
export const vaultMove = z.object({
  to: vaultDriver,
  moved: z.number().int(),
  older: z.number().int(),
  /** Entries that the old vault would not delete; that is tried again at each start. */
  left: z.number().int()
})
export type VaultMove = z.infer<typeof vaultMove>

export const vaultStatus = z.object({
  driver: vaultDriver,
  label: z.string(),
  about: z.string(),
  chosen: z.boolean(),
  /** How many secrets are in use there. */
  secrets: z.number().int(),
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
