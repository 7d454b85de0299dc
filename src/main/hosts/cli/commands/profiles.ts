import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Client } from '#shared/contract/index.ts'
import type { FieldCard, FormCard, Settings } from '#shared/model/field.ts'
import type { PullResult } from '#shared/model/plan.ts'
import type { Profile } from '#shared/model/profile.ts'
import { findAccount, findAccountId, findProfile } from '../addressing.ts'
import { parseAssignments, readSettings } from '../assignments.ts'
import type { Action, Context } from '../main.ts'
import { readSecrets, type SecretOptions } from '../secrets.ts'
import { table } from '../table.ts'
import { valueText } from './change-text.ts'

export const pull =
  (account: string | undefined): Action =>
  async context => {
    const { client } = (await context.open()).core
    const results = await client.profiles.pull({ accountId: await findAccountId(client, account) })
    const failed = results.find(result => result.fault)?.fault
    // One account alone fails as a command; of several, the result tells which.
    if (failed && results.length === 1) throw new Fault(failed.code, failed)
    return { value: results, text: results.map(pullText).join('\n') || 'No accounts yet.', exit: failed ? 1 : 0 }
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

export const show =
  (text: string): Action =>
  async context => {
    const profile = await findProfile((await context.open()).core.client, text)
    return { value: profile, text: profileText(profile) }
  }

export const set =
  (text: string, words: string[], options: SecretOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    const form = await formFor(client, profile.accountId, profile.kind)
    const given = readSettings(form, parseAssignments(words), profile.local ?? {})
    const settings = { ...given, ...(await givenSecrets(context, options)) }
    if (Object.keys(settings).length === 0)
      throw new Fault('bad-usage', { message: 'Nothing to set: give field=value' })
    return edited(await client.profiles.set({ id: profile.id, settings }))
  }

export const unset =
  (text: string, names: string[]): Action =>
  async context => {
    const { client } = (await context.open()).core
    const profile = await findProfile(client, text)
    return edited(await client.profiles.unset({ id: profile.id, settings: names }))
  }

export const create =
  (order: { account: string; kind: string; words: string[]; options: SecretOptions }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const account = await findAccount(client, order.account)
    const form = await formFor(client, account.id, order.kind)
    const given = readSettings(form, parseAssignments(order.words))
    const cards = fieldsFor(form, given)
    const settings: Settings = { ...given, ...(await neededSecrets(context, cards, order.options)) }
    return edited(await client.profiles.create({ accountId: account.id, kind: order.kind, settings }))
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

async function formFor(client: Client, accountId: string, kindId: string): Promise<FormCard> {
  const account = await client.accounts.get({ id: accountId })
  const card = (await client.providers.list()).find(found => found.id === account.provider)
  const kind = card?.kinds.find(found => found.id === kindId)
  if (kind) return kind.form
  const known = card?.kinds.map(found => found.id).join(', ')
  throw new Fault('not-found', { message: `${card?.name} has no kind "${kindId}" (there is: ${known})`, field: 'kind' })
}

async function givenSecrets(context: Context, options: SecretOptions): Promise<Settings> {
  return await readSecrets([], options, context.env)
}

async function neededSecrets(context: Context, cards: FieldCard[], options: SecretOptions): Promise<Settings> {
  return await readSecrets(cards, options, context.env)
}

function edited(profile: Profile) {
  return { value: profile, text: `Saved here: ${profile.title} is ${profile.state}. "plan" shows what would change.` }
}

function pullText(result: PullResult): string {
  if (result.fault) return `${result.accountId}: ${result.fault.message}. ${result.fault.advice}`
  return `${result.accountId}: ${result.seen} seen, ${result.adopted} new, ${result.changed} changed there, ${result.removed} removed there`
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
    `${profile.title} (${profile.id}) is ${profile.state}`,
    table(['SETTING', 'DECISION', 'BASE', 'LOCAL', 'REMOTE'], rows, 'It has no settings.')
  ].join('\n')
}
