import type { Client } from '#shared/contract/index.ts'
import { changeNames } from '#shared/fields.ts'
import type { SettingValue } from '#shared/model/field.ts'
import type { Plan } from '#shared/model/plan.ts'
import { valueText } from './change-text.ts'

/** The plan for people: choices by their names, with the value that commands take in brackets. */
export async function withNames(client: Client, plan: Plan): Promise<Plan> {
  const [cards, accounts] = await Promise.all([client.providers.list(), client.accounts.list()])
  const formOf = (accountId: string, kind: string) => {
    const { provider } = accounts.find(account => account.id === accountId) ?? {}
    return cards.find(card => card.id === provider)?.kinds.find(card => card.id === kind)?.form
  }
  const changes = plan.changes.map(change => {
    const form = formOf(change.accountId, change.kind)
    if (!form) return change
    const names = changeNames(form, change.settings, change.reliesOn)
    const settings = change.settings.map(one => {
      const { from, to } = names.get(one.setting) ?? {}
      return { ...one, from: named(one.from, from), to: named(one.to, to) }
    })
    return { ...change, settings }
  })
  return { ...plan, changes }
}

function named(value: SettingValue | undefined, name: string | undefined): SettingValue | undefined {
  return name === undefined || name === value ? value : `${name} [${valueText(value)}]`
}
