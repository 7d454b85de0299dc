import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Profile, ProfileState } from '#shared/model/profile.ts'
import { findAccount } from '../addressing.ts'
import { askYes, canAsk } from '../ask.ts'
import { parseAssignments, secretAsArgument } from '../assignments.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets, withSecrets, type SecretOptions } from '../secrets.ts'
import { table, wordText } from '../table.ts'

export type AddOptions = SecretOptions & { label: string; baseUrl?: string; set: string[] }
export type UpdateOptions = SecretOptions & Partial<AddOptions>

const pendingStates: ProfileState[] = ['edited', 'created', 'deleted', 'conflict']

export const add =
  (providerId: string, options: AddOptions): Action =>
  async context => {
    const { client } = (await context.open({ secrets: true })).core
    const provider = (await client.providers.list()).find(card => card.id === providerId)
    if (!provider) throw await unknownProvider(context, providerId)
    const fields = parseAssignments(options.set)
    const secretNames = provider.credentials.fields.filter(card => card.secret).map(card => card.name)
    for (const name of Object.keys(fields)) if (secretNames.includes(name)) throw secretAsArgument(name)
    const secrets = await readSecrets(provider.credentials.fields, options, context.env)
    const account = await client.accounts.add({
      provider: providerId,
      label: options.label,
      baseUrl: options.baseUrl,
      fields,
      secrets
    })
    const next = `Prove the credentials with "accounts test ${wordText(account.label)}".`
    return { value: account, text: `Added ${account.label} (${account.id}). Secrets: ${vaultsOf(account)}.\n${next}` }
  }

export const list: Action = async context => {
  const accounts = await (await context.open()).core.client.accounts.list()
  const rows = accounts.map(account => [account.id, account.label, account.provider, account.state, account.baseUrl])
  return {
    value: accounts,
    text: table(['ID', 'LABEL', 'PROVIDER', 'STATE', 'BASE URL'], rows, 'No accounts yet. Add one with "accounts add".')
  }
}

export const show =
  (text: string): Action =>
  async context => {
    const account = await findAccount((await context.open()).core.client, text)
    return { value: account, text: accountText(account) }
  }

export const test =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open({ secrets: true })).core
    const account = await findAccount(client, text)
    const tested = await client.accounts.test({ id: account.id })
    return { value: tested, text: tested.summary }
  }

export const update =
  (text: string, options: UpdateOptions): Action =>
  async context => {
    const given = options.label ?? options.baseUrl ?? options.set?.[0]
    if (given === undefined && !withSecrets(options)) throw nothingToUpdate()
    const { client } = (await context.open({ secrets: withSecrets(options) })).core
    const { id, provider } = await findAccount(client, text)
    const card = (await client.providers.list()).find(found => found.id === provider)
    const fields = parseAssignments(options.set ?? [])
    for (const name of Object.keys(fields)) {
      if (card?.credentials.fields.some(field => field.secret && field.name === name)) throw secretAsArgument(name)
    }
    // Only the secrets that are given change: none of them is asked for.
    const secrets = await readSecrets([], options, context.env)
    const account = await client.accounts.update({
      id,
      label: options.label,
      baseUrl: options.baseUrl,
      ...(Object.keys(fields).length > 0 && { fields }),
      ...(Object.keys(secrets).length > 0 && { secrets })
    })
    return { value: account, text: accountText(account) }
  }

/** Removing forgets what was edited and not applied, so that this is said and confirmed. */
export const remove =
  (text: string, options: { yes?: boolean }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const account = await findAccount(client, text)
    const profiles = await client.profiles.list({ accountId: account.id })
    const edited = profiles.filter(profile => pendingStates.includes(profile.state))
    if (edited.length > 0 && !options.yes) await confirmLoss(context, account, edited)
    await client.accounts.remove({ id: account.id })
    return { value: { removed: account.id }, text: `Removed ${account.label} here. Nothing changed at the provider.` }
  }

async function confirmLoss(context: Context, account: Account, edited: Profile[]): Promise<void> {
  const titles = edited.map(profile => `“${profile.title}”`).join(', ')
  const message = `${account.label} has edits that were not applied: ${titles}`
  if (canAsk() && !context.io.json && (await askYes(`${message}. Remove it and lose them?`))) return
  throw new Fault('needs-confirmation', {
    message: `${message}. Nothing was removed`,
    advice: 'Apply them first, or lose them with --yes.'
  })
}

function nothingToUpdate(): Fault {
  return new Fault('bad-usage', {
    message: 'Nothing to update',
    advice: 'Give --label, --base-url, --set field=value, --secrets-stdin or --secret-env field=VARIABLE.'
  })
}

async function unknownProvider(context: Context, id: string): Promise<Fault> {
  const known = (await (await context.open()).core.client.providers.list()).map(card => card.id).join(', ')
  return new Fault('not-found', { message: `There is no provider "${id}" (there is: ${known})`, field: 'provider' })
}

function vaultsOf(account: Account): string {
  return account.secrets.map(secret => `${secret.name} in the ${secret.vault} vault`).join(', ') || 'none'
}

function accountText(account: Account): string {
  const lines = [
    `${account.label} (${account.id})`,
    `provider  ${account.provider}`,
    `base URL  ${account.baseUrl}`,
    `state     ${account.state}${account.parkedFault ? `: ${account.parkedFault.message}` : ''}`,
    ...Object.entries(account.fields).map(([name, value]) => `${name.padEnd(9)} ${value}`),
    `secrets   ${vaultsOf(account)}`
  ]
  return lines.join('\n')
}
