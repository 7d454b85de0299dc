import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { Attempt } from '#shared/model/attempt.ts'
import { rule, type Rule } from '#shared/model/rule.ts'
import { bytesOf, unpacked } from '../../src/renderer/screens/body-text.ts'
import { filterWords } from '../../src/renderer/screens/callback-filter-words.ts'
import { hexLine, lineCount, offsetOf } from '../../src/renderer/screens/hex-lines.ts'
import { changedSettings, hostOfText } from '../../src/renderer/screens/listener-limits.ts'
import { ruleWords } from '../../src/renderer/screens/rule-words.ts'
import { attemptGroups, canRetry, replayDraftOf, replayOrderOf } from '../../src/renderer/state/attempts.ts'
import { answerAs, dropOrder, moveOrder, newRule, problemsOfRule, rulesFor } from '../../src/renderer/state/rules.ts'
import { problemOfUrl } from '../../src/renderer/state/targets.ts'
import { detailOf } from '../helpers/details.ts'

function ruleAt(position: number, endpointId: string | null, label: string): Rule {
  return { ...newRule(endpointId), id: label, label, position }
}

const own = [ruleAt(0, 'e', 'a'), ruleAt(1, 'e', 'b'), ruleAt(2, 'e', 'c')]

/** What the core makes of an order. */
function ordered(order: { id: string; before: string | null } | undefined): string {
  if (!order) return 'abc'
  const others = own.map(({ id }) => id).filter(id => id !== order.id)
  const at = order.before === null ? others.length : others.indexOf(order.before)
  return others.toSpliced(at, 0, order.id).join('')
}

test('rules of an endpoint stand in their order, before those of every endpoint', () => {
  const shared = ruleAt(0, null, 's')
  const { own: first, shared: after } = rulesFor([shared, ...own.toReversed(), ruleAt(0, 'other', 'x')], 'e')
  expect(first.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(after.map(({ id }) => id)).toEqual(['s'])
  expect(rulesFor([shared, ...own], null)).toEqual({ own: [shared], shared: [] })
})

test('a rule moves by one place, and not beyond the ends', () => {
  expect(ordered(moveOrder(own, 'c', -1))).toBe('acb')
  expect(ordered(moveOrder(own, 'a', 1))).toBe('bac')
  expect(ordered(moveOrder(own, 'b', 1))).toBe('acb')
  expect(moveOrder(own, 'a', -1)).toBeUndefined()
  expect(moveOrder(own, 'c', 1)).toBeUndefined()
})

test('a rule that is dropped on another one takes its place', () => {
  expect(ordered(dropOrder(own, 'a', 'c'))).toBe('bca')
  expect(ordered(dropOrder(own, 'c', 'a'))).toBe('cab')
  expect(ordered(dropOrder(own, 'a', 'b'))).toBe('bac')
  expect(dropOrder(own, 'a', 'a')).toBeUndefined()
})

test('a rule that says too little is not saved, and says where', () => {
  const condition = { of: 'header', name: '', is: 'equals', value: 'x' } as const
  const wrong = {
    ...newRule(null),
    conditions: [condition, { ...condition, name: 'A', is: 'matches', value: '(' } as const]
  }
  expect(problemsOfRule(wrong)).toMatchObject({
    label: expect.any(String),
    conditions: { 0: expect.any(String), 1: expect.any(String) }
  })
  expect(problemsOfRule({ ...newRule(null), label: 'Fine' })).toBeUndefined()
})

test('whatever the type of its answer, a new rule is one that the core takes', () => {
  for (const type of ['respond', 'provider', 'fault'] as const) {
    const answer = answerAs(type, newRule(null).answer)
    expect(rule.parse({ ...newRule(null), id: 'r', position: 0, label: 'R', answer }).answer).toEqual(answer)
  }
})

test('a rule reads as a sentence', () => {
  const draft = newRule(null)
  expect(ruleWords(draft)).toBe('For every request: the sender gets 503.')
  const conditions = [
    { of: 'method', name: '', is: 'equals', value: 'POST' },
    { of: 'header', name: 'X-Try', is: 'absent', value: '' }
  ] as const
  const answer = { type: 'fault', fault: 'reset', status: 200, body: '', delayMs: 2000 } as const
  expect(ruleWords({ ...draft, conditions: [...conditions], everyNth: 3, answer, forwards: 'never' })).toBe(
    'When the method is “POST” and the header X-Try is not there, every 3rd time: the connection is reset, after 2000 ms. It is not sent on.'
  )
})

test('a condition that names nothing yet says so in the sentence', () => {
  const condition = { of: 'json', name: ' ', is: 'equals', value: 'paid' } as const
  expect(ruleWords({ ...newRule(null), conditions: [condition] })).toBe(
    'When … in the JSON is “paid”: the sender gets 503.'
  )
})

const detail = detailOf({
  id: 4,
  headers: [
    ['Host', 'localhost'],
    ['X-A', '1'],
    ['x-a', '2'],
    ['Content-Length', '9']
  ],
  body: '{"a":"ä"}'
})

test('a replay that was not changed gives nothing but where it goes, so that it goes out as it came', () => {
  expect(replayOrderOf(replayDraftOf(detail), detail)).toEqual({ id: 4, to: null, set: {}, resign: false })
})

test('a replay gives what was changed, and only that', () => {
  const draft = { ...replayDraftOf(detail), to: 'address' as const, url: ' http://localhost:3000/x ', body: 'é' }
  const order = replayOrderOf(
    {
      ...draft,
      set: [
        ['a', '2'],
        ['', 'no name']
      ],
      resign: true
    },
    detail
  )
  expect(order).toEqual({ id: 4, to: 'http://localhost:3000/x', bodyBase64: 'w6k=', set: { a: '2' }, resign: true })
  const headers = [['X-A', '1']] as [string, string][]
  expect(replayOrderOf({ ...replayDraftOf(detail), headers, method: 'PUT' }, detail)).toMatchObject({
    headers,
    method: 'PUT'
  })
})

test('bytes that are no text, and very many of them, are not offered to be edited', () => {
  expect(replayDraftOf({ ...detail, bodyText: null }).body).toBeUndefined()
  expect(replayDraftOf({ ...detail, bodyBytes: 5_000_000 }).body).toBeUndefined()
})

test('tries at one target stand together; the last one of a forward that failed can be retried', () => {
  const attempt = { id: '1', targetId: 't', url: 'http://a', kind: 'forward', state: 'failed', number: 1 } as Attempt
  const replay = { ...attempt, id: '3', kind: 'replay' as const, targetId: null }
  const groups = attemptGroups([attempt, { ...attempt, id: '2', number: 2 }, replay, { ...replay, id: '4' }])
  expect(groups.map(group => group.attempts.map(({ id }) => id))).toEqual([['1', '2'], ['3'], ['4']])
  expect(groups.map(canRetry)).toEqual([true, false, false])
  expect(canRetry({ key: '', attempts: [attempt, { ...attempt, state: 'done' }] })).toBe(false)
})

test('an address of a target is a whole one, without a password', () => {
  expect(problemOfUrl('http://localhost:3000/hooks')).toBeUndefined()
  expect(problemOfUrl('localhost:3000')).toBeDefined()
  expect(problemOfUrl('ftp://a')).toBeDefined()
  expect(problemOfUrl('https://me:pass@a.example')).toMatch(/password/)
})

test('a line of bytes has its offset, a gap in the middle and the letters', () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, at) => 0x41 + at)
  expect(lineCount(bytes)).toBe(3)
  expect(hexLine(bytes, 0)).toEqual({
    offset: '00000000',
    hex: '41 42 43 44 45 46 47 48  49 4a 4b 4c 4d 4e 4f 50 ',
    letters: 'ABCDEFGHIJKLMNOP'
  })
  const last = hexLine(Uint8Array.from([0, 0x7f, 0xff]), 0)
  expect(last).toMatchObject({ letters: '...' })
  expect(last.hex).toHaveLength(49)
  expect([offsetOf('0x1f', 40), offsetOf('28', 40), offsetOf('x', 40)]).toEqual([31, undefined, undefined])
})

test('a packed body is unpacked; what is not really packed stays as it came', async () => {
  const packed = Uint8Array.from(gzipSync('hello '.repeat(1000)))
  expect(new TextDecoder().decode(await unpacked(packed, 'gzip'))).toBe('hello '.repeat(1000))
  expect(await unpacked(bytesOf('AAAA'), 'gzip')).toBeUndefined()
  expect(await unpacked(packed, 'br')).toBeUndefined()
})

test('a small body that unpacks to an enormous one is left packed', async () => {
  expect(await unpacked(Uint8Array.from(gzipSync(Buffer.alloc(30_000_000))), 'gzip')).toBeUndefined()
})

test('host names are taken out of what people paste, and only changed settings are sent', () => {
  expect(hostOfText(' https://Abc.tunnel.example:443/in/x?y ')).toBe('abc.tunnel.example')
  const settings = { keepDays: 30, keepCount: null, keepBytes: null, hosts: ['a'], https: false }
  expect(changedSettings(settings, { ...settings, keepDays: null, hosts: ['a'] })).toEqual({ keepDays: null })
})

test('a part of a filter is named as people know it', () => {
  const names = { accounts: undefined, endpoints: [{ id: 'e', label: 'Hooks' } as never], providers: undefined }
  expect(filterWords('endpoint', 'e', names)).toBe('Endpoint: Hooks')
  expect(filterWords('verdict', 'no-secret', names)).toBe('Signature: No secret')
  expect(filterWords('since', '1h', names)).toBe('Last hour')
})
