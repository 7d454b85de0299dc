import { expect, test } from 'vitest'
import { differences } from '../../src/main/sync/trees.ts'
import { fieldsFor } from '#shared/fields.ts'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import { textmarks } from '../../src/main/providers/textmarks/index.ts'
import {
  configArguments,
  configSettings,
  handlerArguments,
  handlerSettings,
  keywordId,
  normaliseConfig,
  normaliseHandler,
  refusalOf
} from '../../src/main/providers/textmarks/map.ts'
import { configAnswer, configs, handlerAnswer } from '../../src/main/providers/textmarks/wire.ts'
import { checkEdit } from '../../src/main/sync/validate.ts'

const ok = (body: unknown) => ({ head: { rescode: 0, resmsg: 'Success' }, body })

test('only what is planned is written; NONE clears a URL, nothing a text', () => {
  expect(configArguments('integration-config', { groupCallbackUrl: null })).toEqual({ group_callback_url: 'NONE' })
  expect(configArguments('integration-config', { privateToken: 'x y' })).toEqual({ private_token: 'x y' })
  expect(configArguments('public-config', { siteUrl: null, imageUrl: null, description: null })).toEqual({
    site_url: 'NONE',
    image_url: 'NONE',
    description: ''
  })
  expect(configArguments('group-config', { autoJoin: false, enabled: true })).toEqual({
    auto_join: '0',
    group_enabled: '1'
  })
  expect(configArguments('public-config', { keyword: 'JOE', other: 'x' })).toEqual({})
})

test.each([
  ['integration-config', 'privateToken'],
  ['group-config', 'autoJoin'],
  ['group-config', 'parent'],
  ['group-config', 'frequency']
] as const)('%s: %s cannot be cleared, and says so', (kind, name) => {
  const clear = () => configArguments(kind, { [name]: null })
  expect(clear).toThrow(Fault)
  expect(clear).toThrow(
    expect.objectContaining({ code: 'unsupported', detail: expect.objectContaining({ field: name }) })
  )
})

test('a handler is written whole, with the documented defaults of the clips', () => {
  const scrape = { keyword: 'W', type: 'webscrape', url: ' https://a.example/x ', clipLeft: '<b>' }
  expect(handlerArguments(scrape)).toEqual({
    method: 'set_webscrape_request_handler',
    args: { url: 'https://a.example/x', clip_left: '<b>', clip_left_inc: '0', clip_right_inc: '0' }
  })
  expect(handlerArguments({ keyword: 'W', type: 'silent', response: 'left over' })).toEqual({
    method: 'set_silent_request_handler',
    args: {}
  })
  expect(() => handlerArguments({ type: 'other' })).toThrow(Fault)
})

test('every argument that the setters name is a setting, and no secret is read', () => {
  const names = Object.values(configs).flatMap(({ settings }) => Object.values(settings).map(one => one.name))
  expect(names).toHaveLength(2 + 15 + 5)
  const body = { group_callback_url: 'https://a.example/', private_token: 'canary' }
  const parsed = configAnswer('integration-config').parse(ok(body))
  expect(configSettings('integration-config', 'joe', parsed.body)).toEqual({
    keyword: 'JOE',
    groupCallbackUrl: 'https://a.example/'
  })
})

test.each([['NONE'], ['none'], [''], [' '], [null]])('a URL that reads as %j is none', url => {
  const { body } = configAnswer('integration-config').parse(ok({ group_callback_url: url }))
  expect(configSettings('integration-config', 'JOE', body)).toEqual({ keyword: 'JOE' })
})

test('an empty body means nothing is set; one of unknown names, or of another form, means nothing at all', () => {
  const { body } = configAnswer('integration-config').parse(ok({}))
  expect(configSettings('integration-config', 'JOE', body)).toEqual({ keyword: 'JOE' })
  for (const odd of [{ callback: 'x' }, { integration_config: {} }, [], null, undefined, 'text', 1]) {
    expect(configAnswer('integration-config').safeParse(ok(odd)).success).toBe(false)
  }
  expect(configAnswer('group-config').safeParse(ok({ auto_join: 'perhaps' })).success).toBe(false)
  for (const odd of [{}, { type: 'magic' }, { type: 'toString' }, { response: 'x' }]) {
    expect(handlerAnswer.safeParse(ok(odd)).success).toBe(false)
  }
})

test.each([[1], ['1'], [true]])('a flag may come as %j', value => {
  const { body } = configAnswer('group-config').parse(ok({ auto_join: value }))
  expect(configSettings('group-config', 'JOE', body)).toEqual({ keyword: 'JOE', autoJoin: true })
})

test('keywords are the same in upper and lower case; what is no plain keyword stays', () => {
  expect([' joe ', 'Joe2', 'tri:joe/1'].map(keywordId)).toEqual(['JOE', 'JOE2', 'tri:joe/1'])
})

test('what another type of handler left behind is not there', () => {
  const left: Settings = {
    keyword: 'joe',
    type: 'silent',
    response: 'x',
    url: 'https://a.example/',
    notifyBySms: false
  }
  expect(normaliseHandler(left)).toEqual({ keyword: 'JOE', type: 'silent', notifyBySms: false })
  const { body } = handlerAnswer.parse(ok({ handler: 'webscrape', url: 'u', clip_left: 'l', clip_left_inc: 0 }))
  expect(handlerSettings('joe', body)).toEqual({ keyword: 'JOE', type: 'webscrape', url: 'u', clipLeft: 'l' })
  expect(normaliseConfig({ keyword: 'joe', siteUrl: 'NONE', description: '', inDirectory: false })).toEqual({
    keyword: 'JOE',
    inDirectory: false
  })
})

test('the type of a handler can be changed in one edit', () => {
  const kind = textmarks.kinds['request-handler']
  if (!kind) throw new Error('no such kind')
  const next = { keyword: 'JOE', type: 'dynamic', response: 'old', url: String.raw`https://a.example/?x=\0` }
  expect(() => checkEdit(kind, next, { edited: ['type', 'url'], existsThere: true })).not.toThrow()
  expect(fieldsFor(kind.card.form, next).map(one => one.name)).toContain('url')
})

test.each<[string, Settings, string]>([
  ['integration-config', { groupCallbackUrl: 'shop.example.com/x' }, 'must be a web address'],
  ['integration-config', { groupCallbackUrl: 'https://a.example/x y' }, 'must be a web address'],
  ['integration-config', { groupCallbackUrl: 'NONE' }, 'must be a web address'],
  ['request-handler', { type: 'dynamic', url: 'https://a.example/ ftp://b.example/' }, 'must be web addresses'],
  ['request-handler', { type: 'basic', response: ' ' }, 'must not be empty'],
  ['request-handler', { type: 'webscrape', url: 'https://a.example/', clipLeft: '' }, 'must not be empty'],
  ['group-config', { parent: 'two words' }, 'must be one word'],
  ['public-config', { description: 'x'.repeat(1001) }, 'at most 1000']
])('%s refuses %j before anything is queued', (id, settings, why) => {
  const result = textmarks.kinds[id]?.schema.safeParse({ keyword: 'JOE', ...settings })
  expect(JSON.stringify(result?.error?.issues)).toContain(why)
})

test('several addresses and every token pass', () => {
  const url = String.raw`https://a.example/?p=\p&a=\a&0=\0&1=\1&n=\n&u=\u&k=\k&s=\s http://127.0.0.1:4700/in/x`
  const result = textmarks.kinds['request-handler']?.schema.safeParse({ keyword: 'JOE', type: 'dynamic', url })
  expect(result?.error).toBeUndefined()
})

test('a refusal is what the head says; only documented codes mean more', () => {
  expect(refusalOf(ok({}))).toBeUndefined()
  expect(refusalOf({ head: { rescode: '0' } })).toBeUndefined()
  expect(refusalOf('x')).toBeUndefined()
  expect(refusalOf({ head: { rescode: '1503', resmsg: 'slow' } })).toMatchObject({ code: 'rate-limited' })
  expect(refusalOf({ head: { rescode: 2011, resmsg: 'not yours' } })).toEqual({
    code: 'refused',
    reason: 'not yours (TextMarks’ code 2011)'
  })
})

test('a plan that changes the variant names the settings that only the old one had', () => {
  const handler = textmarks.kinds['request-handler']
  if (!handler) throw new Error('no request handler')
  const before = { keyword: 'PLUGDEMO', type: 'dynamic', url: 'https://shop.example.com/?a=1' }
  const after = { keyword: 'PLUGDEMO', type: 'basic', response: 'Thanks' }
  const labels = differences(handler, before, after).map(change => change.label)
  expect(labels).not.toContain('url')
  expect(labels).not.toContain('response')
})
