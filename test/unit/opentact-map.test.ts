import { expect, test } from 'vitest'
import { opentact } from '../../src/main/providers/opentact/index.ts'
import {
  normalise,
  profileSchema,
  refusalOf,
  titleOf,
  toSettings,
  toWire,
  unclearable
} from '../../src/main/providers/opentact/map.ts'
import { withoutPeople, wireProfile } from '../../src/main/providers/opentact/wire.ts'

const uuid = '0c5d1e2f-0000-4000-aaaa-000000000001'

function problemsOf(settings: Record<string, unknown>): string[] {
  const { error } = profileSchema.safeParse({ name: 'a', ...settings })
  return (error?.issues ?? []).map(issue => `${issue.path.join('.')} ${issue.message}`)
}

test('both spellings of the weight are read, the answer’s first, and one is sent', () => {
  const read = (wire: object) => toSettings(wireProfile.parse({ uuid, ...wire }))
  expect(read({ toll_free_weight: 4 })).toEqual({ tollFreeWeight: 4 })
  expect(read({ tollfree_weight: 5, toll_free_weight: 4 })).toEqual({ tollFreeWeight: 5 })
  expect(read({ tollfree_weight: null, toll_free_weight: 0 })).toEqual({ tollFreeWeight: 0 })
  expect(toWire({ tollFreeWeight: 5 })).toEqual({ tollfree_weight: 5 })
})

test('the second address is callback_url2; null, empty and absent are the same when read, null clears when sent', () => {
  const read = (wire: object) => toSettings(wireProfile.parse({ uuid, ...wire }))
  expect(read({ callback_url2: 'https://b.example/x' })).toEqual({ fallbackUrl: 'https://b.example/x' })
  for (const wire of [{}, { callback_url2: null }, { callback_url2: '' }]) expect(read(wire)).toEqual({})
  expect(toWire({ fallbackUrl: null, callbackUrl: ' https://a.example/x ' })).toEqual({
    callback_url: 'https://a.example/x',
    callback_url2: null
  })
})

test('what only OpenTACT writes is never sent', () => {
  expect(toWire({ name: 'a', createdOn: 'x', modifiedOn: 'y' })).toEqual({ name: 'a' })
})

test('only addresses can be cleared', () => {
  expect(unclearable({ callbackUrl: null, fallbackUrl: null })).toBeUndefined()
  expect(unclearable({ callbackUrl: null, longCodeWeight: null })).toEqual({
    name: 'longCodeWeight',
    label: 'Weight of local numbers'
  })
})

test('a profile that exists there keeps a value for every switch and weight', () => {
  const there = toSettings(
    wireProfile.parse({ uuid, name: 'a', long_code_weight: 0, tollfree_weight: 0, number_pool_enable: false })
  )
  expect(problemsOf(there)).toEqual([])
  const whole = { ...there, skipUnhealthyNumbers: false, stickySender: false, createdOn: '2025-03-03T09:30:00Z' }
  expect(problemsOf(whole)).toEqual([])
  expect(problemsOf({ ...whole, stickySender: undefined, longCodeWeight: undefined })).toEqual([
    'longCodeWeight cannot be without a value; set another one instead',
    'stickySender cannot be without a value; set another one instead'
  ])
})

test('weights are whole numbers from 0 to 9', () => {
  for (const weight of [0, 9]) expect(problemsOf({ longCodeWeight: weight, tollFreeWeight: weight })).toEqual([])
  expect(problemsOf({ longCodeWeight: 10 })).toEqual(['longCodeWeight must be from 0 to 9'])
  expect(problemsOf({ tollFreeWeight: -1 })).toEqual(['tollFreeWeight must be from 0 to 9'])
  expect(problemsOf({ tollFreeWeight: 1.5 })).toEqual(['tollFreeWeight must be a whole number'])
  expect(problemsOf({ tollFreeWeight: '5' })).toEqual(['tollFreeWeight must be a whole number'])
})

test('names and addresses keep to their lengths, and an address holds no password', () => {
  const long = (length: number) => `https://a.example/${'x'.repeat(length - 18)}`
  expect(problemsOf({ name: 'x'.repeat(255), callbackUrl: long(255), fallbackUrl: 'http://a.b' })).toEqual([])
  expect(problemsOf({ name: '' })).toEqual(['name must not be empty'])
  expect(problemsOf({ name: 'x'.repeat(256) })).toEqual(['name must have at most 255 characters'])
  expect(problemsOf({ callbackUrl: long(256) })).toEqual(['callbackUrl must have at most 255 characters'])
  expect(problemsOf({ fallbackUrl: 'http://ab' })).toEqual(['fallbackUrl must have at least 10 characters'])
  expect(problemsOf({ fallbackUrl: 'ftp://a.example/x' })[0]).toContain('http://')
  expect(problemsOf({ callbackUrl: 'https://me:pw@a.example/x' })[0]).toContain('user name')
  expect(problemsOf({ numberPool: 'https://a.example/x' })).toEqual(['numberPool must be true or false'])
  expect(problemsOf({ whatever: 1 })).toHaveLength(1)
})

test('a refusal names the setting beside which it is to be shown', () => {
  const said = (key: string) =>
    refusalOf({
      success: false,
      message: 'Validation Failed',
      status: 0,
      fields: { [key]: { message: 'too long', value: 'x' } }
    })
  expect(said('params.callback_url2')).toEqual({ reason: 'Validation Failed: too long', field: 'fallbackUrl' })
  expect(said('params.toll_free_weight')?.field).toBe('tollFreeWeight')
  expect(said('params.tollfree_weight')?.field).toBe('tollFreeWeight')
  expect(said('params.other')?.field).toBeUndefined()
  expect(refusalOf({ success: false, fields: 'odd' })).toEqual({})
  expect(refusalOf({ success: true, message: 'fine' })).toBeUndefined()
})

test('the people are taken out at any depth, and nothing else', () => {
  const person = { password: 'canary', token: 'canary', account: { email: 'canary' } }
  const text = JSON.stringify({ payload: [{ name: 'account', created_by: person, account: person, modified_by: 1 }] })
  expect(JSON.parse(withoutPeople(text))).toEqual({ payload: [{ name: 'account' }] })
  expect(withoutPeople('{"created_by":{"pass')).toBe('{"created_by":{"pass')
  expect(withoutPeople('<html>')).toBe('<html>')
})

test('a profile without a name has a title all the same', () => {
  expect(titleOf({ name: 'Orders' })).toBe('Orders')
  expect(titleOf({})).toBe('Messaging profile without a name')
  expect(normalise({ name: ' a ', callbackUrl: ' https://a.example ' })).toEqual({
    name: ' a ',
    callbackUrl: 'https://a.example'
  })
})

test('either e-mail address and password, or a key; what is missing is said beside its field', () => {
  const issue = (given: object) => {
    const { error } = opentact.credentials.safeParse(given)
    return error?.issues.map(one => `${one.path.join('.')} ${one.message}`)[0]
  }
  expect(opentact.credentials.parse({ email: 'a@b.example', password: 'x' })).toEqual({
    email: 'a@b.example',
    password: 'x'
  })
  expect(opentact.credentials.parse({ token: 'x' })).toEqual({ token: 'x' })
  expect(issue({ email: 'a@b.example' })).toBe('password is needed with the e-mail address')
  expect(issue({ password: 'x' })).toBe('email is needed with the password')
  expect(issue({})).toBe('token give an e-mail address and a password, or a long-lived key')
  expect(issue({ email: 'nobody', password: 'x' })).toBe('email must be an e-mail address')
  expect(issue({ token: 'with space' })).toBe('token must have no spaces and no special letters')
})
