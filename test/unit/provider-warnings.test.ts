import { expect, test } from 'vitest'
import type { Settings } from '#shared/model/field.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { addressWarning } from '../../src/main/providers/kit/address-warning.ts'

const registry = createRegistry()
const sid = `AC${'0a'.repeat(16)}`

/** The warnings of a kind, by setting. */
function oddIn([provider, kind]: [string, string], settings: Settings, baseUrl = 'https://api.example.com') {
  const warnings = registry.kind(provider, kind).warnings?.(settings, baseUrl) ?? []
  return Object.fromEntries(warnings.map(({ setting, text }) => [setting, text]))
}

const there = { caller: 'Exotel', baseUrl: 'https://api.exotel.com' }

test.each([
  'http://localhost:4700/in/x',
  'https://app.localhost/',
  'http://127.0.0.1/',
  'http://127.1/',
  'http://0x7f000001/',
  'http://[::1]:80/',
  'http://0.0.0.0/'
])('%s is this computer, which no provider out there can reach', address => {
  expect(addressWarning(address, there)).toMatch(/this computer alone: Exotel cannot reach/)
})

test.each([
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://172.31.255.254/',
  'http://192.168.178.20:8080/',
  'https://169.254.1.1/',
  'https://100.64.0.1/',
  'https://[fd12::1]/',
  'https://[fe80::1]/',
  'https://[::ffff:10.0.0.1]/',
  'https://nas/sms',
  'https://shop.local/',
  'https://shop.internal./'
])('%s is inside a private network', address => {
  expect(addressWarning(address, there)).toMatch(/private network: Exotel cannot reach/)
})

test.each([
  'https://shop.example.com/sms',
  'https://8.8.8.8/',
  'https://172.32.0.1/',
  'https://100.128.0.1/',
  'https://[2001:db8::1]/',
  'wss://stream.example.com/',
  String.raw`https://shop.example.com/sms?phone=\p&action=\a`,
  'no address'
])('%s is nothing to warn of', address => {
  expect(addressWarning(address, there)).toBeUndefined()
})

test('plain http over the internet can be read on the way, unless what it carries is public', () => {
  expect(addressWarning('http://shop.example.com/', there)).toMatch(/unencrypted/)
  expect(addressWarning('http://shop.example.com/', { ...there, mayBePlain: true })).toBeUndefined()
})

test.each(['sandbox:exotel', 'http://127.0.0.1:4011'])('a provider at %s reaches this computer', baseUrl => {
  expect(addressWarning('http://localhost:4700/', { ...there, baseUrl })).toBeUndefined()
  expect(addressWarning('http://shop.example.com/', { ...there, baseUrl })).toMatch(/unencrypted/)
})

test('Ocamba: a SID that is none, a number that cannot be, and a status that holds nothing', () => {
  const of: [string, string] = ['ocamba', 'integration']
  const fine = { provider: 'twilio_sms', name: 'A', status: 'active', account_sid: sid, auth_token: { $secret: 1 } }
  expect(oddIn(of, { ...fine, default_phone_number: '14155552671' })).toEqual({})
  const odd = { ...fine, account_sid: 'AC1', default_phone_number: '+1 555 555 5555', effective_status: 'inactive' }
  expect(oddIn(of, odd)).toEqual({
    account_sid: expect.stringContaining('32 hexadecimal') as string,
    default_phone_number: expect.stringContaining('+15555555555') as string,
    status: expect.stringContaining('test message') as string
  })
  expect(oddIn(of, { ...fine, status: 'inactive', effective_status: 'inactive' })).toEqual({})
  expect(oddIn(of, { provider: 'mitto_sms', name: 'A', status: 'active', sender_name: 'AC1' })).toEqual({})
})

test('JFramework: a user name is judged as a SID where the service is Twilio, or may be', () => {
  const of: [string, string] = ['jframework', 'sms-integration']
  const warned = (settings: Settings) => Object.keys(oddIn(of, { phoneNumber: '+12025550123', ...settings }))
  expect(warned({ username: sid, appIntegrationName: 'Twilio' })).toEqual([])
  expect(warned({ username: 'somebody', appIntegrationName: 'Twilio' })).toEqual(['username'])
  expect(warned({ username: 'somebody', appIntegrationName: 'Vonage' })).toEqual([])
  expect(warned({ username: 'AC12' })).toEqual(['username'])
  expect(warned({ username: 'somebody' })).toEqual([])
  expect(oddIn(of, { username: `SK${'0'.repeat(32)}` })['username']).toContain('API key')
  expect(warned({ username: 'somebody', phoneNumber: '+15555555555' })).toEqual(['phoneNumber'])
})

test('Exotel: addresses of the known settings, and keys that are almost known', () => {
  const of: [string, string] = ['exotel', 'app-setting']
  expect(Object.keys(oddIn(of, { key: 'popup', value: 'http://localhost/' }))).toEqual(['value'])
  expect(oddIn(of, { key: 'playback', value: 'http://media.example.com/a.mp3' })).toEqual({})
  expect(oddIn(of, { key: 'record', value: 'true' })).toEqual({})
  expect(oddIn(of, { key: 'crmHost', value: 'http://localhost/' })).toEqual({})
  expect(oddIn(of, { key: 'Popup', value: 'https://crm.example.com/' })['key']).toContain('“popup”')
})

test('OpenTACT: addresses, a fallback that helps nobody, a pool without weight', () => {
  const of: [string, string] = ['opentact', 'messaging-profile']
  const callbackUrl = 'https://crm.example.com/sms'
  expect(oddIn(of, { name: 'A', callbackUrl, numberPool: false, longCodeWeight: 0, tollFreeWeight: 0 })).toEqual({})
  expect(Object.keys(oddIn(of, { callbackUrl: 'http://10.0.0.1/x', fallbackUrl: 'http://127.0.0.1/x' }))).toEqual([
    'callbackUrl',
    'fallbackUrl'
  ])
  expect(oddIn(of, { callbackUrl, fallbackUrl: `${callbackUrl} ` })['fallbackUrl']).toContain('itself')
  expect(oddIn(of, { fallbackUrl: callbackUrl })['fallbackUrl']).toContain('not used')
  expect(Object.keys(oddIn(of, { numberPool: true, longCodeWeight: 0, tollFreeWeight: 0 }))).toEqual(['numberPool'])
})

test('TextMarks: each of several addresses, and a group callback that names nobody', () => {
  const handler: [string, string] = ['textmarks', 'request-handler']
  const good = String.raw`https://shop.example.com/sms?phone=\p`
  expect(oddIn(handler, { keyword: 'JOE', type: 'dynamic', url: `${good} ${good}` })).toEqual({})
  expect(Object.keys(oddIn(handler, { keyword: 'JOE', type: 'dynamic', url: `${good} http://localhost/` }))).toEqual([
    'url'
  ])
  expect(oddIn(handler, { keyword: 'JOE', type: 'webscrape', url: 'http://weather.example.com/' })).toEqual({})
  const config: [string, string] = ['textmarks', 'integration-config']
  expect(oddIn(config, { keyword: 'JOE', groupCallbackUrl: good })).toEqual({})
  expect(oddIn(config, { keyword: 'JOE', groupCallbackUrl: 'https://shop.example.com/sms' })).toEqual({
    groupCallbackUrl: String.raw`It has neither \p nor \u: the call does not say who joined or left.`
  })
})
