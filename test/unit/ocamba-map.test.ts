import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import { ocamba } from '../../src/main/providers/ocamba/index.ts'
import {
  isWhole,
  normalise,
  offeredProvider,
  patchOf,
  refusalOf,
  toSettings
} from '../../src/main/providers/ocamba/map.ts'
import { namesOfShape, shapeIds, shapeOf } from '../../src/main/providers/ocamba/shapes.ts'
import { createdAnswer, integrationPage, oneAnswer, wireIntegration } from '../../src/main/providers/ocamba/wire.ts'
import { checkEdit, checkNew } from '../../src/main/sync/validate.ts'
import documented from '../fixtures/ocamba/documented-integrations.json' with { type: 'json' }
import invented from '../fixtures/ocamba/invented-integrations.json' with { type: 'json' }

const [kind] = Object.values(ocamba.kinds)
const twilio = {
  provider: 'twilio_sms',
  name: 'Alerts',
  status: 'active',
  account_sid: 'AC1',
  auth_token: { $secret: 1 },
  default_phone_number: '+14155552671'
}

function faultOf(work: () => unknown): [string, string | undefined, string] | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof Fault) return [error.code, error.detail.field, error.message]
    throw error
  }
}

function refusalOfNew(settings: Settings) {
  if (!kind) throw new Error('Ocamba has no kind')
  return faultOf(() => checkNew(kind, settings))
}

test('the seven shapes have the settings of the reference page, with the secrets marked', () => {
  const names = Object.fromEntries(shapeIds.map(id => [id, namesOfShape(id).all.sort().join(' ')]))
  expect(names).toEqual({
    twilio_sms: 'account_sid auth_token default_phone_number',
    custom_email_provider: 'default_sender_email default_sender_name password port sending_domain username',
    mandrill_email: 'api_key default_reply_to_email default_sender_email default_sender_name smtp_username',
    sendgrid_email: 'api_key default_reply_to_email default_sender_email default_sender_name',
    mitto_sms: 'sender_name',
    mailgun_email: 'api_key domain sender_email sender_name',
    telegram: 'auth_token chat_id'
  })
  const form = kind?.card.form
  expect(form?.variants?.options.map(one => one.value)).toEqual(shapeIds)
  const marked = shapeIds.flatMap(provider => {
    const cards = form ? fieldsFor(form, { provider }) : []
    return cards.filter(card => card.secret && card.writeOnly && card.required).map(card => `${provider}.${card.name}`)
  })
  expect(marked).toEqual([
    'twilio_sms.auth_token',
    'custom_email_provider.password',
    'mandrill_email.api_key',
    'sendgrid_email.api_key',
    'mailgun_email.api_key',
    'telegram.auth_token'
  ])
})

test.each<[Settings, unknown]>([
  [twilio, undefined],
  [{ ...twilio, api_key: 'x' }, ['invalid-input', 'api_key', '“api_key” is not a setting of Integration.']],
  [{ ...twilio, sender_name: 'x' }, ['invalid-input', 'sender_name', '“sender_name” is not a setting of Integration.']],
  [{ ...twilio, name: '' }, ['invalid-input', 'name', 'Name must not be empty.']],
  [{ ...twilio, name: 'x'.repeat(101) }, ['invalid-input', 'name', 'Name must have at most 100 characters.']],
  [{ ...twilio, status: 'on' }, ['invalid-input', 'status', 'Status must be active or inactive.']],
  [
    { ...twilio, default_phone_number: '0123' },
    [
      'invalid-input',
      'default_phone_number',
      'Phone number must be a number with its country code, such as +12025550123.'
    ]
  ],
  [{ ...twilio, account_sid: null }, ['invalid-input', 'account_sid', 'Account SID is required.']],
  [{ ...twilio, auth_token: null }, ['invalid-input', 'auth_token', 'Auth token is required.']],
  [{ ...twilio, is_default: true }, ['invalid-input', 'is_default', expect.stringContaining('set by the provider')]],
  [{ provider: 'mitto_sms', name: 'M', status: 'inactive', sender_name: 'Shop' }, undefined],
  [
    { provider: 'sendgrid_email', name: 'S', status: 'active', api_key: { $secret: 1 }, default_sender_name: 'Shop' },
    ['invalid-input', 'default_sender_email', 'Sender address is required.']
  ],
  [
    { provider: 'telegram', name: 'T', status: 'active', auth_token: { $secret: 1 }, chat_id: 'here' },
    ['invalid-input', 'chat_id', 'Chat ID must be a number, or a channel such as @example.']
  ]
])('a new integration %j', (settings, expected) => {
  expect(refusalOfNew(settings)).toEqual(expected)
})

test.each([
  ['587', true],
  ['65535', true],
  ['0', false],
  ['65536', false],
  ['smtp', false]
])('the port %s', (port, isTaken) => {
  const settings = {
    provider: 'custom_email_provider',
    name: 'Own',
    status: 'active',
    sending_domain: 'mail.example.com',
    port,
    username: 'u',
    password: 'p',
    default_sender_email: 'a@example.com',
    default_sender_name: 'A'
  }
  expect(kind?.schema.safeParse(settings).success).toBe(isTaken)
  expect(kind?.schema.safeParse({ ...settings, password: '********' }).success).toBe(false)
})

test('the provider cannot change once the integration exists', () => {
  if (!kind) throw new Error('Ocamba has no kind')
  const next = { ...twilio, provider: 'mitto_sms' }
  expect(faultOf(() => checkEdit(kind, next, { edited: ['provider'], existsThere: true }))?.[2]).toContain(
    'cannot change'
  )
})

test('what is read has no secrets, nothing masked and nothing foreign', () => {
  const [first] = documented.items
  expect(toSettings(wireIntegration.parse(first))).toEqual({
    provider: 'twilio_sms',
    name: 'My First Integration',
    status: 'active',
    account_sid: 'ACXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX',
    default_phone_number: '+14155552671',
    effective_status: 'inactive',
    is_default: false
  })
  const all = invented.map(one => toSettings(wireIntegration.parse(one)))
  expect(all.map(one => one['provider'])).toEqual([...shapeIds.slice(1), 'pigeon_sms'].sort(byOrderOf(all)))
  expect(all[0]).toMatchObject({ port: '587', sending_domain: 'mail.example.com' })
  expect(JSON.stringify(all)).not.toMatch(/further|\*\*\*|ad-79|SG\.x|563c|123456:ABC/)
  const masked = wireIntegration.parse({ ...first, settings: { account_sid: 'AC1*****', default_phone_number: '+1' } })
  expect(toSettings(masked)).not.toHaveProperty('account_sid')
})

test('an integration that does not name its provider is known by the list of providers', () => {
  const [first] = documented.items
  const { provider: _, ...bare } = first ?? {}
  const wire = wireIntegration.parse({ ...bare, provider_id: 1000, settings: { auth_token: 'x', account_sid: 'AC1' } })
  expect(toSettings(wire, [{ id: '1000', type: 'sms', name: 'twilio' }])).toMatchObject({ provider: 'twilio_sms' })
  expect(toSettings(wire, [])).toMatchObject({ provider: 'unknown', name: 'My First Integration' })
})

test('a provider is matched by name and type, with any case, else by its settings', () => {
  expect(shapeOf({ name: 'Twilio', type: 'SMS' })).toBe('twilio_sms')
  expect(shapeOf({ name: 'twilio', type: 'email' })).toBeUndefined()
  expect(shapeOf({ name: 'Custom E-Mail', type: 'email' })).toBeUndefined()
  expect(shapeOf({ name: 'telegram', type: 'chat' })).toBe('telegram')
  const settings = ['chat_id', 'auth_token'].map(name => ({ name }))
  expect(shapeOf({ name: 'tg', type: 'im', settings })).toBe('telegram')
  const offered = [{ id: '7', type: 'sms', name: 'mitto' }]
  expect(offeredProvider(offered, 'mitto_sms').id).toBe('7')
  expect(faultOf(() => offeredProvider(offered, 'twilio_sms'))).toEqual([
    'refused',
    'provider',
    'Ocamba does not offer Twilio (SMS) to this account; it offers: mitto_sms'
  ])
  expect(faultOf(() => offeredProvider([...offered, ...offered], 'mitto_sms'))?.[1]).toBe('provider')
})

test('a patch has name and status alone, or the settings whole', () => {
  const whole = { ...twilio, auth_token: 'token', effective_status: 'active', is_default: true }
  expect(patchOf({ name: ' New ' }, { ...whole, name: 'New', auth_token: null })).toEqual({ name: 'New' })
  expect(patchOf({ status: 'inactive' }, { name: 'x' })).toEqual({ status: 'inactive' })
  expect(patchOf({ default_phone_number: '14155552672' }, { ...whole, default_phone_number: '14155552672' })).toEqual({
    settings: { account_sid: 'AC1', auth_token: 'token', default_phone_number: '+14155552672' }
  })
  const { auth_token: _, ...without } = whole
  expect(faultOf(() => patchOf({ account_sid: 'AC2' }, { ...without, account_sid: 'AC2' }))).toEqual([
    'secret-missing',
    'auth_token',
    'The Auth token of “Alerts” is not in the vault, and Ocamba takes the settings as a whole'
  ])
  expect(faultOf(() => patchOf({ account_sid: null }, { ...whole, account_sid: null }))?.slice(0, 2)).toEqual([
    'invalid-input',
    'account_sid'
  ])
  expect(faultOf(() => patchOf({ provider: 'mitto_sms' }, whole))?.slice(0, 2)).toEqual(['unsupported', 'provider'])
  expect(faultOf(() => patchOf({ name: null }, whole))?.slice(0, 2)).toEqual(['unsupported', 'name'])
  expect([isWhole(['name', 'status']), isWhole(['name', 'auth_token'])]).toEqual([false, true])
})

test('an optional setting is cleared with an empty text, and an empty one reads as absent', () => {
  const mail = {
    provider: 'sendgrid_email',
    name: 'S',
    status: 'active',
    api_key: 'SG.x',
    default_sender_email: 'a@example.com',
    default_sender_name: 'A'
  }
  expect(patchOf({ default_reply_to_email: null }, mail).settings).toEqual({
    api_key: 'SG.x',
    default_reply_to_email: '',
    default_sender_email: 'a@example.com',
    default_sender_name: 'A'
  })
  const wire = { id: 1, name: 'S', status: 'active', provider: { id: '1', type: 'email', name: 'sendgrid' } }
  const seen = toSettings(wireIntegration.parse({ ...wire, settings: { default_reply_to_email: '', api_key: 'SG.x' } }))
  expect(seen).toEqual({ provider: 'sendgrid_email', name: 'S', status: 'active' })
})

test('normalising is idempotent, takes numbers as texts, and leaves secrets as they are', () => {
  const odd = { default_phone_number: '1 (415) 555-2671', port: 587, status: ' ACTIVE ', password: ' p ', name: ' ' }
  const once = normalise(odd)
  expect(once).toEqual({ default_phone_number: '+14155552671', port: '587', status: 'active', password: ' p ' })
  expect(normalise(once)).toEqual(once)
})

test('every form of an answer that was described is taken', () => {
  const [first] = documented.items
  expect(oneAnswer.parse(first)).toEqual(oneAnswer.parse({ items: [first] }))
  expect(oneAnswer.parse({ items: [] })).toBeUndefined()
  expect([{ id: 5 }, { items: [{ id: '5' }] }, [{ id: '5' }], undefined].map(one => createdAnswer.parse(one))).toEqual([
    '5',
    '5',
    '5',
    undefined
  ])
  expect(createdAnswer.safeParse({ ok: true }).success).toBe(false)
  expect(integrationPage.parse({ total: '1', items: [first] }).total).toBe(1)
  expect(integrationPage.safeParse({ total: -1, items: [] }).success).toBe(false)
  expect(integrationPage.safeParse({ items: [] }).success).toBe(false)
})

test('a refusal says its message or its title, and which setting it names', () => {
  const body = { code: 400, title: 'Bad request.', trace_id: 'x' }
  expect(refusalOf({ ...body, message: '"port" must be a string.' })).toEqual({
    reason: '"port" must be a string.',
    field: 'port'
  })
  expect(refusalOf({ ...body, message: 'The "provider_id" is not valid.' })?.field).toBe('provider')
  expect(refusalOf({ ...body, message: 'The name of nobody is known.' })?.field).toBeUndefined()
  expect(refusalOf(body)).toEqual({ reason: 'Bad request.', field: undefined })
  expect([refusalOf({ code: 200, title: 'Fine.' }), refusalOf(undefined), refusalOf({ id: '1' })]).toEqual([
    undefined,
    undefined,
    undefined
  ])
})

function byOrderOf(all: Settings[]) {
  const order = all.map(one => one['provider'])
  return (one: string, other: string) => order.indexOf(one) - order.indexOf(other)
}
