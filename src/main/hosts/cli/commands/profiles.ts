import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Client } from '#shared/contract/index.ts'
import type { FieldCard, FormCard, Settings } from '#shared/model/field.ts'
import type { PullResult } from '#shared/model/plan.ts'
import type { Profile } from '#shared/model/profile.ts'
import { sentenceOf } from '../../../base/fault-report.ts'
import { findAccount, findAccountId, findProfile } from '../addressing.ts'
import { askYes, canAsk } from '../ask.ts'
import { parseAssignments, readSettings } from '../assignments.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets, withSecrets, type SecretOptions } from '../secrets.ts'
import { table } from '../table.ts'
import { whenFree } from '../wait.ts'
import { stateText, valueText } from './change-text.ts'

export const pull =
  (account: string | undefined): Action =>
  async context => {
    const { client } = (await context.open({ secrets: true })).core
    const accountId = await findAccountId(client, account)
    const results = await whenFree(context.io, () => client.profiles.pull({ accountId }))
    const accounts = await client.accounts.list()
    const labelOf = (id: string) => accounts.find(known => known.id === id)?.label ?? id
    const failed = results.find(result => result.fault)?.fault
    // One account alone fails as a command; of several, the result tells which.
    if (failed && results.length === 1) throw new Fault(failed.code, failed)
    return {
      value: results,
      text: results.map(result => pullText(labelOf(result.accountId), result)).join('\n') || 'No accounts yet.',
      exit: failed ? 1 : 0
    }
  }

export const list =
  (account: string | undefined): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profiles = await client.profiles.list({ accountId: await findAccountId(client, account) })
    const rows = profiles.map(profile => [profile.id, profile.kind, profile.title, profile.state])
    return {
      value: profiles,
      text: table(['ID', 'KIND', 'TITLE', 'STATE'], rows, 'No profiles. Read them with "profiles pull".')
    }
  }

export const adopt =
  (account: string, name: string): Action =>
  async context => {
    const { client } = (await context.open({ secrets: true })).core
    const { id: accountId } = await findAccount(client, account)
    const adopted = await whenFree(context.io, () => client.profiles.adopt({ accountId, name }))
    const rows = adopted.map(profile => [profile.id, profile.kind, profile.title, profile.state])
    return { value: adopted, text: table(['ID', 'KIND', 'TITLE', 'STATE'], rows, '') }
  }

export const show =
  (text: string): Action =>
  async context => {
    const profile = await findProfile((await context.open()).core.client, text)
    return { value: profile, text: profileText(profile) }
  }

export const set =
  (text: string, words: string[], options: SecretOptions): Action =>
  async context => {
    const { client } = (await context.open({ secrets: withSecrets(options) })).core
    const profile = await findProfile(client, text)
    const form = await formFor(client, profile.accountId, profile.kind)
    const given = readSettings(form, parseAssignments(words), profile.local ?? {})
    const settings = { ...given, ...(await givenSecrets(context, options)) }
    if (Object.keys(settings).length === 0)
      throw new Fault('bad-usage', { message: 'Nothing to set: give field=value' })
    return edited(context, await client.profiles.set({ id: profile.id, settings }))
  }

export const unset =
  (text: string, names: string[]): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    const form = await formFor(client, profile.accountId, profile.kind)
    const known = new Set([
      ...fieldsFor(form, profile.local ?? {}).map(card => card.name),
      ...Object.keys(profile.local ?? {})
    ])
    const stranger = names.find(name => !known.has(name))
    if (stranger !== undefined) throw unknownSetting(stranger, [...known])
    return edited(context, await client.profiles.unset({ id: profile.id, settings: names }))
  }

export const create =
  (order: { account: string; kind: string; words: string[]; options: SecretOptions }): Action =>
  async context => {
    const { client } = (await context.open({ secrets: withSecrets(order.options) })).core
    const account = await findAccount(client, order.account)
    const form = await formFor(client, account.id, order.kind)
    const given = readSettings(form, parseAssignments(order.words))
    const cards = fieldsFor(form, given)
    const settings: Settings = { ...given, ...(await neededSecrets(context, cards, order.options)) }
    return edited(context, await client.profiles.create({ accountId: account.id, kind: order.kind, settings }))
  }

export const remove =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    await client.profiles.delete({ id: profile.id })
    return {
      value: { id: profile.id },
      text: `${profile.title} is marked for deletion. "plan" shows it, "apply" carries it out.`
    }
  }

export const revert =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    await client.profiles.revert({ id: profile.id })
    return { value: { id: profile.id }, text: `The local edits of ${profile.title} are dropped.` }
  }

/** The edits that were not sent go with it, so that it asks where there are some. */
export const release =
  (text: string, options: { yes?: boolean }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    const isEdited = profile.state === 'edited' || profile.state === 'conflict'
    if (isEdited && !options.yes) await confirmLoss(context, profile)
    await client.profiles.release({ id: profile.id })
    return {
      value: { id: profile.id },
      text: `Plugboard no longer manages ${profile.title}. Nothing was changed at the provider; "profiles adopt" takes it over again.`
    }
  }

async function confirmLoss(context: Context, { title }: Profile): Promise<void> {
  const message = `${title} has edits that were not applied`
  if (canAsk() && !context.io.json && (await askYes(`${message}. Let it go and lose them?`))) return
  throw new Fault('needs-confirmation', {
    message: `${message}. It is still managed`,
    advice: 'Apply them first, or lose them with --yes.'
  })
}

export async function formFor(client: Client, accountId: string, kindId: string): Promise<FormCard> {
  const account = await client.accounts.get({ id: accountId })
  const card = (await client.providers.list()).find(found => found.id === account.provider)
  const kind = card?.kinds.find(found => found.id === kindId)
  if (kind) return kind.form
  const known = card?.kinds.map(found => found.id).join(', ')
  throw new Fault('not-found', { message: `${card?.name} has no kind "${kindId}" (there is: ${known})`, field: 'kind' })
}

function unknownSetting(name: string, known: string[]): Fault {
  return new Fault('invalid-input', {
    message: `There is no setting "${name}"`,
    advice: `Its settings are: ${known.join(', ')}.`,
    field: name
  })
}

async function givenSecrets(context: Context, options: SecretOptions): Promise<Settings> {
  return await readSecrets([], options, context.env)
}

async function neededSecrets(context: Context, cards: FieldCard[], options: SecretOptions): Promise<Settings> {
  return await readSecrets(cards, options, context.env)
}

/** What looks odd is told beside the result, which stays what scripts read. */
function edited(context: Context, profile: Profile) {
  warningLines(profile).forEach(line => context.io.say(line))
  return {
    value: profile,
    text: `Saved here: ${profile.title} ${stateText[profile.state]}. "plan" shows what would change.`
  }
}

function pullText(label: string, result: PullResult): string {
  if (result.fault) return `${label}: ${sentenceOf(result.fault)}`
  return `${label}: ${result.seen} seen, ${result.adopted} new, ${result.changed} changed there, ${result.removed} removed there`
}

function profileText(profile: Profile): string {
  const rows = profile.decisions.map(row => [
    row.setting,
    row.decision,
    valueText(row.base),
    valueText(row.local),
    valueText(row.remote)
  ])
  return [
    `${profile.title} (${profile.id}) ${stateText[profile.state]} [${profile.state}]`,
    table(['SETTING', 'DECISION', 'BASE', 'LOCAL', 'REMOTE'], rows, 'It has no settings.'),
    ...warningLines(profile)
  ].join('\n')
}

function warningLines({ warnings }: Profile): string[] {
  return warnings.map(({ setting, text }) => `Looks odd: ${setting === null ? '' : `${setting}: `}${text}`)
}
