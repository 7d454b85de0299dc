import { afterAll, beforeAll, expect, test } from 'vitest'
import type { HistoryEntry } from '../../src/shared/model/history.ts'
import type { SettingChange } from '../../src/shared/model/plan.ts'
import type { Profile } from '../../src/shared/model/profile.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// What came of an account's settings, by real processes; the tests build on each other.

const site = 'https://crm.example.com'
let cli: Cli
let simulator: Simulator

beforeAll(async () => {
  cli = await createCli()
  simulator = await startSimulator()
  const { fields, secrets } = sandboxCredentials
  const set = ['--set', `appId=${fields.appId}`, '--base-url', simulator.url, '--secrets-stdin']
  await cli.value(['accounts', 'add', 'exotel', '--label', 'Shop', ...set], JSON.stringify(secrets))
  await cli.value(['profiles', 'pull'])
})
afterAll(async () => {
  await cli.remove()
  await simulator.stop()
})

test('history says who it was, and --diff what lies between two of its entries', async () => {
  await cli.value(['profiles', 'set', 'popup', `value=${site}/one`])
  await cli.value(['profiles', 'set', 'popup', `value=${site}/two`])
  const entries = await cli.value<HistoryEntry[]>(['history', 'popup'])
  expect(entries.map(({ who }) => who)).toEqual(['command line', 'command line', 'command line'])
  expect((await cli.run(['history', 'popup'])).stdout).toContain('(command line)')
  const [last, , seen] = entries.map(({ id }) => id)
  const diff = (span: string) => cli.value<{ settings: SettingChange[] }>(['history', 'popup', '--diff', span])
  const whole = { settings: [{ setting: 'value', from: `${site}/popup`, to: `${site}/two` }] }
  expect(await diff(`${seen}..${last}`)).toMatchObject(whole)
  expect(await diff(`${seen}..`)).toMatchObject(whole)
  expect((await diff(`..${seen}`)).settings.every(({ from }) => from === undefined)).toBe(true)
  expect((await cli.run(['history', 'popup', '--diff', `${last}..`])).stdout).toBe('No difference.\n')
  expect(await cli.fault(['history', 'popup', '--diff', 'nonsense'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(await cli.fault(['history', '--diff', `${seen}..`])).toMatchObject({ code: 'bad-usage' })
  expect(await cli.fault(['history', 'popup', '--diff', 'his-none..'])).toMatchObject({ code: 'not-found' })
  await cli.value(['profiles', 'revert', 'popup'])
})

test('a policy is chosen for a setting: what was changed there is settled at once and nothing is sent', async () => {
  await simulator.control('PUT', 'settings', { Key: 'popup', Value: `${site}/theirs` })
  await cli.value(['profiles', 'pull'])
  expect(await cli.value<Profile>(['profiles', 'show', 'popup'])).toMatchObject({ state: 'drifted' })
  const words = ['profiles', 'policy', 'popup']
  expect((await cli.run(words)).stdout).toBe('Every change at the provider is asked about.\n')
  expect(await cli.fault([...words, 'value=sometimes'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(await cli.fault([...words, 'nope=follow'])).toMatchObject({ code: 'invalid-input', field: 'nope', exit: 2 })
  expect(await cli.value<Profile>([...words, 'value=follow'])).toMatchObject({
    state: 'in-sync',
    local: { value: `${site}/theirs` }
  })
  expect((await cli.run(words)).stdout).toContain('take over what the provider has')
  const [, chosen] = await cli.value<HistoryEntry[]>(['history', 'popup'])
  expect(chosen).toMatchObject({ what: 'policy-changed', settings: [{ from: 'managed', to: 'follow' }] })
})

test('an apply says which conflicts are left, does the rest and exits with 3', async () => {
  await cli.value(['profiles', 'set', 'missedCall', `value=${site}/mine`])
  await simulator.control('PUT', 'settings', { Key: 'missedCall', Value: `${site}/theirs` })
  await cli.value(['profiles', 'pull'])
  await cli.value(['profiles', 'set', 'popup', `value=${site}/other`])
  expect((await cli.run(['plan'])).stdout).toContain('1 conflict: choose with "conflicts resolve".')
  const applied = await cli.run(['apply', '--yes'])
  expect(applied).toMatchObject({ code: 3 })
  expect(applied.stdout).toMatch(/1 of 1 change carried out[\s\S]*1 conflict: choose with "conflicts resolve"\./)
  expect(await simulator.settings()).toMatchObject({ popup: `${site}/other`, missedCall: `${site}/theirs` })
})
