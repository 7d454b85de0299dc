import { Fault } from '#shared/faults.ts'
import { findAccount, findProfile } from '../addressing.ts'
import { parseAssignments } from '../assignments.ts'
import type { Action } from '../main.ts'
import { table } from '../table.ts'

/** A table that the provider's card offers, of the account or of one of its profiles. */
export const view =
  (accountText: string, viewId: string | undefined, profileText: string | undefined): Action =>
  async context => {
    const { client } = (await context.open({ secrets: viewId !== undefined })).core
    const account = await findAccount(client, accountText)
    const card = (await client.providers.list()).find(found => found.id === account.provider)
    const views = card?.views ?? []
    if (viewId === undefined) {
      const rows = views.map(one => [one.id, one.kind === null ? 'account' : one.kind, one.help])
      return { value: views, text: table(['VIEW', 'OF', 'SHOWS'], rows, `${card?.name} offers no views.`) }
    }
    const profileId = profileText === undefined ? undefined : (await findProfile(client, profileText)).id
    const shown = await client.accounts.view({ id: account.id, view: viewId, profileId })
    const head = shown.columns.map(column => column.toUpperCase())
    return { value: shown, text: table(head, shown.rows, 'There is nothing to show.') }
  }

/** Something that is no configuration, such as a test message. It is done once; what it asks to confirm needs `--yes`. */
export const act =
  (order: { profile: string; action?: string; words: string[]; yes?: boolean }): Action =>
  async context => {
    const { client } = (await context.open({ secrets: order.action !== undefined })).core
    const profile = await findProfile(client, order.profile)
    const account = await client.accounts.get({ id: profile.accountId })
    const card = (await client.providers.list()).find(found => found.id === account.provider)
    const actions = card?.kinds.find(kind => kind.id === profile.kind)?.actions ?? []
    if (order.action === undefined) {
      const rows = actions.map(one => [one.id, one.fields.map(field => field.name).join(' '), one.help])
      return { value: actions, text: table(['ACTION', 'FIELDS', 'DOES'], rows, `${profile.title} offers no actions.`) }
    }
    const offered = actions.find(one => one.id === order.action)
    if (offered?.confirm && !order.yes) {
      throw new Fault('needs-confirmation', { message: offered.confirm, advice: 'Confirm with --yes.' })
    }
    const values = parseAssignments(order.words)
    const done = await client.profiles.act({ id: profile.id, action: order.action, values })
    return { value: done, text: done.summary }
  }
