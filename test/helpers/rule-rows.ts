import { partsOf, type Looked } from '../../src/main/listener/rules/conditions.ts'
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

/** A callback as rules see it. */
export const orderParts = partsOf({
  method: 'POST',
  target: '/in/key/orders/7?kind=a&kind=b&empty=&plus=1%2B1',
  headers: [
    ['X-Kind', 'first'],
    ['x-kind', 'second']
  ],
  body: Buffer.from('{"amount":12,"name":"Ada","items":[{"id":"a"},{"id":"b"}],"none":null,"flag":true}')
})
/** What the look at it said. */
export const orderLooked: Looked = {
  verdict: 'valid',
  decoded: { event: 'sms', title: 'An SMS', fields: [{ name: 'from', label: 'From', value: '+15550100' }] }
}
