import type { Condition, Rule, RuleAnswer } from '../../src/shared/model/rule.ts'
import type { Store } from '../../src/main/store/store.ts'

/** A rule that holds always and answers as the provider expects, but for the change. */
export function ruleOf(change: Partial<Rule> = {}): Rule {
  return {
    id: 'rul-1',
    endpointId: null,
    position: 0,
    label: 'Rule',
    enabled: true,
    conditions: [],
    everyNth: null,
    percent: null,
    answer: { type: 'provider', delayMs: 0 },
    forwards: 'usual',
    ...change
  }
}

/** Rules of one test file, each behind the ones before it. */
export function ruleRows() {
  let position = 0
  return {
    addRule: (store: Store, change: Partial<Rule>): Rule => {
      position += 1
      const rule = ruleOf({ id: `rul-${position}`, position, label: `Rule ${position}`, ...change })
      store.rules.add(rule)
      return rule
    }
  }
}

/** An answer as it should be. */
export function respond(change: Partial<Extract<RuleAnswer, { type: 'respond' }>> = {}): RuleAnswer {
  return { type: 'respond', status: 200, headers: [], body: '', template: false, delayMs: 0, ...change }
}

export function conditionOf(of: Condition['of'], is: Condition['is'], value = '', name = ''): Condition {
  return { of, is, value, name }
}

export const byMethod = conditionOf('method', 'equals', 'POST')
export const isValid = conditionOf('verdict', 'equals', 'valid')
