import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Fault } from '../../src/shared/faults.ts'
import type { Condition, Rule, RuleAnswer } from '../../src/shared/model/rule.ts'
import { createChance } from '../../src/main/listener/rules/answering.ts'
import { compileCondition, partsOf, type Looked } from '../../src/main/listener/rules/conditions.ts'
import { compileExpression } from '../../src/main/listener/rules/expressions.ts'
import { createPatterns } from '../../src/main/listener/rules/patterns.ts'
import { decide, readyRule, type Chance } from '../../src/main/listener/rules/rules.ts'
import { compileTemplate, viewOf } from '../../src/main/listener/rules/templates.ts'

const patterns = createPatterns(() => performance.now())
const respond: RuleAnswer = { type: 'respond', status: 200, headers: [], body: '', template: false, delayMs: 0 }
const post = partsOf({
  method: 'POST',
  target: '/in/key/orders/7?kind=a&kind=b&empty=&plus=1%2B1',
  headers: [
    ['X-Kind', 'first'],
    ['x-kind', 'second']
  ],
  body: Buffer.from('{"amount":12,"name":"Ada","items":[{"id":"a"},{"id":"b"}],"none":null,"flag":true}')
})
const looked: Looked = {
  verdict: 'valid',
  decoded: { event: 'sms', title: 'An SMS', fields: [{ name: 'from', label: 'From', value: '+15550100' }] }
}

function ruleOf(change: Partial<Rule> = {}): Rule {
  return {
    id: 'rul-1',
    endpointId: null,
    position: 0,
    label: 'Rule',
    enabled: true,
    conditions: [],
    everyNth: null,
    percent: null,
    answer: respond,
    forwards: 'usual',
    ...change
  }
}

function conditionOf(of: Condition['of'], is: Condition['is'], value = '', name = ''): Condition {
  return { of, is, value, name }
}

async function holds(condition: Condition, found: Looked = looked, parts = post): Promise<boolean> {
  return await compileCondition(condition, patterns).holds(parts, found)
}

describe('conditions', () => {
  test.each<[boolean, Condition]>([
    [true, conditionOf('method', 'equals', 'POST')],
    [false, conditionOf('method', 'equals', 'post')],
    [true, conditionOf('path', 'equals', '/orders/7')],
    [true, conditionOf('path', 'starts-with', '/orders')],
    [false, conditionOf('path', 'contains', 'kind')],
    [true, conditionOf('query', 'equals', 'b', 'kind')],
    [false, conditionOf('query', 'not-equals', 'b', 'kind')],
    [true, conditionOf('query', 'not-equals', 'c', 'kind')],
    [true, conditionOf('query', 'present', '', 'empty')],
    [true, conditionOf('query', 'absent', '', 'other')],
    [true, conditionOf('query', 'equals', '1+1', 'plus')],
    [true, conditionOf('header', 'equals', 'second', 'X-KIND')],
    [true, conditionOf('header', 'absent', '', 'x-other')],
    [true, conditionOf('json', 'equals', '12', 'amount')],
    [true, conditionOf('json', 'equals', 'Ada', 'name')],
    [true, conditionOf('json', 'equals', 'true', 'amount > 10')],
    [true, conditionOf('json', 'equals', 'b', 'items.id')],
    [true, conditionOf('json', 'present', '', 'none')],
    [true, conditionOf('json', 'absent', '', 'nobody')],
    [true, conditionOf('json', 'equals', '{"id":"a"}', 'items[0]')],
    [true, conditionOf('json', 'equals', 'true', '$contains(name, /^A/)')],
    // A text cannot be compared with a number: what cannot be worked out holds for nothing, not even for its absence.
    [false, conditionOf('json', 'absent', '', 'name > 10')],
    [false, conditionOf('json', 'not-equals', 'x', 'name > 10')],
    [true, conditionOf('body', 'contains', '"amount":12')],
    [true, conditionOf('body', 'matches', '"name":"[A-Z][a-z]+"')],
    [true, conditionOf('body', 'matches', '(?i:ADA)')],
    [false, conditionOf('body', 'matches', '^Ada$')],
    [true, conditionOf('field', 'matches', '^\\+1\\d+$', 'from')],
    [false, conditionOf('field', 'present', '', 'to')],
    [true, conditionOf('verdict', 'equals', 'valid')],
    [false, conditionOf('verdict', 'not-equals', 'valid')]
  ])('%s: %o', async (expected, condition) => {
    expect(await holds(condition)).toBe(expected)
  })

  test('of a body that is not JSON there is nothing, and of one too long for it nothing can be said', async () => {
    const plain = partsOf({ method: 'POST', target: '/in/k', headers: [], body: Buffer.from('hello') })
    expect(await holds(conditionOf('json', 'absent', '', 'amount'), looked, plain)).toBe(true)
    const long = partsOf({ method: 'POST', target: '/in/k', headers: [], body: Buffer.alloc(1_048_577, '1') })
    expect(await holds(conditionOf('json', 'absent', '', 'amount'), looked, long)).toBe(false)
  })

  test('without a look in time, what it would say holds for nothing', async () => {
    for (const is of ['equals', 'not-equals', 'present', 'absent'] as const) {
      expect(await holds(conditionOf('verdict', is, 'valid'), null)).toBe(false)
      expect(await holds(conditionOf('field', is, 'x', 'from'), null)).toBe(false)
    }
  })

  test('the target of a proxy is read as the plain one', () => {
    const parts = partsOf({
      method: 'GET',
      target: 'http://127.0.0.1:1/in/key/a?b=c',
      headers: [],
      body: Buffer.alloc(0)
    })
    expect([parts.path, parts.query]).toEqual(['/a', [['b', 'c']]])
  })
})

describe('what could hold up the listener', () => {
  test('a catastrophic pattern does not match and rests; a second one is not held up by it', () => {
    let now = 0
    const own = createPatterns(() => now)
    const slow = own.compile('^(a+)+$')
    const text = `${'a'.repeat(40)}b`
    expect(slow(text)).toBe(false)
    // Also of what it would match at once, until its rest is over.
    expect(slow('a')).toBe(false)
    expect(own.compile('^a$')('a')).toBe(true)
    now += 1_001
    expect(slow('a')).toBe(true)
  })

  test('a catastrophic pattern in an expression, an endless one and one that makes too long a list say nothing', async () => {
    const text = `${'a'.repeat(40)}b`
    for (const expression of ['$contains(x, /^(a+)+$/)', '($f := function($n){$f($n+1)}; $f(1))', '[1..1000000].($+1)'])
      expect(await compileExpression(expression, patterns)({ x: text })).toBe(null)
  })

  test('an expression finds with patterns what it would find without our own engine', async () => {
    const find = compileExpression('$replace($match(x, /o(.)/)[0].groups[0] & "-" & x, /o/, "0")', patterns)
    expect(await find({ x: 'foo bor' })).toEqual({ value: '0-f00 b0r' })
  })

  test('a template has an end, reads no file and follows no prototype', () => {
    expect(() =>
      compileTemplate('{% for i in (1..900) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}').render({})
    ).toThrow(/limit/)
    expect(() => compileTemplate('{% include "/etc/hostname" %}').render({})).toThrow(/lookup/)
    expect(() => compileTemplate('{% render "package.json" %}').render({})).toThrow(/lookup/)
    expect(compileTemplate('{{ a.constructor.name }}{{ a.__proto__ }}').render({ a: {} })).toBe('')
  })
})

describe('templates', () => {
  test('speak of all that is known of a callback', () => {
    const text =
      '{{ id }} {{ receivedMs }} {{ method }} {{ path }} {{ query.kind }} {{ headers.x-kind }} {{ fields.from }} {{ json.items[1].id }} {{ event }} {{ verdict }} {{ json.amount | plus: 1 }}'
    expect(compileTemplate(text).render(viewOf({ id: 7, receivedMs: 5 }, post, looked))).toBe(
      '7 5 POST /orders/7 a first +15550100 b sms valid 13'
    )
  })

  test.each([
    ['{{ id }} {{ json.a }}', false],
    ['{{ fields.from }}', true],
    ['{% if verdict == "valid" %}x{% endif %}', true]
  ])('%s needs the look: %s', (text, expected) => expect(compileTemplate(text).needsLook).toBe(expected))

  test('a field whose name is that of a prototype is a field', () => {
    const decoded = { event: 'e', title: 't', fields: [{ name: '__proto__', label: 'P', value: 'x' }] }
    const view = viewOf({ id: 1, receivedMs: 1 }, post, { verdict: 'valid', decoded })
    expect(compileTemplate('{{ fields.other }}{{ fields.from }}').render(view)).toBe('')
  })
})

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
    ['answer.body', { answer: { ...respond, template: true, body: '{% if %}' } }],
    ['answer.body', { answer: { ...respond, template: true, body: '{{ a | nofilter }}' } }],
    ['answer.headers.0', { answer: { ...respond, headers: [['X', 'a\r\nSet-Cookie: b']] } }],
    [
      'answer.headers.1',
      {
        answer: {
          ...respond,
          headers: [
            ['X', 'a'],
            ['Y\n', 'b']
          ]
        }
      }
    ],
    ['answer.headers.0', { answer: { ...respond, headers: [['content-LENGTH', '5']] } }],
    ['answer.headers.0', { answer: { ...respond, headers: [['Transfer-Encoding', 'chunked']] } }],
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

/** Mulberry32: the same numbers for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
