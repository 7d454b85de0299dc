import * as z from 'zod'
import { expect, test } from 'vitest'
import { changeNames, choiceLabel, field, fieldsFor, formOf, variantFor } from '#shared/fields.ts'
import { settingSchema } from '../../src/main/providers/exotel/map.ts'

const account = z.object({
  name: field(z.string().min(2).max(80), { label: 'Name', help: 'Of the account.', example: 'Shop' }),
  url: field(z.url(), { label: 'Address' }),
  weight: field(z.int().min(0).max(9).optional(), { label: 'Weight' }),
  isDefault: field(z.boolean().default(false), { label: 'Default' }),
  phone: field(z.string().nullable(), { label: 'Phone', input: 'phone' }),
  password: field(z.string(), { label: 'Password', secret: true, writeOnly: true }),
  id: field(z.string().optional(), { label: 'ID', readOnly: true, immutable: true }),
  mode: field(z.enum(['on', 'off', 'auto']), { label: 'Mode', choiceLabels: ['On', 'Off'] })
})

test('a plain object becomes fields with their words, marks and limits', () => {
  const { fields, variants } = formOf(account)
  expect(variants).toBeUndefined()
  expect(fields.map(one => [one.name, one.type, one.required])).toEqual([
    ['name', 'text', true],
    ['url', 'url', true],
    ['weight', 'integer', false],
    ['isDefault', 'boolean', false],
    ['phone', 'phone', true],
    ['password', 'text', true],
    ['id', 'text', false],
    ['mode', 'choice', true]
  ])
  const [name, , weight] = fields
  expect(name).toMatchObject({ label: 'Name', help: 'Of the account.', example: 'Shop', minLength: 2, maxLength: 80 })
  expect(weight).toMatchObject({ minimum: 0, maximum: 9 })
})

test('the marks of a secret and of a read-only field are kept, all others are false', () => {
  const byName = new Map(formOf(account).fields.map(one => [one.name, one]))
  expect(byName.get('password')).toMatchObject({ secret: true, writeOnly: true, readOnly: false, immutable: false })
  expect(byName.get('id')).toMatchObject({ secret: false, writeOnly: false, readOnly: true, immutable: true })
})

test('choices have the labels that are given, else their value', () => {
  const mode = formOf(account).fields.find(one => one.name === 'mode')
  expect(mode?.choices).toEqual([
    { value: 'on', label: 'On' },
    { value: 'off', label: 'Off' },
    { value: 'auto', label: 'auto' }
  ])
})

test('the limits of an optional and of a nullable field stand inside, its words outside', () => {
  const schema = z.object({ a: field(z.string().min(3).max(5).nullable().optional(), { label: 'A', secret: true }) })
  expect(formOf(schema).fields[0]).toMatchObject({
    label: 'A',
    secret: true,
    minLength: 3,
    maxLength: 5,
    required: false
  })
})

test('a discriminated union becomes one variant for each value', () => {
  const schema = z.discriminatedUnion('type', [
    z
      .object({ type: field(z.literal('a'), { label: 'Type' }), one: z.string() })
      .meta({ label: 'Kind A', help: 'First.' }),
    z.object({ type: z.literal('b'), two: z.int() })
  ])
  const form = formOf(schema)
  expect(form.fields).toMatchObject([{ name: 'type', label: 'Type', required: true }])
  expect(form.variants?.by).toBe('type')
  expect(form.variants?.other).toBeUndefined()
  expect(form.variants?.options).toMatchObject([
    { value: 'a', label: 'Kind A', help: 'First.', fields: [{ name: 'one', type: 'text' }] },
    { value: 'b', label: 'b', fields: [{ name: 'two', type: 'integer' }] }
  ])
})

test('a union with an open object takes every other value', () => {
  const form = formOf(settingSchema)
  expect(form.variants?.options.map(one => one.value)).toEqual([
    'popup',
    'incomingCallHangup',
    'missedCall',
    'callback',
    'record',
    'streaming',
    'playback'
  ])
  expect(form.fields).toMatchObject([{ name: 'key', immutable: true, required: true, maxLength: 255 }])
  expect(variantFor(form, { key: 'record' })?.fields).toMatchObject([{ name: 'value', type: 'choice' }])
  expect(variantFor(form, { key: 'crmTheme' })?.label).toBe('Another setting')
  expect(variantFor(form, {})?.label).toBe('Another setting')
})

test('the fields for settings are those of the form and of the chosen variant, which wins', () => {
  const form = formOf(settingSchema)
  expect(fieldsFor(form, { key: 'popup' }).map(one => [one.name, one.type])).toEqual([
    ['key', 'text'],
    ['value', 'url']
  ])
  expect(fieldsFor(formOf(account), {})).toHaveLength(8)
})

test('a form that says too little is a bug', () => {
  expect(() => formOf(z.string())).toThrow('neither an object nor a discriminated union')
})

test('a value is called as its form calls it, among the settings that it stands with', () => {
  expect(choiceLabel(formOf(account), {}, 'mode', 'on')).toBe('On')
  expect(choiceLabel(formOf(account), {}, 'mode', 'auto')).toBe('auto')
  expect(choiceLabel(formOf(account), {}, 'name', 'on')).toBeUndefined()
  const form = formOf(settingSchema)
  expect(choiceLabel(form, { key: 'record' }, 'value', 'true')).toBe('Record outbound calls')
  expect(choiceLabel(form, { key: 'crmTheme' }, 'value', 'true')).toBeUndefined()
  expect(choiceLabel(form, {}, 'key', 'popup')).toBe('Incoming call pop-up')
  expect(choiceLabel(form, {}, 'key', 'crmTheme')).toBeUndefined()
})

test('where a change chooses another variant, each side is called as its own variant calls it', () => {
  const changes = [
    { setting: 'key', from: 'record', to: 'crmTheme' },
    { setting: 'value', from: 'true', to: 'true' }
  ]
  expect(Object.fromEntries(changeNames(formOf(settingSchema), changes, null))).toEqual({
    key: { from: 'Call recording', to: undefined },
    value: { from: 'Record outbound calls', to: undefined }
  })
  const [, value] = changes
  const alone = changeNames(formOf(settingSchema), value ? [value] : [], { key: 'record' })
  expect(alone.get('value')).toEqual({ from: 'Record outbound calls', to: 'Record outbound calls' })
})
