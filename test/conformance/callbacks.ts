import { expect, test } from 'vitest'
import type { Captured, Provider, SampleRequest } from '../../src/main/providers/contract.ts'
import type { Subject } from './subject.ts'

const now = new Date('2026-03-04T05:06:07Z')

/** Samples decode; what is no callback of the provider does not, and nothing throws. */
export function checkCallbacks({ card, callbacks }: Provider, signing: Subject['signing']): void {
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

  for (const sample of signing ? callbacks.samples : []) {
    const { secrets = {}, covered } = signing ?? {}
    const known = { url: 'https://hooks.example.com/in/key', secrets }

    test(`sample ${sample.id} signed is valid, and invalid with one flipped byte`, () => {
      const whole = capture(sample.build({}, now, known))
      expect(callbacks.verify(whole, known).verdict).toBe('valid')
      const others = Object.fromEntries(Object.keys(secrets).map(name => [name, 'another secret']))
      expect(callbacks.verify(whole, { ...known, secrets: others }).verdict).toBe('invalid')
      const original = parametersOf(whole, covered)
      // One bit may make another spelling of the same parameters.
      const changes = flippedEach(whole).filter(one => !isSame(parametersOf(one, covered), original))
      expect(changes.length).toBeGreaterThan(50)
      for (const changed of changes) {
        const isNamed = isSame(namesOf(parametersOf(changed, covered)), namesOf(original))
        const { verdict } = callbacks.verify(changed, known)
        expect(isNamed ? [verdict] : [verdict].filter(one => one === 'valid')).toEqual(isNamed ? ['invalid'] : [])
      }
    })
  }

  test('what is no callback of the provider is not decoded', () => {
    const others = ['', '[]', 'null', '{}', '{"a":', 'a=b', '<xml/>', '"text"', '{"CallSid":{}}', '{"SmsSid":"a"}']
    const decoded = others.map(body => callbacks.decode(capture({ method: 'POST', headers: [], body })))
    expect(decoded).toEqual(others.map(() => undefined))
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    expect(
      callbacks.decode({ method: 'POST', target: '/in/x', headers: [], body: bytes, receivedMs: 0 })
    ).toBeUndefined()
  })

  test('the answer is one that the provider takes as received', () => {
    expect(callbacks.answer.status).toBe(200)
  })
}

function capture({ method, query, headers, body }: SampleRequest): Captured {
  const target = query === undefined ? '/in/key' : `/in/key?${query}`
  return { method, target, headers, body: new TextEncoder().encode(body), receivedMs: now.getTime() }
}

/** What stands in the query and in a form, in its order: all of it, or what a signature covers. */
function parametersOf({ target, body }: Captured, covered: string[] | undefined): [string, string][] {
  const query = target.includes('?') ? target.slice(target.indexOf('?') + 1) : ''
  const all = [...new URLSearchParams(query), ...new URLSearchParams(Buffer.from(body).toString('utf8'))]
  return covered ? all.filter(([name]) => covered.includes(name)) : all
}

function namesOf(parameters: [string, string][]): string[] {
  return parameters.map(([name]) => name)
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
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
