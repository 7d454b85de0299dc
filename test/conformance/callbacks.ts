import { expect, test } from 'vitest'
import type { Captured, Provider } from '../../src/main/providers/contract.ts'

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
      const { body } = sample.build(Object.fromEntries(values), now)
      expect(fields.length).toBeGreaterThan(0)
      expect(decodeURIComponent(body)).toMatch(/\+4912345678|4711/)
    })

    test(`sample ${sample.id} with one flipped byte never throws and never reads as valid`, () => {
      const whole = capture(sample.build({}, now))
      for (let index = 0; index < whole.body.length; index += 1) {
        const body = Uint8Array.from(whole.body)
        body[index] = (body[index] ?? 0) ^ (1 << (index % 8))
        const changed = { ...whole, body }
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

function capture({ method, headers, body }: { method: string; headers: Captured['headers']; body: string }): Captured {
  return { method, target: '/in/key', headers, body: new TextEncoder().encode(body) }
}
