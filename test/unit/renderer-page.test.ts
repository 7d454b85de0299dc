import { ORPCError } from '@orpc/client'
import { expect, test } from 'vitest'
import { faultOf } from '../../src/renderer/api/fault.ts'
import { hostOf } from '../../src/renderer/api/host.ts'
import { pauseMsOf, roadOf, socketUrlOf } from '../../src/renderer/api/link.ts'
import { agoText, clockTime, counted, fullTime, secondsLeft, sizeText } from '../../src/renderer/parts/times.ts'
import { bytesOf, formPairs, prettyJson } from '../../src/renderer/screens/body-text.ts'
import { found, type Find } from '../../src/renderer/state/finds.ts'
import { filteredRows, type ProfileRow } from '../../src/renderer/state/profile-rows.ts'
import { hrefOf, routeOf } from '../../src/renderer/state/route.ts'
import { everyText, intervals, untilText } from '../../src/renderer/state/schedules.ts'
import { needsPassphrase, preferredVault } from '../../src/renderer/state/vaults.ts'

test('an address leads to the screen it was made for, whatever is in the id', () => {
  const href = hrefOf('profiles', 'a/b ä', { account: 'acc?&1', none: undefined })
  expect(routeOf(href)).toEqual({ screen: 'profiles', id: 'a/b ä', query: { account: 'acc?&1' } })
  expect(routeOf('')).toEqual({ screen: 'profiles', query: {} })
  expect(routeOf('#/nowhere/5')).toMatchObject({ screen: 'profiles' })
})

test('the page takes the road that its address names', () => {
  expect(roadOf('?link=port')).toBe('port')
  expect(roadOf('')).toBe('socket')
  expect(socketUrlOf('http://127.0.0.1:4811/?x=1#/plan')).toBe(
    'ws://127.0.0.1:4811/rpc?x=1#/plan'.replace(/[?#].*/, '')
  )
  expect(socketUrlOf('https://box.example.com/')).toBe('wss://box.example.com/rpc')
  expect([0, 1, 2, 9].map(pauseMsOf)).toEqual([250, 500, 1000, 5000])
})

test('a host can what the core says it can', () => {
  const host = hostOf({
    version: '1',
    dataDir: '/x',
    hostAbilities: ['tray'],
    vault: null,
    vaultFault: null,
    autoLock: { minutes: null, withScreen: false }
  })
  expect([host.can('tray'), host.can('native-menu')]).toEqual([true, false])
  expect(hostOf(undefined).can('tray')).toBe(false)
})

test('a fault of the contract is shown as it is; anything else as a mistake without its inside', () => {
  const report = { code: 'auth', message: 'Rejected', advice: 'Check', retry: 'after-fix' } as const
  expect(faultOf(new ORPCError('FAULT', { defined: true, data: report }))).toEqual(report)
  expect(faultOf(new ORPCError('INTERNAL_SERVER_ERROR', { message: 'stack at x.ts:1' })).code).toBe('bug')
  expect(faultOf(new TypeError('x is undefined'))).toMatchObject({ code: 'bug' })
  expect(JSON.stringify(faultOf(new TypeError('x is undefined')))).not.toContain('undefined')
})

test('input that the contract refuses names its field', () => {
  const data = { issues: [{ message: 'Too small', path: ['settings', 'value', 0] }] }
  expect(faultOf(new ORPCError('BAD_REQUEST', { data }))).toMatchObject({
    code: 'invalid-input',
    message: 'Too small',
    field: 'value'
  })
})

test('a call that the lost connection ended says so', () => {
  const error = new Error('[AsyncIdQueue] Queue[1] was closed or aborted while waiting for pulling.')
  expect(faultOf(error).message).toMatch(/connection/i)
})

const works = { label: '', about: '', chosen: false, secrets: 0, fault: null }
const fault = { code: 'vault-no-service', message: '', advice: '', retry: 'after-fix' } as const

test('the keychain is preferred where it works, the session elsewhere, and what is in use before both', () => {
  const keychain = { ...works, driver: 'keychain' as const }
  const session = { ...works, driver: 'session' as const }
  const file = { ...works, driver: 'file' as const, fault: { ...fault, code: 'vault-locked' as const } }
  expect(preferredVault([keychain, file, session])).toBe('keychain')
  expect(preferredVault([{ ...keychain, fault }, file, session])).toBe('session')
  expect(preferredVault([keychain, { ...file, chosen: true }, session])).toBe('file')
  expect(needsPassphrase({ ...file, chosen: true })).toBe(true)
  expect(needsPassphrase({ ...file, chosen: true, fault: null })).toBe(false)
})

test('bodies: JSON is indented, forms are parted, bytes are what they were', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(prettyJson('{"a":')).toBeUndefined()
  expect(prettyJson('plain')).toBeUndefined()
  expect(formPairs('a=1&a=2%20b', 'application/x-www-form-urlencoded; charset=utf-8')).toEqual([
    ['a', '1'],
    ['a', '2 b']
  ])
  expect(formPairs('a=1', 'text/plain')).toBeUndefined()
  expect([...bytesOf('AP8=')]).toEqual([0, 255])
})

const row = { summary: '', account: 'Shop', accountId: 'a1', state: 'edited', updatedMs: 0 } as const
const rows: ProfileRow[] = [
  { ...row, id: '1', title: 'Missed call', summary: 'https://crm.example.com' },
  { ...row, id: '2', title: 'Record', accountId: 'a2', account: 'Office', state: 'in-sync' }
]

test('profiles are found by every word, in any of their columns', () => {
  const ids = (search: string, more = {}) => filteredRows(rows, { search, ...more }).map(({ id }) => id)
  expect(ids('')).toEqual(['1', '2'])
  expect(ids('CRM missed')).toEqual(['1'])
  expect(ids('office')).toEqual(['2'])
  expect(ids('', { state: 'edited' })).toEqual(['1'])
  expect(ids('', { accountId: 'a2', state: 'edited' })).toEqual([])
})

test('the finder puts what begins with the text first', () => {
  const find = (label: string): Find => ({ key: label, label, about: '', screen: 'plan' })
  expect(found([find('My plan'), find('Plan')], 'pl').map(hit => hit.label)).toEqual(['Plan', 'My plan'])
})

test('times and counts read as words', () => {
  expect([1_000, 30_000, 120_000, 7_200_000].map(age => agoText(0, age))).toEqual([
    'just now',
    '30 s ago',
    '2 min ago',
    '2 h ago'
  ])
  expect([counted(1, 'change'), counted(2, 'change')]).toEqual(['1 change', '2 changes'])
  expect([secondsLeft(1500, 0), secondsLeft(0, 5)]).toEqual([2, 0])
  expect(counted(12_000, 'callback')).toBe(`${(12_000).toLocaleString()} callbacks`)
  expect([12, 2048, 5 * 1024 ** 2, 3 * 1024 ** 3].map(sizeText)).toEqual(['12 B', '2.0 KB', '5.0 MB', '3.0 GB'])
})

test('the clock has 24 hours everywhere, and the day begins at 0', () => {
  const midnightMs = new Date(2026, 10, 21, 0, 5, 7).getTime()
  expect([clockTime(midnightMs), fullTime(midnightMs)]).toEqual([
    expect.stringMatching(/^00.05.07$/),
    expect.stringMatching(/\D00.05.07$/)
  ])
  expect(fullTime(midnightMs + 18 * 3_600_000)).toMatch(/\D18.05.07$/)
})

test('intervals and the time until then read as words', () => {
  expect(intervals(45)).toEqual([15, 45, 60, 360, 1440, 10_080])
  expect(intervals(null)).toEqual(intervals(60))
  expect([15, 45, 60, 360, 1440, 10_080].map(everyText)).toEqual([
    'Every 15 minutes',
    'Every 45 minutes',
    'Every hour',
    'Every 6 hours',
    'Every day',
    'Every 7 days'
  ])
  expect([20_000, 240_000, 7_200_000, 300_000_000].map(ms => untilText(ms, 0))).toEqual([
    'in a moment',
    'in 4 min',
    'in 2 h',
    'in 3 d'
  ])
})
