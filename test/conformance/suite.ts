import { describe, expect, test } from 'vitest'
import { checkCallbacks } from './callbacks.ts'
import { checkCard } from './card.ts'
import { checkCredentials } from './credentials.ts'
import { checkReading } from './reading.ts'
import { createRig } from './rig.ts'
import type { Subject } from './subject.ts'
import { checkSyncing } from './syncing.ts'
import { checkVariants, checkWriting } from './writing.ts'

/** All checks that every provider has to pass, against its simulator in a process of its own. */
export function conforms(subject: Subject): void {
  const { provider, kind, fresh, changed } = subject
  const kindOf = provider.kinds[kind]
  if (!kindOf) throw new Error(`no kind ${kind}`)
  const absentId = subject.absentId ?? kindOf.naturalKey(fresh)
  const rig = createRig(subject)

  describe('card', () => {
    checkCard(provider, subject)
  })
  describe('callbacks', () => {
    checkCallbacks(provider, subject.signing)
  })
  describe('reading', () => {
    checkReading(subject, rig, absentId)
  })
  describe('credentials', () => {
    checkCredentials(subject, rig)
  })
  describe('writing', () => {
    checkWriting(subject, rig, absentId)
  })
  describe('syncing', () => {
    checkSyncing(subject, rig, absentId)
  })
  describe('variants of what is not documented', () => {
    checkVariants(subject, rig, absentId)
  })

  describe('map', () => {
    for (const wire of subject.wires) {
      test(`${JSON.stringify(wire).slice(0, 60)} comes back as it was, and adds nothing`, () => {
        expect(wire).toMatchObject(subject.back(subject.there(wire)))
        const once = kindOf.normalise(subject.there(wire))
        expect(kindOf.normalise(once)).toEqual(once)
        expect(kindOf.title(once)).not.toBe('')
      })
    }

    test('what is created passes its own schema', () => {
      expect(kindOf.schema.safeParse(fresh).error).toBeUndefined()
      expect(kindOf.schema.safeParse(changed).error).toBeUndefined()
    })

    test('secret settings are marked', () => {
      const { fields, variants } = kindOf.card.form
      const all = [
        ...fields,
        ...(variants?.options ?? []).flatMap(one => one.fields),
        ...(variants?.other?.fields ?? [])
      ]
      for (const name of subject.secretSettings ?? []) {
        const cards = all.filter(one => one.name === name)
        expect(cards.length).toBeGreaterThan(0)
        for (const card of cards) expect(card).toMatchObject({ secret: true, writeOnly: true })
      }
    })
  })
}
