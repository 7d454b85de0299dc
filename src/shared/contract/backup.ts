import * as z from 'zod'
import { backupAbout, backupSaved, configExport, configFile, configStep, restored } from '../model/backup.ts'
import { newPassphrase } from '../model/passphrase.ts'
import { method } from './errors.ts'

/** One encrypted file with everything. What hands its bytes over never has secrets in it: those stay in this computer. */
export const backup = {
  /** Into the data folder's `backups`. */
  save: method.input(z.object({ passphrase: newPassphrase, withSecrets: z.boolean() })).output(backupSaved),
  /**
   * The same to where the person says in the system's own dialog, which alone names the path. null: the dialog was closed. Of
   * hosts that have `file-dialogs`.
   */
  saveAs: method
    .input(z.object({ passphrase: newPassphrase, withSecrets: z.boolean() }))
    .output(backupAbout.nullable()),
  /** Makes one without secrets, to be read piece by piece; the next one takes its place. */
  begin: method.input(z.object({ passphrase: newPassphrase })).output(backupAbout.extend({ id: z.string() })),
  /** The bytes from there; none: that was all. */
  read: method
    .input(z.object({ id: z.string(), position: z.number().int().min(0) }))
    .output(z.object({ base64: z.base64() })),
  /** Adds a piece of a backup that is to be restored; without an id it is the first one. */
  put: method
    .input(z.object({ id: z.string().optional(), base64: z.base64().max(2_000_000) }))
    .output(z.object({ id: z.string() })),
  /** Lets the person say in the system's own dialog which one is to be restored. null: the dialog was closed. */
  choose: method.output(z.object({ id: z.string(), fileName: z.string() }).nullable()),
  /** Replaces everything here by what is in it. The listener stops. */
  restore: method.input(z.object({ id: z.string(), passphrase: z.string().min(1) })).output(restored)
}

/** Accounts and profiles as readable files, without secrets. */
export const config = {
  export: method.output(configExport),
  /**
   * Makes local edits of what the files say; nothing is sent, and all of it or nothing becomes true. What has no file, and what
   * a file does not name, stays as it is. `dryRun`: only says what would change.
   */
  import: method
    .input(z.object({ files: z.array(configFile).max(100_000), dryRun: z.boolean().default(false) }))
    .output(z.array(configStep))
}
