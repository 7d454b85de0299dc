import { resolve } from 'node:path'
import { Fault } from '#shared/faults.ts'
import type { BackupSaved, Restored } from '#shared/model/backup.ts'
import { newPassphrase } from '#shared/model/passphrase.ts'
import { askHidden, askTwice, askYes, canAsk } from '../ask.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets } from '../secrets.ts'
import { countText, timeText } from '../table.ts'

export type PassphraseOptions = { secretsStdin?: boolean; passphraseEnv?: string }

export const create =
  (file: string, options: PassphraseOptions & { withSecrets?: boolean }): Action =>
  async context => {
    const passphrase = await readPassphrase(context, options, true)
    const withSecrets = options.withSecrets ?? false
    const { backups } = (await context.open({ secrets: withSecrets })).core
    const saved = await backups.create({ file: resolve(file), passphrase, withSecrets })
    return { value: saved, text: savedText(saved) }
  }

export const restore =
  (file: string, options: PassphraseOptions & { yes?: boolean }): Action =>
  async context => {
    const passphrase = await readPassphrase(context, options, false)
    const { client, backups } = (await context.open({ secrets: true })).core
    const accounts = await client.accounts.list()
    if (accounts.length > 0 && !options.yes) await confirmReplacing(context, accounts.length)
    const restored = await backups.restore({ file: resolve(file), passphrase })
    return { value: restored, text: restoredText(restored) }
  }

/** From --passphrase-env, from standard input ({"passphrase": …}) or from a prompt, twice where it is chosen. */
async function readPassphrase(context: Context, options: PassphraseOptions, isNew: boolean): Promise<string> {
  const { secretsStdin, passphraseEnv } = options
  const isGiven = secretsStdin === true || passphraseEnv !== undefined
  const given = isGiven || !canAsk() ? await givenPassphrase(context, options) : await askPassphrase(isNew)
  if (!isNew) return given
  const checked = newPassphrase.safeParse(given)
  if (checked.success) return checked.data
  throw new Fault('invalid-input', { message: checked.error.issues[0]?.message, field: 'passphrase' })
}

async function givenPassphrase(context: Context, { secretsStdin, passphraseEnv }: PassphraseOptions): Promise<string> {
  const secretEnv = passphraseEnv === undefined ? [] : [`passphrase=${passphraseEnv}`]
  const { passphrase } = await readSecrets([], { ...(secretsStdin && { secretsStdin }), secretEnv }, context.env)
  if (passphrase) return passphrase
  throw new Fault('invalid-input', {
    message: 'The passphrase of the backup is missing',
    advice:
      'Give it with --passphrase-env VARIABLE or --secrets-stdin ({"passphrase": "…"}), or run in a terminal to be asked.',
    field: 'passphrase'
  })
}

function askPassphrase(isNew: boolean): Promise<string> {
  if (!isNew) return askHidden('Passphrase of the backup')
  return askTwice('Choose a passphrase for the backup (it cannot be recovered)')
}

async function confirmReplacing(context: Context, accounts: number): Promise<void> {
  const message = `This data folder has ${countText(accounts, 'account')}, and everything in it would be replaced`
  if (canAsk() && !context.io.json && (await askYes(`${message}. Restore the backup?`))) return
  throw new Fault('needs-confirmation', {
    message: `${message}. Nothing was changed`,
    advice: 'Confirm it with --yes, or restore into another folder with --data-dir.'
  })
}

function savedText({ file, bytes, secrets, missing }: BackupSaved): string {
  const inside = secrets === null ? 'without secrets' : `with ${countText(secrets, 'secret')}`
  return [`Wrote ${file} (${bytes} bytes), ${inside}, and read it back.`, ...missingLines(missing)].join('\n')
}

function restoredText(restored: Restored): string {
  const { accounts, profiles, callbacks, secrets, missing, kept, madeMs, madeBy } = restored
  const counts = [countText(accounts, 'account'), countText(profiles, 'profile'), countText(callbacks, 'callback')]
  return [
    `Restored ${counts.join(', ')} and ${countText(secrets, 'secret')}, as they were on ${timeText(madeMs)} (Plugboard ${madeBy}).`,
    `The database as it was before is ${kept}.`,
    ...missingLines(missing)
  ].join('\n')
}

function missingLines(missing: { of: string; name: string }[]): string[] {
  if (missing.length === 0) return []
  const names = missing.map(({ of, name }) => `${name} of ${of}`).join(', ')
  return [`Not in the vault, to be entered again: ${names}.`]
}
