import type { Condition, Rule, RuleAnswer } from '#shared/model/rule.ts'
import type { RuleDraft } from '../state/rules.ts'

export const partLabels: Record<Condition['of'], string> = {
  method: 'Method',
  path: 'Path after the endpoint',
  query: 'Parameter in the address',
  header: 'Header',
  json: 'Value in a JSON body',
  body: 'Body',
  field: 'Field, as the provider names it',
  verdict: 'Signature'
}

export const comparisonLabels: Record<Condition['is'], string> = {
  equals: 'is',
  'not-equals': 'is not',
  contains: 'contains',
  'starts-with': 'begins with',
  matches: 'matches the expression',
  present: 'is there',
  absent: 'is not there'
}

export const faultLabels: Record<Extract<RuleAnswer, { type: 'fault' }>['fault'], string> = {
  reset: 'Reset the connection before any answer',
  hang: 'Never answer',
  cut: 'Break off in the middle of the body',
  drip: 'Send the body byte by byte'
}

export const forwardLabels: Record<Rule['forwards'], string> = {
  usual: 'As usual: where its signature is valid, or none is offered',
  always: 'Always, whatever the signature says',
  never: 'Never'
}

/** One condition as part of a sentence. */
function conditionWords({ of, name: given, is, value }: Condition): string {
  const name = given.trim() || '…'
  const subjects: Record<Condition['of'], string> = {
    method: 'the method',
    path: 'the path',
    query: `the parameter ${name}`,
    header: `the header ${name}`,
    json: `${name} in the JSON`,
    body: 'the body',
    field: `the field ${name}`,
    verdict: 'the signature'
  }
  const needsValue = is !== 'present' && is !== 'absent'
  return `${subjects[of]} ${comparisonLabels[is]}${needsValue ? ` “${value}”` : ''}`
}

const faultWords: Record<Extract<RuleAnswer, { type: 'fault' }>['fault'], string> = {
  reset: 'the connection is reset',
  hang: 'nothing is ever answered',
  cut: 'the answer breaks off in the middle',
  drip: 'the answer comes byte by byte'
}

function answerWords(answer: RuleAnswer): string {
  const delay = answer.delayMs > 0 ? `, after ${answer.delayMs} ms` : ''
  if (answer.type === 'provider') return `the sender gets what its provider expects${delay}`
  if (answer.type === 'fault') return `${faultWords[answer.fault]}${delay}`
  const what = answer.template ? ' and a text made of the callback' : answer.body === '' ? '' : ' and a text'
  return `the sender gets ${answer.status}${what}${delay}`
}

/** `2nd`, `11th`, `23rd`. */
function ordinal(count: number): string {
  const endings: Record<string, string> = { one: 'st', two: 'nd', few: 'rd' }
  return `${count}${endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)] ?? 'th'}`
}

function shareWords({ everyNth, percent }: Pick<RuleDraft, 'everyNth' | 'percent'>): string {
  if (everyNth !== null) return `, every ${ordinal(everyNth)} time`
  return percent === null ? '' : `, in ${percent} % of the cases`
}

function forwardWords(forwards: Rule['forwards']): string {
  if (forwards === 'usual') return ''
  return forwards === 'always' ? ' It is always sent on.' : ' It is not sent on.'
}

/** A whole rule as a sentence: when, how often, what happens. */
export function ruleWords(rule: RuleDraft): string {
  const when =
    rule.conditions.length === 0 ? 'For every request' : `When ${rule.conditions.map(conditionWords).join(' and ')}`
  return `${when}${shareWords(rule)}: ${answerWords(rule.answer)}.${forwardWords(rule.forwards)}`
}
