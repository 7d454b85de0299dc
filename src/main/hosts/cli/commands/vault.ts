import { existsSync } from 'node:fs'
import type { AutoLock, VaultMove, VaultStatus } from '#shared/model/app.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import { Fault } from '#shared/faults.ts'
import { readVault } from '../../../base/host-options.ts'
import { vaultFileIn } from '../../../base/paths.ts'
import { askHidden, askPassphrase, askTwice, askYes, canAsk } from '../ask.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets, withSecrets, type SecretOptions } from '../secrets.ts'
import { countText, table } from '../table.ts'

export type MoveOptions = { from?: string; yes?: boolean }

export const status: Action = async context => {
  const { client } = (await context.open()).core
  const [vaults, { autoLock }] = [await client.vaults.list(), await client.app.info()]
  return { value: { vaults, autoLock }, text: `${vaultTable(vaults)}\n\n${autoLockText(autoLock)}` }
}

/** For the others: this command's own process ends anyway. */
export const lock: Action = async context => {
  await (await context.open()).core.client.vaults.lock()
  return { value: { locked: true }, text: 'Locked, in every Plugboard that is open on this data folder.' }
}

export const passphrase =
  (options: SecretOptions): Action =>
  async context => {
    const given = await readPassphrases(context, options)
    await (await context.open()).core.client.vaults.changePassphrase(given)
    return {
      value: { changed: true },
      text: 'The passphrase was changed. Other Plugboards are locked until they get it.'
    }
  }

export const autoLock =
  (text: string): Action =>
  async context => {
    const minutes = minutesOf(text)
    const value = await (await context.open()).core.client.vaults.setAutoLock({ minutes })
    return { value, text: autoLockText(value) }
  }

export const move =
  (target: string, { from, yes }: MoveOptions): Action =>
  async context => {
    const [to, source] = [readVault(target), from === undefined ? undefined : readVault(from)]
    if (to === 'session') throw sessionEnds()
    const { core, dataDir } = await context.open({ secrets: true })
    const vaults = await core.client.vaults.list()
    const places = vaults.filter(({ driver, secrets }) => secrets > 0 && driver !== to && (source ?? driver) === driver)
    if (places.length > 0 && !yes) await confirmMove(context, places, labelOf(vaults, to))
    const file = vaults.find(({ driver }) => driver === 'file')
    const asks = to === 'file' && file?.fault !== null && !context.env['PLUGBOARD_PASSPHRASE'] && canAsk()
    const asked = asks ? await askPassphrase(!existsSync(vaultFileIn(dataDir))) : undefined
    const value = await core.client.vaults.move({ from: source, to, passphrase: asked })
    return { value, text: moveText(value, labelOf(vaults, to)) }
  }

/** From --secrets-stdin or --secret-env; else the old one from the environment or a prompt, the new one from a prompt, twice. */
async function readPassphrases(context: Context, options: SecretOptions) {
  const given = await readSecrets([], options, context.env)
  const old = given['passphrase'] ?? (context.env['PLUGBOARD_PASSPHRASE'] || undefined)
  const chosen = given['newPassphrase']
  if (old !== undefined && chosen !== undefined) return { passphrase: old, newPassphrase: chosen }
  if (!canAsk() || withSecrets(options)) throw missingPassphrase(old === undefined ? 'passphrase' : 'newPassphrase')
  return {
    passphrase: old ?? (await askHidden('Passphrase that the vault file has now')),
    newPassphrase: chosen ?? (await askTwice('Choose a new passphrase (it cannot be recovered)'))
  }
}

async function confirmMove(context: Context, places: VaultStatus[], target: string): Promise<void> {
  const count = countText(
    places.reduce((sum, { secrets }) => sum + secrets, 0),
    'secret'
  )
  const message = `${count} would be moved from ${places.map(({ label }) => label).join(' and ')} to ${target}`
  if (canAsk() && !context.io.json && (await askYes(`${message}. Move them?`))) return
  throw new Fault('needs-confirmation', { message: `${message}. Nothing was moved`, advice: 'Confirm it with --yes.' })
}

function minutesOf(text: string): number | null {
  if (text === 'off') return null
  if (/^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1440) return Number(text)
  throw new Fault('bad-usage', { message: 'auto-lock takes a number of minutes (1 to 1440) or off' })
}

function missingPassphrase(field: string): Fault {
  return new Fault('invalid-input', {
    message: `Missing: ${field}`,
    advice:
      'Give both with --secrets-stdin ({"passphrase": "…", "newPassphrase": "…"}) or --secret-env newPassphrase=VARIABLE (the old one ' +
      'also in PLUGBOARD_PASSPHRASE), or run in a terminal to be asked.',
    field
  })
}

function sessionEnds(): Fault {
  return new Fault('bad-usage', {
    message: 'The session of a command ends with it, so that secrets that were moved there would be lost',
    advice: 'Choose keychain or file, or move them in the window.'
  })
}

function labelOf(vaults: VaultStatus[], driver: VaultDriver): string {
  return vaults.find(vault => vault.driver === driver)?.label ?? driver
}

function vaultTable(vaults: VaultStatus[]): string {
  const rows = vaults.map(({ driver, label, chosen, secrets, fault }) => [
    driver,
    label,
    chosen ? 'yes' : '',
    secrets,
    fault ? `${fault.message}. ${fault.advice}` : 'works'
  ])
  return table(['VAULT', 'NAME', 'IN USE', 'SECRETS', 'STATE'], rows, '')
}

function autoLockText({ minutes, withScreen }: AutoLock): string {
  const time = minutes === null ? 'off' : `after ${countText(minutes, 'minute')} without use`
  return `Auto-lock of the passphrase file: ${time}${withScreen ? ', and with the screen' : ''}.`
}

function moveText({ moved, older, left }: VaultMove, target: string): string {
  const lines = [`${target} is in use. Moved ${countText(moved, 'secret')}${older > 0 ? ` and ${older} older` : ''}.`]
  if (left > 0)
    lines.push(`${countText(left, 'entry').replace(/ys$/, 'ies')} could not be deleted yet; that is tried again.`)
  return lines.join('\n')
}
