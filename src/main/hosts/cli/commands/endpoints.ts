import { Fault } from '#shared/faults.ts'
import { signatureScheme, type EndpointView, type SignatureScheme } from '#shared/model/callback.ts'
import { findAccountId, findEndpoint } from '../addressing.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets, withSecrets, type SecretOptions } from '../secrets.ts'
import { table, wordText } from '../table.ts'

type CheckOptions = SecretOptions & { scheme?: string; publicUrl?: string }
export type AddOptions = CheckOptions & { label: string }
export type UpdateOptions = CheckOptions & { label?: string }

export const list: Action = async context => {
  const { client } = (await context.open()).core
  const [endpoints, accounts] = [await client.endpoints.list(), await client.accounts.list()]
  const labels = new Map(accounts.map(account => [account.id, account.label]))
  const rows = endpoints.map(endpoint => [
    endpoint.id,
    endpoint.label,
    labels.get(endpoint.accountId ?? '') ?? '',
    checkText(endpoint),
    endpoint.publicAddress ?? addressText(endpoint)
  ])
  return {
    value: endpoints,
    text: table(
      ['ID', 'LABEL', 'ACCOUNT', 'CHECKED BY', 'ADDRESS'],
      rows,
      'No endpoints yet. Add one with "endpoints add".'
    )
  }
}

export const add =
  (accountText: string | undefined, { label, ...options }: AddOptions): Action =>
  async context => {
    const checks = checksOf(options)
    const { client } = (await context.open({ secrets: withSecrets(options) })).core
    const accountId = await findAccountId(client, accountText)
    const endpoint = await client.endpoints.add({ accountId, label, ...checks, ...(await keyOf(context, options)) })
    return { value: endpoint, text: `Added ${endpointText(endpoint)}` }
  }

export const update =
  (text: string, options: UpdateOptions): Action =>
  async context => {
    const { label } = options
    const checks = checksOf(options)
    if (label === undefined && Object.keys(checks).length === 0 && !withSecrets(options)) throw nothingToUpdate()
    const { client } = (await context.open({ secrets: withSecrets(options) })).core
    const { id } = await findEndpoint(client, text)
    const endpoint = await client.endpoints.update({ id, label, ...checks, ...(await keyOf(context, options)) })
    return { value: endpoint, text: endpointText(endpoint) }
  }

export const remove =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { id, label } = await findEndpoint(client, text)
    await client.endpoints.remove({ id })
    return { value: { removed: id }, text: `Removed ${label}. What it caught stays in the list.` }
  }

function checksOf({ scheme, publicUrl }: CheckOptions): { scheme?: SignatureScheme; publicUrl?: string | null } {
  return {
    ...(scheme !== undefined && { scheme: schemeOf(scheme) }),
    ...(publicUrl !== undefined && { publicUrl: publicUrl === 'none' ? null : publicUrl })
  }
}

function schemeOf(text: string): SignatureScheme {
  const parsed = signatureScheme.safeParse(text)
  if (parsed.success) return parsed.data
  const known = signatureScheme.options.join(', ')
  throw new Fault('bad-usage', { message: `There is no scheme "${text}" (there is: ${known})`, field: 'scheme' })
}

/** The key, where it is given; it is never asked for, because an endpoint may be without one. */
async function keyOf(context: Context, options: SecretOptions): Promise<{ secrets?: { key: string } }> {
  const { key, ...others } = await readSecrets([], options, context.env)
  const [stranger] = Object.keys(others)
  if (stranger !== undefined) {
    throw new Fault('invalid-input', {
      message: `An endpoint has no secret "${stranger}", only "key"`,
      field: stranger
    })
  }
  return key === undefined ? {} : { secrets: { key } }
}

function nothingToUpdate(): Fault {
  return new Fault('bad-usage', {
    message: 'Nothing to update',
    advice: 'Give --label, --scheme, --public-url, --secrets-stdin or --secret-env key=VARIABLE.'
  })
}

function endpointText(endpoint: EndpointView): string {
  const lines = [
    `${endpoint.label} (${endpoint.id})`,
    `address     ${addressText(endpoint)}`,
    `public URL  ${endpoint.publicAddress ?? 'none'}`,
    `checked by  ${checkText(endpoint)}`
  ]
  if (endpoint.scheme === 'provider' || endpoint.hasKey) return lines.join('\n')
  const next = `Enter the key: {"key": "…"} on standard input of "endpoints update ${wordText(endpoint.id)} --secrets-stdin".`
  return [...lines, next].join('\n')
}

function checkText({ scheme, hasKey }: EndpointView): string {
  if (scheme === 'provider') return 'provider'
  return hasKey ? scheme : `${scheme} (no key yet)`
}

/** Without a running listener the port is not known. */
function addressText({ url, key }: EndpointView): string {
  return url ?? `/in/${key}`
}
