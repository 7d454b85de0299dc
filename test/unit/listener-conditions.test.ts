import { expect, test } from 'vitest'
import type { Condition } from '../../src/shared/model/rule.ts'
import { compileCondition, partsOf, type Looked } from '../../src/main/listener/rules/conditions.ts'
import { compileExpression } from '../../src/main/listener/rules/expressions.ts'
import { createPatterns } from '../../src/main/listener/rules/patterns.ts'
import { conditionOf, orderLooked, orderParts } from '../helpers/rule-rows.ts'

const patterns = createPatterns(() => performance.now())

async function holds(condition: Condition, found: Looked = orderLooked, parts = orderParts): Promise<boolean> {
  return await compileCondition(condition, patterns).holds(parts, found)
}

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
  expect(await holds(conditionOf('json', 'absent', '', 'amount'), orderLooked, plain)).toBe(true)
  const long = partsOf({ method: 'POST', target: '/in/k', headers: [], body: Buffer.alloc(1_048_577, '1') })
  expect(await holds(conditionOf('json', 'absent', '', 'amount'), orderLooked, long)).toBe(false)
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

test('JSON that is too deep to be walked is none to ask, and stops no callback', async () => {
  const body = Buffer.from('['.repeat(20_000) + ']'.repeat(20_000))
  const deep = partsOf({ method: 'POST', target: '/in/k', headers: [], body })
  expect(await holds(conditionOf('json', 'contains', 'a', '$'), orderLooked, deep)).toBe(false)
})
