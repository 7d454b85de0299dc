import * as z from 'zod'
import { settingChange } from './plan.ts'

/** A secret that nobody has the value of: whose it is, for people, and its name. */
const missingSecret = z.object({ of: z.string(), name: z.string() })

export const backupAbout = z.object({
  fileName: z.string(),
  bytes: z.number().int(),
  /** How many secrets are inside; null: none was asked for. */
  secrets: z.number().int().nullable(),
  /** Were asked for, and the vault does not have them. */
  missing: z.array(missingSecret)
})
export type BackupAbout = z.infer<typeof backupAbout>

export const backupSaved = backupAbout.extend({
  /** Where it is on this computer. */
  file: z.string()
})
export type BackupSaved = z.infer<typeof backupSaved>

export const restored = z.object({
  madeMs: z.number().int(),
  /** The version of Plugboard that made it. */
  madeBy: z.string(),
  accounts: z.number().int(),
  profiles: z.number().int(),
  callbacks: z.number().int(),
  /** How many secrets were put into the vault. */
  secrets: z.number().int(),
  /** Secrets that are in no vault here: to be entered again. */
  missing: z.array(missingSecret),
  /** The database as it was before. */
  kept: z.string()
})
export type Restored = z.infer<typeof restored>

/** A file of the exported configuration, its path below the folder with `/`. */
export const configFile = z.object({ path: z.string().max(500), text: z.string().max(1_000_000) })
export type ConfigFile = z.infer<typeof configFile>

export const configExport = z.object({
  files: z.array(configFile),
  /** Profiles that have no file, because an import would refuse it: they are at the provider as nobody could enter them here. */
  left: z.array(z.object({ account: z.string(), title: z.string(), message: z.string() }))
})
export type ConfigExport = z.infer<typeof configExport>

/** What an import does with one file. `unlike`: an account that is here differs, and an import never changes one. */
export const configStep = z.object({
  path: z.string(),
  what: z.enum([
    'account-created',
    'account-same',
    'account-unlike',
    'profile-created',
    'profile-edited',
    'profile-same'
  ]),
  title: z.string(),
  /** Of a profile: what changes in its local tree. */
  settings: z.array(settingChange),
  /** Of an account: which of its entries differ. */
  unlike: z.array(z.string()),
  /** Secret settings and credentials that have to be entered. */
  secrets: z.array(z.string())
})
export type ConfigStep = z.infer<typeof configStep>
