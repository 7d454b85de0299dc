import { expect, test } from 'vitest'
import type { FieldCard, FormCard } from '#shared/model/field.ts'
import { providerCard } from '#shared/model/provider.ts'
import type { Provider } from '../../src/main/providers/contract.ts'
import type { Subject } from './subject.ts'

/** The card says all that anyone outside the folder needs. */
export function checkCard(
  { card, kinds, credentials }: Provider,
  { secretField, eitherCredential }: Pick<Subject, 'secretField' | 'eitherCredential'>
): void {
  test('it is data that passes the contract’s schema', () => {
    expect(providerCard.parse(JSON.parse(JSON.stringify(card)))).toEqual(JSON.parse(JSON.stringify(card)))
  })

  test('every field has a label of its own and a help text', () => {
    const all = [...fieldsOf(card.credentials), ...card.kinds.flatMap(kind => fieldsOf(kind.form))]
    expect(all.filter(one => one.label === one.name || (one.help?.length ?? 0) < 9).map(one => one.name)).toEqual([])
  })

  test('every variant and every sample has a label and help', () => {
    const variants = card.kinds
      .flatMap(({ form }) => [...(form.variants?.options ?? []), form.variants?.other ?? []])
      .flat()
    const poor = [...variants, ...card.samples].filter(one => one.label === '' || (one.help?.length ?? 0) < 9)
    expect(poor).toEqual([])
  })

  test('the secret is marked, and never comes back', () => {
    const secret = card.credentials.fields.find(one => one.name === secretField)
    expect(secret).toMatchObject({ secret: true, writeOnly: true, required: eitherCredential !== true })
  })

  test('the credentials schema wants every required field', () => {
    expect(credentials.safeParse({}).success).toBe(false)
    const all = Object.fromEntries(card.credentials.fields.map(one => [one.name, one.example ?? 'something']))
    expect(credentials.safeParse(all).success).toBe(true)
    const required = card.credentials.fields.filter(one => one.required).map(one => one.name)
    expect(required.filter(name => credentials.safeParse({ ...all, [name]: '' }).success)).toEqual([])
  })

  test('what cannot be done or was not tested has a reason', () => {
    const all = [...card.capabilities, ...card.kinds.flatMap(kind => [kind.create, kind.update, kind.remove])]
    const mute = all.filter(one => one.state !== 'can' && (one.reason?.length ?? 0) < 16)
    expect(mute.map(one => one.id)).toEqual([])
    expect(card.capabilities.some(one => one.state === 'cannot')).toBe(true)
  })

  test('ids are unique and in kebab case; each kind of the card is there', () => {
    for (const ids of [
      [card.id],
      card.kinds.map(kind => kind.id),
      card.capabilities.map(one => one.id),
      card.samples.map(one => one.id),
      card.endpoints.map(one => one.id)
    ]) {
      expect(new Set(ids).size).toBe(ids.length)
      for (const id of ids) expect(id).toMatch(/^[a-z][a-z0-9-]*$/)
    }
    expect(Object.keys(kinds)).toEqual(card.kinds.map(kind => kind.id))
  })

  test('endpoints and docs are https, and the rate limit says where it is from', () => {
    for (const url of [card.docsUrl, ...card.endpoints.map(one => one.baseUrl)]) expect(url).toMatch(/^https:\/\/[^/]+/)
    expect(card.rateLimit.requests).toBeGreaterThan(0)
    expect(card.rateLimit.source.length).toBeGreaterThan(15)
  })
}

/** All fields that a form may have, whatever is chosen in it. */
export function fieldsOf(form: FormCard): FieldCard[] {
  const { options = [], other } = form.variants ?? {}
  return [...form.fields, ...options.flatMap(one => one.fields), ...(other?.fields ?? [])]
}
