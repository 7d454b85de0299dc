import { expect, test } from 'vitest'
import { jframework } from '../../src/main/providers/jframework/index.ts'
import {
  integrationSchema,
  lackingSetting,
  normalise,
  refusalOf,
  toSettings,
  toWire
} from '../../src/main/providers/jframework/map.ts'
import { problemAnswer, wireIntegration } from '../../src/main/providers/jframework/wire.ts'
import documented from '../fixtures/jframework/documented-update-answer.json' with { type: 'json' }

const settings = {
  name: 'Codes',
  appIntegrationId: 'sTwl',
  username: 'AC1',
  password: 'canary-password',
  phoneNumber: '+12025550123',
  status: 'Active'
}

function read(more: Record<string, unknown>) {
  return toSettings(wireIntegration.parse({ id: 'i1', name: 'Codes', ...more }))
}

test('the documented answer gives all settings, the id of the embedded service, and no password', () => {
  expect(toSettings(wireIntegration.parse(documented.data))).toEqual({
    name: 'SMS Integration',
    appIntegrationId: 'sApKpllz4sAplsmzha',
    appIntegrationName: 'Stripe',
    username: 'smsuser',
    phoneNumber: '+1234567890',
    description: 'This is an example SMS integration',
    status: 'Active',
    isDefault: true
  })
})

test.each([
  ['Active', 'Active'],
  ['inactive', 'Inactive'],
  [0, 'Inactive'],
  [1, 'Active'],
  ['0 - Inactive', 'Inactive'],
  ['1 - Active', 'Active'],
  ['1', 'Active'],
  ['Suspended', 'Suspended'],
  [null, undefined],
  [undefined, undefined]
])('a status that reads %j is %j', (status, expected) => {
  expect(read({ status })['status']).toBe(expected)
})

test('a service that is not embedded is read from its id, and one that is nowhere is left out', () => {
  expect(read({ appIntegrationId: 'sTwl' })['appIntegrationId']).toBe('sTwl')
  expect(read({ appIntegration: null })).not.toHaveProperty('appIntegrationId')
})

test('every setting is sent, those without a value too', () => {
  expect(toWire(settings)).toEqual({ ...settings, description: null, isDefault: false })
  const full = { ...settings, description: ' A note ', isDefault: true, createdDate: '2025', appIntegrationName: 'T' }
  expect(toWire({ ...full, phoneNumber: '+1 (202) 555-0123', status: '0 - Inactive' })).toEqual({
    ...settings,
    description: 'A note',
    isDefault: true,
    status: 'Inactive'
  })
})

test('spaces in a password are part of it', () => {
  expect(toWire({ ...settings, password: ' a b ' }).password).toBe(' a b ')
})

test.each([
  ['an empty description is none', { description: ' ' }, {}],
  ['no default is false', { isDefault: false }, {}],
  ['a number with spaces', { phoneNumber: '+49 170 / 12345678' }, { phoneNumber: '+49 170 / 12345678' }],
  ['a number with dots and brackets', { phoneNumber: ' +1.202.(555)-0123' }, { phoneNumber: '+12025550123' }],
  ['a name that is no number', { phoneNumber: ' MyBrand ' }, { phoneNumber: 'MyBrand' }]
])('equal means equal: %s', (_name, given, expected) => {
  expect(normalise(given)).toEqual(expected)
  expect(normalise(normalise(given))).toEqual(normalise(given))
})

test.each([
  [{ phoneNumber: '12025550123' }, 'phoneNumber', 'must be a number with its country code, such as +12025550123'],
  [{ phoneNumber: '+0123456789' }, 'phoneNumber', 'must be a number with its country code, such as +12025550123'],
  [{ name: '  ' }, 'name', 'must not be empty'],
  [{ name: 'x'.repeat(256) }, 'name', 'must have at most 255 characters'],
  [{ status: 'On' }, 'status', 'must be Active or Inactive'],
  [{ isDefault: 'yes' }, 'isDefault', 'must be true or false'],
  [{ username: undefined }, 'username', 'is required'],
  [{ password: '' }, 'password', 'must not be empty']
])('%j is refused at %s', (given, name, message) => {
  const [issue] = integrationSchema.safeParse({ ...settings, ...given }).error?.issues ?? []
  expect([issue?.path[0], issue?.message]).toEqual([name, message])
})

test('what a body cannot be without is named', () => {
  expect(lackingSetting(settings)).toBeUndefined()
  const { password: _, ...open } = settings
  expect(lackingSetting(open)).toEqual({ name: 'password', label: 'Password at the service' })
  expect(lackingSetting({ ...settings, status: null })?.name).toBe('status')
})

test.each([
  [
    'message',
    { errors: [{ code: 'X', message: 'PhoneNumber is not valid.' }] },
    'PhoneNumber is not valid.',
    'phoneNumber'
  ],
  [
    'details',
    { errors: [{ code: 'X', details: 'The name field is required.' }] },
    'The name field is required.',
    'name'
  ],
  ['both texts', { errors: [{ message: 'One.' }, { message: 'Two.' }] }, 'One. Two.', undefined],
  ['the message alone', { message: 'The request failed.', errors: null }, 'The request failed.', undefined],
  ['nothing', {}, undefined, undefined]
])('a refusal with %s says why', (_name, body, reason, field) => {
  expect(refusalOf({ success: false, ...body }, 400)).toEqual({ ...(reason !== undefined && { reason }), field })
})

test('problem+json says why, with the field', () => {
  const body = { title: 'One or more validation errors occurred.', status: 400, errors: { PhoneNumber: ['Is wrong.'] } }
  expect(problemAnswer.safeParse(body).success).toBe(true)
  expect(refusalOf(body, 400)).toEqual({ reason: 'Is wrong.', field: 'phoneNumber' })
  expect(refusalOf({ title: 'Bad Request' }, 400)).toEqual({ reason: 'Bad Request', field: undefined })
})

test.each([
  [{ success: true, data: {} }, 'a limit of the brand’s plan with JFramework is reached'],
  [undefined, 'a limit of the brand’s plan with JFramework is reached'],
  [
    { success: false, errors: [{ message: 'Too many.' }] },
    'a limit of the brand’s plan with JFramework is reached (Too many.)'
  ]
])('status 209 is a failure, whatever the body says: %j', (body, reason) => {
  expect(refusalOf(body, 209)).toMatchObject({ reason })
})

test('success is no refusal', () => {
  expect(refusalOf({ success: true, data: [] }, 200)).toBeUndefined()
  expect(refusalOf(undefined, 204)).toBeUndefined()
})

test('the credentials want a brand and a key; a login is a matter of choice', () => {
  const { credentials } = jframework
  const own = { brandUrl: 'brand.example.com', authKey: 'k1' }
  expect(credentials.parse(own)).toEqual({ ...own, loginName: '', loginPassword: '' })
  expect(credentials.safeParse({ ...own, authKey: 'a\nb' }).success).toBe(false)
  expect(credentials.safeParse({ ...own, brandUrl: 'a b' }).success).toBe(false)
  const required = jframework.card.credentials.fields.filter(one => one.required).map(one => one.name)
  expect(required).toEqual(['brandUrl', 'authKey'])
})
