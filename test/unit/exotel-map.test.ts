import { expect, test } from 'vitest'
import { keyOf, normalise, refusalOf, settingSchema, titleOf, toSettings } from '../../src/main/providers/exotel/map.ts'
import { exotel } from '../../src/main/providers/exotel/index.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'

const takes = (key: string, value: unknown) => settingSchema.safeParse({ key, value }).success

/** The first complaint, inside the branch of a union that the key belongs to. */
function complaint(key: string, value: unknown): string | undefined {
  const [issue] = settingSchema.safeParse({ key, value }).error?.issues ?? []
  const inner = issue?.code === 'invalid_union' ? issue.errors[0]?.[0] : issue
  return inner && `${inner.path.join('.')} ${inner.message}`
}

test('URL settings take http and https addresses of 10 to 255 characters, this computer too', () => {
  for (const key of ['popup', 'incomingCallHangup', 'missedCall', 'callback', 'playback']) {
    const good = [
      'http://127.0.0.1:4700/in/abc',
      'http://localhost:4700/in/abc',
      `https://a.example/${'x'.repeat(237)}`
    ]
    const bad = ['', 'http://a', 'crm.example.com/popup', 'ftp://a.example/x', 'javascript:alert(1)', 7]
    const tooLong = `https://a.example/${'x'.repeat(238)}`
    const taken = [...good, ...bad, tooLong].filter(value => takes(key, value))
    expect([key, taken]).toEqual([key, good])
  }
})

test('record takes true and false, streaming a wss address', () => {
  expect([takes('record', 'true'), takes('record', 'false')]).toEqual([true, true])
  expect([takes('record', 'True'), takes('record', true), takes('record', '')]).toEqual([false, false, false])
  expect(takes('streaming', 'wss://stream.example.com/x')).toBe(true)
  expect([takes('streaming', 'ws://stream.example.com/x'), takes('streaming', 'https://a.example.com')]).toEqual([
    false,
    false
  ])
})

test('any other key takes any text, but not nothing', () => {
  expect(takes('crmTheme', 'blue')).toBe(true)
  expect(takes('constructor', 'x')).toBe(true)
  expect(takes('k'.repeat(255), 'v'.repeat(4096))).toBe(true)
  expect([takes('', 'x'), takes('k'.repeat(256), 'x'), takes('k', 'v'.repeat(4097)), takes('k', '')]).toEqual([
    false,
    false,
    false,
    false
  ])
  expect(takes('\ud800', 'half a character')).toBe(false)
})

test('a complaint names the setting that is wrong', () => {
  expect(complaint('popup', 'crm')).toBe('value must be a web address that starts with http:// or https://')
  expect(complaint('record', 'maybe')).toBe('value must be true or false')
  expect(complaint('streaming', 'https://a.example.com')).toBe('value must be an address that starts with wss://')
})

test('a field that does not exist is refused', () => {
  expect(settingSchema.safeParse({ key: 'crmTheme', value: 'blue', colour: 'red' }).success).toBe(false)
})

test('spaces and the case of a switch make no difference; everything else does', () => {
  expect(normalise({ key: 'record', value: ' TRUE ' })).toEqual({ key: 'record', value: 'true' })
  expect(normalise({ key: 'crmTheme', value: ' Blue ' })).toEqual({ key: 'crmTheme', value: 'Blue' })
  expect(normalise({ key: ' k ', value: 'x' })).toEqual({ key: ' k ', value: 'x' })
  const urls = ['https://a.example', 'https://a.example/', 'HTTPS://a.example', 'https://a.example:443']
  expect(new Set(urls.map(value => normalise({ key: 'popup', value })['value'])).size).toBe(urls.length)
})

test('a value there that the schema would not take still lists, with a title', () => {
  const settings = toSettings({ Key: 'popup', Value: 'no URL at all' })
  expect([keyOf(settings), titleOf(settings)]).toEqual(['popup', 'Incoming call pop-up'])
  expect(titleOf({ key: 'crmTheme', value: 'x' })).toBe('crmTheme')
  expect(titleOf({ key: 'constructor', value: 'x' })).toBe('constructor')
})

test('the reason of a failure is read from text and from a JSON text', () => {
  const inner = {
    http_code: 400,
    response: { error_data: { code: 1, message: 'Value is bad', description: 'too long' } }
  }
  expect(refusalOf({ Status: 'Failed', Error: 'Key x exists' })).toEqual({ reason: 'Key x exists', field: 'key' })
  expect(refusalOf({ Status: 'Failed', Error: JSON.stringify(inner), Data: '' })).toEqual({
    reason: 'Value is bad: too long',
    field: 'value'
  })
  for (const Error of ['', null, undefined, '{"half', '{}']) {
    expect(refusalOf({ Status: 'Failed', Error })).toEqual({ reason: undefined, field: undefined })
  }
  for (const body of [{ Status: 'Success', Error: 'x' }, { Error: 'x' }, [], null, 'Failed']) {
    expect(refusalOf(body)).toBeUndefined()
  }
})

test('the registry names what it knows when asked for something else', () => {
  const registry = createRegistry([exotel])
  expect(registry.list()).toEqual([exotel])
  expect(
    createRegistry()
      .list()
      .map(provider => provider.card.id)
  ).toEqual(['exotel', 'jframework', 'textmarks', 'ocamba', 'opentact'])
  expect(registry.get('exotel')).toBe(exotel)
  expect(registry.kind('exotel', 'app-setting').card.label).toBe('App setting')
  expect(() => registry.get('nobody')).toThrow('There is no provider "nobody"; known: exotel')
  expect(() => registry.kind('exotel', 'constructor')).toThrow('known: app-setting')
})
