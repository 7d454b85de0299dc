import { expect, test } from 'vitest'
import * as z from 'zod'
import { field, fieldsFor, formOf } from '#shared/fields.ts'
import type { FieldCard } from '#shared/model/field.ts'
import {
  credentialsOf,
  draftOf,
  editOf,
  keptSecrets,
  leftBehind,
  problemOfFault,
  problemsOf,
  settingsOf,
  textOf,
  warningsOf,
  withoutSecrets,
  withVariantChoices
} from '../../src/renderer/forms/form-model.ts'

const schema = z.object({
  url: field(z.url().min(10), { label: 'Address' }),
  note: field(z.string().max(5).optional(), { label: 'Note' }),
  tries: field(z.int().min(1).max(9).optional(), { label: 'Tries' }),
  isOn: field(z.boolean().optional(), { label: 'On' }),
  apiKey: field(z.string().min(1), { label: 'Key', secret: true }),
  id: field(z.string().optional(), { label: 'Id', readOnly: true })
})
const { fields } = formOf(schema)
const saved = { url: 'https://one.example.com', note: 'old', isOn: true, apiKey: { $secret: 3 }, id: 'x1' }

test('a form that was not touched changes nothing', () => {
  expect(editOf(fields, saved, draftOf(fields, saved))).toEqual({ set: {}, unset: [] })
})

test('a form holds no secret, and an empty secret field leaves the kept one alone', () => {
  const draft = draftOf(fields, saved)
  expect(draft['apiKey']).toBe('')
  expect(editOf(fields, saved, { ...draft, note: 'new' })).toEqual({ set: { note: 'new' }, unset: [] })
  expect(problemsOf(fields, draft, new Set(['apiKey']))).toEqual({})
  expect(problemsOf(fields, draft)).toEqual({ apiKey: 'Key is needed.' })
})

test('an edit names what changed: new values, numbers as numbers, optional fields that were emptied as absent', () => {
  const draft = { ...draftOf(fields, saved), url: 'https://two.example.com', note: '', tries: '4', isOn: false }
  expect(editOf(fields, saved, draft)).toEqual({
    set: { url: 'https://two.example.com', tries: 4, isOn: false },
    unset: ['note']
  })
})

test('a required field that was emptied is sent as empty, so that the core can refuse it', () => {
  expect(editOf(fields, saved, { ...draftOf(fields, saved), url: '' })).toEqual({ set: { url: '' }, unset: [] })
})

test('a switch that the provider keeps as text stays text', () => {
  const card = { ...fields.find(known => known.name === 'isOn'), type: 'boolean' } as FieldCard
  expect(editOf([card], { isOn: 'true' }, { isOn: false })).toEqual({ set: { isOn: 'false' }, unset: [] })
})

test('what the provider sets is never sent', () => {
  expect(editOf(fields, saved, { ...draftOf(fields, saved), id: 'forged' })).toEqual({ set: {}, unset: [] })
  expect(settingsOf(fields, { id: 'forged', note: 'n' })).toEqual({ note: 'n' })
})

test.each([
  [{ url: 'nonsense' }, 'url', /full address/],
  [{ url: '' }, 'url', /needed/],
  [{ note: 'longer than five' }, 'note', /At most 5/],
  [{ tries: '1.5' }, 'tries', /whole number/],
  [{ tries: '10' }, 'tries', /At most 9/],
  [{ tries: '0' }, 'tries', /At least 1/]
])('%j is seen to be wrong before anything is asked', (typed, name, problem) => {
  const problems = problemsOf(fields, { ...draftOf(fields, saved), ...typed }, new Set(['apiKey']))
  expect(Object.keys(problems)).toEqual([name])
  expect(problems[name]).toMatch(problem)
})

test('credentials are parted: secrets for the vault, the others for the account, empty ones nowhere', () => {
  const draft = { ...draftOf(fields, {}), url: 'https://a.example.com', apiKey: 'k-1' }
  expect(credentialsOf(fields, draft)).toEqual({
    fields: { url: 'https://a.example.com', isOn: 'false' },
    secrets: { apiKey: 'k-1' }
  })
  expect(JSON.stringify(withoutSecrets(fields, draft))).not.toContain('k-1')
})

test('a fault shows at the field that it names, and at none where the form lacks it', () => {
  const fault = { code: 'invalid-input', message: 'No', advice: '', retry: 'after-fix' } as const
  expect(problemOfFault(fields, { ...fault, field: 'note' })).toEqual({ note: 'No' })
  expect(problemOfFault(fields, { ...fault, field: 'elsewhere' })).toEqual({})
  expect(problemOfFault(fields, undefined)).toEqual({})
})

test('the text of a secret is dots', () => {
  expect(textOf({ $secret: 2 })).toBe('••••••')
  expect(textOf(['a', 'b'])).toBe('a, b')
  expect(textOf(null)).toBe('')
})

test('the fields of a new profile follow the variant that was chosen', () => {
  const form = formOf(
    z.union([
      z.discriminatedUnion('key', [
        z.object({ key: field(z.literal('hook'), { label: 'Key' }), value: field(z.url(), { label: 'Address' }) })
      ]),
      z.object({ key: field(z.string(), { label: 'Key' }), value: field(z.string(), { label: 'Value' }) })
    ])
  )
  const typeFor = (key: string) => fieldsFor(form, { key }).find(card => card.name === 'value')?.type
  expect(typeFor('hook')).toBe('url')
  expect(typeFor('anything')).toBe('text')
  expect(settingsOf(fieldsFor(form, { key: 'hook' }), { key: 'hook', value: 'https://x.example.com' })).toEqual({
    key: 'hook',
    value: 'https://x.example.com'
  })
})

const handler = formOf(
  z.discriminatedUnion('type', [
    z.object({
      type: field(z.literal('reply'), { label: 'What happens' }),
      text: field(z.string(), { label: 'Text' }),
      quiet: field(z.boolean().optional(), { label: 'Quiet' })
    }),
    z
      .object({
        type: field(z.literal('call'), { label: 'What happens' }),
        url: field(z.url(), { label: 'Address' }),
        quiet: field(z.boolean().optional(), { label: 'Quiet' })
      })
      .meta({ label: 'Call an address' })
  ])
)

test('what chooses the variant is a choice where all its values are known, and text where any is possible', () => {
  const by = withVariantChoices(handler, fieldsFor(handler, { type: 'call' })).find(card => card.name === 'type')
  expect(by).toMatchObject({
    type: 'choice',
    choices: [{ value: 'reply' }, { value: 'call', label: 'Call an address' }]
  })
  const open = {
    ...handler,
    variants: handler.variants && { ...handler.variants, other: { label: 'Any', fields: [] } }
  }
  expect(withVariantChoices(open, open.fields)).toEqual(open.fields)
})

test('a change of the variant leaves behind what only the other variant had', () => {
  const settings = { id: 'k', type: 'reply', text: 'Hello', quiet: true }
  expect(leftBehind(handler, fieldsFor(handler, { type: 'call' }), settings)).toEqual(['text'])
  expect(leftBehind(handler, fieldsFor(handler, { type: 'reply' }), settings)).toEqual([])
})

test('of a kept secret its version is known, and of none where there is none', () => {
  expect([...keptSecrets(fields, { ...saved, note: { $secret: 9 } })]).toEqual([['apiKey', 3]])
  expect([...keptSecrets(fields, { ...saved, apiKey: null })]).toEqual([])
})

test('a switch that a new profile has to have is off until it is turned on', () => {
  const card = { ...fields.find(known => known.name === 'isOn'), required: true } as FieldCard
  expect(problemsOf([card], {})).toEqual({})
  expect(settingsOf([card], {})).toEqual({ isOn: false })
})

test('what is odd stands beside its field until that is typed over; what has no field stands apart', () => {
  const warnings = [
    { setting: 'url', text: 'odd address' },
    { setting: 'note', text: 'odd note' },
    { setting: 'elsewhere', text: 'of another form' },
    { setting: null, text: 'odd altogether' }
  ]
  expect(warningsOf(fields, warnings, {})).toEqual({
    byField: { url: 'odd address', note: 'odd note' },
    others: ['of another form', 'odd altogether']
  })
  expect(warningsOf(fields, warnings, { url: 'https://new.example.com', note: null })).toMatchObject({ byField: {} })
})
