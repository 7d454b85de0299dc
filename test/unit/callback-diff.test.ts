import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HeaderPair } from '#shared/model/callback.ts'
import { diffCallbacks } from '../../src/main/listener/diff.ts'
import { detailOf } from '../helpers/details.ts'

type Some = Parameters<typeof detailOf>[0]
const told = (from: Some, to: Some) =>
  diffCallbacks(detailOf(from), detailOf(to)).differences.map(({ part, name, from: old, to: fresh }) => [
    part,
    name,
    old,
    fresh
  ])
const form: HeaderPair[] = [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']]

test('a callback is no different from itself', () => {
  const same = { body: '{"a":1}', headers: [['A', 'b']] satisfies HeaderPair[], target: '/in/key1?a=b' }
  expect(diffCallbacks(detailOf(same), detailOf({ ...same, id: 2, receivedMs: 5 }))).toEqual({
    differences: [],
    sameBody: true
  })
})

test('method, path and parameters', () => {
  expect(told({ method: 'GET', target: '/in/a?x=1&y=2&y=3' }, { target: '/in/b?y=3&x=%31&y=4&z' })).toEqual([
    ['method', '', 'GET', 'POST'],
    ['target', '', '/in/a', '/in/b'],
    ['query', 'y', '2', '4'],
    ['query', 'z', null, '']
  ])
  expect(told({ target: '/in/a?x=1' }, { target: '/in/a?x=%31' })).toEqual([['query', '', 'x=1', 'x=%31']])
})

test('headers and trailers, whatever their order and case, with their duplicates', () => {
  const from: HeaderPair[] = [
    ['X-A', '1'],
    ['Host', 'h'],
    ['x-a', '2'],
    ['x-a', '2']
  ]
  expect(
    told(
      { headers: from },
      {
        headers: [
          ['host', 'h'],
          ['x-A', '2'],
          ['x-a', '1']
        ]
      }
    )
  ).toEqual([['header', 'X-A', '2', null]])
  expect(told({ trailers: [] }, { trailers: [['Sum', '1']] })).toEqual([['trailer', 'Sum', null, '1']])
})

test('a body as what it is', () => {
  expect(told({ headers: form, body: 'a=1&b=2&b=3' }, { headers: form, body: 'b=3&a=1&c=%20' })).toEqual([
    ['body', 'b', '2', null],
    ['body', 'c', null, ' ']
  ])
  expect(told({ body: '{"a":{"b":[1,{"c":null}]},"x y":true}' }, { body: '{"a":{"b":[1,{"c":"n"},3]}}' })).toEqual([
    ['json', '$.a.b[1].c', 'null', '"n"'],
    ['json', '$.a.b[2]', null, '3'],
    ['json', '$["x y"]', 'true', null]
  ])
  expect(told({ body: '{"a":1}' }, { body: '{ "a": 1 }' })).toEqual([['body', 'from line 1', '{"a":1}', '{ "a": 1 }']])
  expect(told({ body: 'a\nb\nc\nd' }, { body: 'a\nX\nd' })).toEqual([['body', 'from line 2', 'b\nc', 'X']])
  expect(told({ body: new Uint8Array([1, 255, 3]) }, { body: 'text' })).toEqual([
    ['body', 'bytes', '3 bytes, from byte 0: 01ff03', '4 bytes, from byte 0: 74657874']
  ])
})

test('what it means', () => {
  const decoded = (event: string, value: string) => ({
    event,
    title: '',
    fields: [{ name: 'from', label: 'From', value }]
  })
  expect(told({ decoded: decoded('sms', '+1') }, { decoded: decoded('call', '+2') })).toEqual([
    ['field', 'event', 'sms', 'call'],
    ['field', 'from', '+1', '+2']
  ])
  expect(told({ decoded: null }, { decoded: decoded('call', '') })).toHaveLength(2)
})

test('JSON that is too deep is compared as text', () => {
  const deep = (inner: string) => `${'['.repeat(50_000)}${inner}${']'.repeat(50_000)}`
  const parts = told({ body: deep('1') }, { body: deep('2') }).map(([part, name]) => [part, name])
  expect(parts).toEqual([['body', 'from line 1']])
})

const anyHeaders = fc.array(fc.tuple(fc.constantFrom('A', 'a', 'B'), fc.constantFrom('1', '2', '')), { maxLength: 6 })

test('two are the same exactly where no difference is told, and the other way round every difference is turned', () => {
  const one = fc.record({
    headers: anyHeaders,
    body: fc.oneof(fc.json({ maxDepth: 2 }), fc.string(), fc.uint8Array({ maxLength: 4 }))
  })
  const check = fc.property(one, one, (from, to) => {
    const forth = diffCallbacks(detailOf(from), detailOf(to))
    const back = diffCallbacks(detailOf(to), detailOf(from))
    const turned = back.differences.map(each => ({
      ...each,
      name: each.name.toLowerCase(),
      from: each.to,
      to: each.from
    }))
    const plain = forth.differences.map(each => ({ ...each, name: each.name.toLowerCase() }))
    expect(sorted(plain)).toEqual(sorted(turned))
    const sameHeaders = JSON.stringify(folded(from.headers)) === JSON.stringify(folded(to.headers))
    expect(forth.differences.length === 0).toBe(forth.sameBody && sameHeaders)
  })
  fc.assert(check, { numRuns: 500 })
})

const sorted = (rows: object[]) => rows.map(row => JSON.stringify(row)).toSorted()
const folded = (headers: HeaderPair[]) => headers.map(([name, value]) => `${name.toLowerCase()}:${value}`).toSorted()
