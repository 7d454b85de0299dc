import { expect, test } from 'vitest'
import type { Captured, Provider, SampleRequest } from '../../src/main/providers/contract.ts'

const now = new Date('2026-03-04T05:06:07Z')

/** Samples decode; what is no callback of the provider does not, and nothing throws. */
export function checkCallbacks({ card, callbacks }: Provider): void {
  test('each sample of the card can be built, and no other', () => {
    expect(callbacks.samples.map(one => one.id)).toEqual(card.samples.map(one => one.id))
  })

  for (const sample of callbacks.samples) {
    test(`sample ${sample.id} decodes with a title and labels`, () => {
      const decoded = callbacks.decode(capture(sample.build({}, now)))
      expect(decoded?.title.length ?? 0).toBeGreaterThan(8)
      expect(decoded?.fields.length ?? 0).toBeGreaterThan(3)
      expect(decoded?.fields.filter(one => one.label === '')).toEqual([])
    })

    test(`sample ${sample.id} takes its fields`, () => {
      const fields = card.samples.find(one => one.id === sample.id)?.fields ?? []
      const values = fields.map(one => [one.name, one.type === 'phone' ? '+4912345678' : '4711'] as const)
      const { body, query = '' } = sample.build(Object.fromEntries(values), now)
      expect(fields.length).toBeGreaterThan(0)
      expect(decodeURIComponent(`${query} ${body}`)).toMatch(/\+4912345678|4711/)
    })

    test(`sample ${sample.id} with one flipped byte never throws and never reads as valid`, () => {
      for (const changed of flippedEach(capture(sample.build({}, now)))) {
        expect(() => callbacks.decode(changed)).not.toThrow()
        const { verdict, text } = callbacks.verify(changed, { url: null, secrets: {} })
        expect(['invalid', 'missing', 'no-secret', 'not-offered']).toContain(verdict)
        expect(text).not.toBe('')
      }
    })
  }

  test('what is no callback of the provider is not decoded', () => {
    const others = ['', '[]', 'null', '{}', '{"a":', 'a=b', '<xml/>', '"text"', '{"CallSid":{}}', '{"SmsSid":"a"}']
    const decoded = others.map(body => callbacks.decode(capture({ method: 'POST', headers: [], body })))
    expect(decoded).toEqual(others.map(() => undefined))
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    expect(callbacks.decode({ method: 'POST', target: '/in/x', headers: [], body: bytes })).toBeUndefined()
  })

  test('the answer is one that the provider takes as received', () => {
    expect(callbacks.answer.status).toBe(200)
  })
}

function capture({ method, query, headers, body }: SampleRequest): Captured {
  const target = query === undefined ? '/in/key' : `/in/key?${query}`
  return { method, target, headers, body: new TextEncoder().encode(body) }
}

/** Each byte of the body in turn, and of the query, with one bit turned over. */
function flippedEach(whole: Captured): Captured[] {
  const bodies = Array.from(whole.body, (_, index) => ({ ...whole, body: flipped(whole.body, index) }))
  const target = new TextEncoder().encode(whole.target)
  const start = whole.target.indexOf('?') + 1
  const indexes = start === 0 ? [] : Array.from({ length: target.length - start }, (_, index) => start + index)
  return [
    ...bodies,
    ...indexes.map(index => ({ ...whole, target: Buffer.from(flipped(target, index)).toString('latin1') }))
  ]
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const changed = Uint8Array.from(bytes)
  changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8))
  return changed
}
