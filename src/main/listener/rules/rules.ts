import { validateHeaderName, validateHeaderValue } from 'node:http'
import { Fault } from '#shared/faults.ts'
import type { HeaderPair } from '#shared/model/callback.ts'
import type { Rule, RuleAnswer } from '#shared/model/rule.ts'
import { compileCondition, ConditionProblem, type Check, type Looked, type Parts } from './conditions.ts'
import type { Patterns } from './patterns.ts'
import { compileTemplate, type Template } from './templates.ts'

/** A rule that is ready to be asked. */
export type ReadyRule = { rule: Rule; checks: Check[]; template: Template | null }

/** What is not in the callback. */
export type Chance = {
  /** Counts a match of the rule. out: the how-manieth it is, from 1. */
  count(ruleId: string): number
  /** At least 0, less than 1. */
  random(): number
}

/** `rule` null: none of them, so that the provider's default stands. `waitsAt`: the rule there needs the look first. */
export type Decision = { rule: ReadyRule | null } | { waitsAt: number }

/** `looked` undefined: there was no look yet; null: there was none in time. `from`: where a decision waited. */
export type Knowing = { looked: Looked | undefined; from: number }

/**
 * The first enabled rule all of whose conditions hold, and whose turn it is. in: rules in their order. The same callback with
 * the same chance gives the same decision; a rule's matches are counted once, however often a decision waits.
 */
export async function decide(
  rules: readonly ReadyRule[],
  parts: Parts,
  chance: Chance,
  { looked, from }: Knowing = { looked: undefined, from: 0 }
): Promise<Decision> {
  for (const [at, ready] of rules.entries()) {
    if (at < from || !ready.rule.enabled) continue
    const early = ready.checks.filter(check => !check.needsLook)
    if (!(await allHold(early, parts, null))) continue
    const late = ready.checks.filter(check => check.needsLook)
    if (late.length > 0 && looked === undefined) return { waitsAt: at }
    if (!(await allHold(late, parts, looked ?? null))) continue
    if (isItsTurn(ready.rule, chance)) return { rule: ready }
  }
  return { rule: null }
}

async function allHold(checks: readonly Check[], parts: Parts, looked: Looked): Promise<boolean> {
  for (const check of checks) if (!(await check.holds(parts, looked))) return false
  return true
}

function isItsTurn({ id, everyNth, percent }: Rule, chance: Chance): boolean {
  if (everyNth !== null && chance.count(id) % everyNth !== 0) return false
  return percent === null || chance.random() * 100 < percent
}

/** Makes a rule ready. faults: invalid-input, with the field, for example `conditions.0.value` or `answer.body`. */
export function readyRule(rule: Rule, patterns: Patterns): ReadyRule {
  if (rule.everyNth !== null && rule.percent !== null)
    throw notValid('percent', 'A rule is for every n-th or for a share, not for both.')
  return {
    rule,
    checks: rule.conditions.map((_, at) => readyCondition(rule, at, patterns)),
    template: readyAnswer(rule.answer)
  }
}

function readyCondition(rule: Rule, at: number, patterns: Patterns): Check {
  const condition = rule.conditions[at]
  if (!condition) throw new Error('no such condition')
  try {
    return compileCondition(condition, patterns)
  } catch (error) {
    if (error instanceof ConditionProblem) throw notValid(`conditions.${at}.${error.part}`, error.message)
    throw error
  }
}

const bodilessStatuses: readonly number[] = [204, 205, 304]

function readyAnswer(answer: RuleAnswer): Template | null {
  if (answer.type === 'respond') {
    answer.headers.forEach(checkHeader)
    return answer.template ? readyTemplate(answer.body) : null
  }
  if (answer.type === 'fault' && (answer.fault === 'cut' || answer.fault === 'drip')) {
    if (bodilessStatuses.includes(answer.status))
      throw notValid('answer.status', `An answer ${answer.status} has no body that could be sent in part.`)
    if (Buffer.byteLength(answer.body) < 2)
      throw notValid('answer.body', 'There is too little body to be sent in part.')
  }
  return null
}

function readyTemplate(text: string): Template {
  try {
    return compileTemplate(text)
  } catch (error) {
    throw notValid(
      'answer.body',
      `The template cannot be read: ${error instanceof Error ? error.message : 'it is not one'}.`
    )
  }
}

/** What says where an answer ends is Plugboard's own; a wrong one would spoil the connection for the requests after it. */
const framing = ['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'trailer', 'te']

function checkHeader([name, value]: HeaderPair, at: number): void {
  const field = `answer.headers.${at}`
  if (framing.includes(name.toLowerCase())) throw notValid(field, `Plugboard sets the header ${name} itself.`)
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  } catch (error) {
    throw new Fault('invalid-input', {
      message: 'A header has characters that no header may have.',
      field,
      cause: error
    })
  }
}

function notValid(field: string, message: string): Fault {
  return new Fault('invalid-input', { message, field })
}
