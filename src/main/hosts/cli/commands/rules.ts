import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import type { Condition, Rule, RuleAnswer } from '#shared/model/rule.ts'
import { findEndpoint } from '../addressing.ts'
import type { Action } from '../main.ts'
import { readRule, type RuleOptions } from '../rule-options.ts'
import { countText, table } from '../table.ts'

export const list =
  (options: { endpoint?: string }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const endpointId = options.endpoint === undefined ? undefined : (await findEndpoint(client, options.endpoint)).id
    const [rules, endpoints] = [await client.rules.list({ endpointId }), await client.endpoints.list()]
    const labels = new Map(endpoints.map(endpoint => [endpoint.id, endpoint.label]))
    const rows = rules.map(each => [
      each.id,
      each.label,
      each.endpointId === null ? 'all endpoints' : (labels.get(each.endpointId) ?? ''),
      conditionsText(each),
      answerText(each.answer),
      each.enabled ? 'on' : 'off'
    ])
    const head = ['ID', 'LABEL', 'OF', 'WHEN', 'ANSWER', 'STATE']
    return { value: rules, text: table(head, rows, 'No rules yet. Add one with "rules add".') }
  }

export const add =
  (options: RuleOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const whole = { ...emptyRule, ...(await readRule(client, options)) }
    if (whole.label === undefined) throw new Fault('bad-usage', { message: 'The rule needs a --label', field: 'label' })
    const added = await client.rules.add({ ...whole, label: whole.label })
    return { value: added, text: `Added ${ruleText(added)}` }
  }

export const update =
  (text: string, options: RuleOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const known = await findRule(client, text)
    const change = await readRule(client, options, known)
    if (Object.keys(change).length === 0) {
      throw new Fault('bad-usage', { message: 'Nothing to update', advice: 'See "rules update --help".' })
    }
    const updated = await client.rules.update({ ...change, id: known.id })
    return { value: updated, text: ruleText(updated) }
  }

export const move =
  (text: string, options: { before?: string }): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { id, label } = await findRule(client, text)
    const before = options.before === undefined ? null : (await findRule(client, options.before)).id
    const rules = await client.rules.move({ id, before })
    const at = rules.findIndex(each => each.id === id) + 1
    return { value: rules, text: `${label} is now rule ${at} of ${rules.length}.` }
  }

export const remove =
  (text: string): Action =>
  async context => {
    const { client } = (await context.open()).core
    const { id, label } = await findRule(client, text)
    await client.rules.remove({ id })
    return { value: { removed: id }, text: `Removed ${label}.` }
  }

const emptyRule = {
  endpointId: null,
  enabled: true,
  conditions: [],
  everyNth: null,
  percent: null,
  answer: { type: 'provider', delayMs: 0 },
  forwards: 'usual'
} satisfies Partial<Rule>

/** A rule by its id, or by its label where that names one only. faults: not-found. */
async function findRule(client: Client, text: string): Promise<Rule> {
  const named = (await client.rules.list({})).filter(each => each.id === text || each.label === text)
  const [found] = named
  if (found && named.length === 1) return found
  if (found) {
    const ids = named.map(each => each.id).join(', ')
    throw new Fault('not-found', { message: `"${text}" names ${named.length} rules`, advice: `Use an id: ${ids}.` })
  }
  throw new Fault('not-found', { message: `There is no rule "${text}"`, advice: 'List them with "rules list".' })
}

function ruleText(each: Rule): string {
  const share = each.everyNth === null ? '' : `, one in ${each.everyNth} of them`
  const chance = each.percent === null ? '' : `, ${each.percent} % of them`
  return [
    `${each.label} (${each.id})${each.enabled ? '' : ', off'}`,
    `when      ${each.conditions.map(conditionText).join('\n      and ') || 'always'}${share}${chance}`,
    `answer    ${answerText(each.answer)}`,
    `forwards  ${each.forwards}`
  ].join('\n')
}

function conditionsText({ conditions }: Rule): string {
  const [first] = conditions
  if (!first) return 'always'
  const more = conditions.length > 1 ? ` and ${countText(conditions.length - 1, 'more condition')}` : ''
  return `${conditionText(first)}${more}`
}

function conditionText({ of, name, is, value }: Condition): string {
  return `${of}${name && `:${name}`} ${is}${value && ` ${value}`}`
}

function answerText(answer: RuleAnswer): string {
  const late = answer.delayMs > 0 ? ` after ${answer.delayMs} ms` : ''
  if (answer.type === 'provider') return `the provider's default${late}`
  return answer.type === 'respond' ? `${answer.status}${late}` : `${answer.fault}${late}`
}
