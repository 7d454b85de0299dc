import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import { findAccount } from '../addressing.ts'
import { parseAssignments, secretAsArgument } from '../assignments.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets, type SecretOptions } from '../secrets.ts'
import { table } from '../table.ts'

export type AddOptions = SecretOptions & { label: string; baseUrl?: string; set: string[] }
export type UpdateOptions = SecretOptions & Partial<AddOptions>

export const add =
  (providerId: string, options: AddOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
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
    return { value: account, text: `Added ${account.label} (${account.id}). Secrets: ${vaultsOf(account)}.` }
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
    const { client } = (await context.open()).core
    const account = await findAccount(client, text)
    const tested = await client.accounts.test({ id: account.id })
    return { value: tested, text: tested.summary }
  }

export const update =
  (text: string, options: UpdateOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
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

export const remove =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const account = await findAccount(client, text)
    await client.accounts.remove({ id: account.id })
    return { value: { removed: account.id }, text: `Removed ${account.label} here. Nothing changed at the provider.` }
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
