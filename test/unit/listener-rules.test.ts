import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../src/shared/faults.ts'
import type { Condition, Rule } from '../../src/shared/model/rule.ts'
import { createChance } from '../../src/main/listener/rules/answering.ts'
import { partsOf } from '../../src/main/listener/rules/conditions.ts'
import { createPatterns } from '../../src/main/listener/rules/patterns.ts'
import { decide, readyRule, type Chance } from '../../src/main/listener/rules/rules.ts'
import { seeded } from '../helpers/core-child.ts'
import { conditionOf, respond, ruleOf } from '../helpers/rule-rows.ts'

const patterns = createPatterns(() => performance.now())

describe('what is refused when a rule is saved, with its field', () => {
  test.each<[string, Partial<Rule>]>([
    [
      'conditions.1.value',
      { conditions: [conditionOf('method', 'equals', 'GET'), conditionOf('body', 'matches', '(')] }
    ],
    ['conditions.0.value', { conditions: [conditionOf('body', 'matches', 'a'.repeat(501))] }],
    ['conditions.0.value', { conditions: [conditionOf('verdict', 'equals', 'fine')] }],
    ['conditions.0.name', { conditions: [conditionOf('json', 'equals', '1', 'a[')] }],
    ['conditions.0.name', { conditions: [conditionOf('json', 'equals', '1', ' ')] }],
    ['conditions.0.name', { conditions: [conditionOf('header', 'present')] }],
    ['percent', { everyNth: 2, percent: 50 }],
    ['answer.body', { answer: respond({ template: true, body: '{% if %}' }) }],
    ['answer.body', { answer: respond({ template: true, body: '{{ a | nofilter }}' }) }],
    ['answer.headers.0', { answer: respond({ headers: [['X', 'a\r\nSet-Cookie: b']] }) }],
    [
      'answer.headers.1',
      {
        answer: respond({
          headers: [
            ['X', 'a'],
            ['Y\n', 'b']
          ]
        })
      }
    ],
    ['answer.headers.0', { answer: respond({ headers: [['content-LENGTH', '5']] }) }],
    ['answer.headers.0', { answer: respond({ headers: [['Transfer-Encoding', 'chunked']] }) }],
    ['answer.status', { answer: { type: 'fault', fault: 'cut', status: 204, body: 'abc', delayMs: 0 } }],
    ['answer.body', { answer: { type: 'fault', fault: 'drip', status: 200, body: '', delayMs: 0 } }]
  ])('%s', (field, change) => {
    const refused = refusalOf(() => readyRule(ruleOf(change), patterns))
    expect(refused).toMatchObject({ code: 'invalid-input', field })
  })

  function refusalOf(work: () => unknown) {
    try {
      work()
    } catch (error) {
      if (error instanceof Fault) return error.report()
      throw error
    }
    return undefined
  }
})

describe('which rule decides', () => {
  const methods = ['GET', 'POST', 'PUT']
  const conditionArbitrary = fc.oneof(
    fc.constantFrom(...methods).map(value => conditionOf('method', 'equals', value)),
    fc.constantFrom(...methods).map(value => conditionOf('method', 'not-equals', value)),
    fc.constantFrom('valid', 'invalid').map(value => conditionOf('verdict', 'equals', value)),
    fc.constantFrom('1', '2').map(value => conditionOf('json', 'equals', value, 'a'))
  )
  const ruleArbitrary = fc.record({
    enabled: fc.boolean(),
    conditions: fc.array(conditionArbitrary, { maxLength: 3 }),
    everyNth: fc.constantFrom(null, null, 2, 3)
  })
  const rulesArbitrary = fc
    .array(ruleArbitrary, { maxLength: 6 })
    .map(rules => rules.map((each, at) => ruleOf({ ...each, id: `rul-${at}`, position: at })))
  const callbackArbitrary = fc.record({
    method: fc.constantFrom(...methods),
    body: fc.constantFrom('{"a":1}', '{"a":2}', 'x'),
    verdict: fc.constantFrom('valid' as const, 'invalid' as const)
  })
  type Sent = { method: string; body: string; verdict: 'valid' | 'invalid' }

  /** As the listener does: first without the look, then, where a rule waits, with it. */
  async function decided(rules: Rule[], sent: Sent, chance: Chance): Promise<string | null> {
    const ready = rules.map(each => readyRule(each, patterns))
    const parts = partsOf({ ...sent, target: '/in/k', headers: [], body: Buffer.from(sent.body) })
    const first = await decide(ready, parts, chance)
    const last =
      'waitsAt' in first
        ? await decide(ready, parts, chance, { looked: { verdict: sent.verdict, decoded: null }, from: first.waitsAt })
        : first
    if ('waitsAt' in last) throw new Error('it waits although there was a look')
    return last.rule?.rule.id ?? null
  }

  /** The same, said in the plainest way. */
  function expected(rules: Rule[], sent: Sent, counts: Map<string, number>): string | null {
    for (const each of rules) {
      if (!each.enabled || !each.conditions.every(one => plainHolds(one, sent))) continue
      if (each.everyNth === null) return each.id
      counts.set(each.id, (counts.get(each.id) ?? 0) + 1)
      if ((counts.get(each.id) ?? 0) % each.everyNth === 0) return each.id
    }
    return null
  }

  function plainHolds({ of, is, value }: Condition, sent: Sent): boolean {
    const actual = of === 'method' ? sent.method : of === 'verdict' ? sent.verdict : /\d/.exec(sent.body)?.[0]
    return is === 'equals' ? actual === value : actual !== value
  }

  test('is the first enabled one in order whose conditions all hold and whose turn it is, with or without a wait', async () => {
    await fc.assert(
      fc.asyncProperty(rulesArbitrary, fc.array(callbackArbitrary, { maxLength: 12 }), async (rules, sent) => {
        const chance = createChance(() => 0)
        const counts = new Map<string, number>()
        for (const one of sent) expect(await decided(rules, one, chance)).toBe(expected(rules, one, counts))
      })
    )
  })

  test('is the same for the same callback and the same chance', async () => {
    await fc.assert(
      fc.asyncProperty(rulesArbitrary, callbackArbitrary, fc.integer(), async (rules, sent, seed) => {
        const shares = rules.map(each => ({ ...each, everyNth: null, percent: 50 }))
        const once = await decided(shares, sent, createChance(seeded(seed)))
        expect(await decided(shares, sent, createChance(seeded(seed)))).toBe(once)
      })
    )
  })

  test('a share is met by chance: 30 % of 10,000 with a known seed', async () => {
    const rules = [ruleOf({ percent: 30 })]
    const chance = createChance(seeded(42))
    let hits = 0
    for (let left = 10_000; left > 0; left--)
      if (await decided(rules, { method: 'GET', body: '', verdict: 'valid' }, chance)) hits += 1
    // Four standard deviations of a fair draw.
    expect(Math.abs(hits - 3_000)).toBeLessThan(184)
  })
})
