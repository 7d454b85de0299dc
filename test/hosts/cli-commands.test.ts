import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account } from '../../src/shared/model/account.ts'
import type { SandboxStatus } from '../../src/shared/model/app.ts'
import type { CallbackDetail, CallbackSummary } from '../../src/shared/model/callback.ts'
import type { HistoryEntry } from '../../src/shared/model/history.ts'
import type { Plan, Run } from '../../src/shared/model/plan.ts'
import type { Conflict, Profile } from '../../src/shared/model/profile.ts'
import type { ProviderCard } from '../../src/shared/model/provider.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// Every command through real processes, in the order of a person's day: the tests build on each other.

const { appId } = sandboxCredentials.fields
const { appSecret } = sandboxCredentials.secrets
const site = 'https://crm.example.com'
let cli: Cli
let simulator: Simulator

beforeAll(async () => {
  cli = await createCli()
  simulator = await startSimulator()
})
afterAll(async () => {
  await cli.remove()
  await simulator.stop()
})

/** What a person sees: the text on stdout of a command that must end with this code. */
async function printed(words: string[], code = 0): Promise<string> {
  const ended = await cli.run(words)
  expect(ended).toMatchObject({ code })
  return ended.stdout.trimEnd()
}

test('providers: the fields, kinds and samples that the other commands take', async () => {
  const cards = await cli.value<ProviderCard[]>(['providers'])
  expect(cards.map(card => card.id)).toContain('exotel')
  const text = await printed(['providers'])
  for (const name of ['appId', 'appSecret', 'app-setting', 'call-finished']) expect(text).toContain(name)
})

test('accounts: add, list, show, test and update', async () => {
  const fields = ['--set', `appId=${appId}`, '--base-url', simulator.url, '--secrets-stdin']
  const added = await cli.value<Account>(['accounts', 'add', 'exotel', '--label', 'My shop', ...fields], secretJson())
  expect(added).toMatchObject({ label: 'My shop', state: 'untested', fields: { appId } })
  expect(JSON.stringify(added)).not.toContain(appSecret)
  expect(await cli.value<Account[]>(['accounts', 'list'])).toEqual([added])
  expect(await printed(['accounts', 'test', 'My shop'])).toContain('4 settings')
  expect(await cli.value<Account>(['accounts', 'show', added.id])).toMatchObject({ state: 'ready' })
  expect(await cli.fault(['accounts', 'update', 'My shop'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  cli.env['ANOTHER_NAME'] = appSecret
  const words = ['accounts', 'update', 'My shop', '--label', 'Shop', '--secret-env', 'appSecret=ANOTHER_NAME']
  const updated = await cli.value<Account>(words)
  expect(updated).toMatchObject({ id: added.id, label: 'Shop', state: 'untested', secrets: [{ version: 2 }] })
})

test('profiles: pull names the account by its label; list and show give the states', async () => {
  expect(await printed(['profiles', 'pull'])).toBe('Shop: 4 seen, 4 new, 0 changed there, 0 removed there')
  const profiles = await cli.value<Profile[]>(['profiles', 'list', 'Shop'])
  expect(profiles.map(profile => profile.remoteId)).toEqual(
    expect.arrayContaining(['crmTheme', 'missedCall', 'popup', 'record'])
  )
  expect(await printed(['profiles', 'show', 'popup'])).toContain('is in sync [in-sync]')
})

test('an edit is planned, can be dropped, and the exit code of the plan tells', async () => {
  await printed(['plan', '--detailed-exitcode'], 0)
  await printed(['profiles', 'set', 'popup', `value=${site}/dropped`])
  expect(await printed(['plan', '--detailed-exitcode'], 10)).toContain(`${site}/popup → ${site}/dropped`)
  await printed(['plan'], 0)
  await printed(['profiles', 'revert', 'popup'])
  await printed(['plan', '--detailed-exitcode'], 0)
})

test('a plan calls a choice by its name, beside the value that commands take', async () => {
  await printed(['profiles', 'set', 'record', 'value=true'])
  expect(await printed(['plan'])).toContain('Recording: Do not record [false] → Record outbound calls [true]')
  await printed(['profiles', 'revert', 'record'])
})

test('what must not be cleared, or does not exist, is named', async () => {
  const fault = await cli.fault(['profiles', 'unset', 'popup', 'value'])
  expect(fault).toMatchObject({ code: 'invalid-input', field: 'value', exit: 2 })
  const stranger = await cli.fault(['profiles', 'unset', 'popup', 'colour'])
  expect(stranger).toMatchObject({ code: 'invalid-input', field: 'colour', exit: 2 })
  expect(await cli.value<Profile>(['profiles', 'show', 'popup'])).toMatchObject({ state: 'in-sync' })
})

test('apply --only carries out that profile alone, and shows that alone', async () => {
  await cli.value(['profiles', 'set', 'popup', `value=${site}/one`])
  await cli.value(['profiles', 'create', 'Shop', 'app-setting', 'key=callback', `value=${site}/created`])
  const ended = await cli.run(['apply', 'Shop', '--only', 'popup', '--yes'])
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('1 of 1 change carried out, 1 request sent') })
  expect(ended.stderr).toContain(`${site}/popup → ${site}/one`)
  expect(ended.stderr).not.toContain('/created')
  const there = await simulator.settings()
  expect(there).toMatchObject({ popup: `${site}/one` })
  expect(there).not.toHaveProperty('callback')
})

test('apply --plan carries out what was reviewed; a delete is confirmed by itself', async () => {
  await cli.value(['profiles', 'delete', 'missedCall'])
  const { hash, changes } = await cli.value<Plan>(['plan', 'Shop'])
  expect(changes.map(change => change.action)).toEqual(['create', 'delete'])
  const fault = await cli.fault(['apply', 'Shop', '--plan', hash])
  expect(fault).toMatchObject({ code: 'needs-confirmation', exit: 2, advice: expect.stringContaining('--yes') })
  expect(await simulator.settings()).toHaveProperty('missedCall')
  const run = await cli.value<Run>(['apply', 'Shop', '--plan', hash, '--yes'])
  expect(run).toMatchObject({ state: 'done', writes: 2, planHash: hash })
  const there = await simulator.settings()
  expect(there).toMatchObject({ callback: `${site}/created` })
  expect(there).not.toHaveProperty('missedCall')
  expect(await printed(['plan', '--fresh', '--detailed-exitcode'], 0)).toBe('Nothing to do.')
  expect(await printed(['apply'])).toBe('Nothing to do.')
})

test('history knows a profile that is gone, and a rollback brings it back', async () => {
  const entries = await cli.value<HistoryEntry[]>(['history', 'Missed call'])
  expect(entries.map(entry => entry.what)).toEqual(['applied-delete', 'local-deleted', 'seen-new'])
  const seen = entries.at(-1)
  const back = await cli.value<Profile>(['rollback', seen?.profileId ?? '', seen?.id ?? ''])
  expect(back).toMatchObject({ state: 'created', local: { key: 'missedCall', value: `${site}/missed` } })
  await cli.value(['profiles', 'delete', back.id])
})

test('a rollback of an edit is a new local edit', async () => {
  const entries = await cli.value<HistoryEntry[]>(['history', 'popup', '--limit', '5'])
  const first = entries.find(entry => entry.what === 'seen-new')
  const back = await cli.value<Profile>(['rollback', 'popup', first?.id ?? ''])
  expect(back).toMatchObject({ state: 'edited', local: { value: `${site}/popup` }, remote: { value: `${site}/one` } })
  expect(await cli.value<Run>(['apply', '--yes'])).toMatchObject({ state: 'done', writes: 1 })
  expect(await simulator.settings()).toMatchObject({ popup: `${site}/popup` })
})

test('a conflict: exit 3 until a person chose, here a third value', async () => {
  await cli.value(['profiles', 'set', 'popup', `value=${site}/mine`])
  await simulator.control('PUT', 'settings', { Key: 'popup', Value: `${site}/theirs` })
  await printed(['plan', '--fresh', '--detailed-exitcode'], 3)
  const [conflict] = await cli.value<Conflict[]>(['conflicts', 'list'])
  expect(conflict).toMatchObject({ setting: 'value', local: `${site}/mine`, remote: `${site}/theirs` })
  expect(await cli.fault(['apply', '--yes'])).toMatchObject({ code: 'conflicts', exit: 3 })
  const resolve = ['conflicts', 'resolve', 'popup', 'value', '--use']
  expect(await cli.fault([...resolve, 'mine'])).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(await cli.fault([...resolve, 'value=nonsense'])).toMatchObject({ code: 'invalid-input', exit: 2 })
  expect(await printed([...resolve, `value=${site}/both`])).toContain('is edited')
  expect(await cli.value<Run>(['apply', '--yes'])).toMatchObject({ state: 'done', writes: 1 })
  expect(await simulator.settings()).toMatchObject({ popup: `${site}/both` })
})

test('simulate without a listener runs one for itself, and what it sent is decoded', async () => {
  const text = await printed(['simulate', 'exotel', 'missed-call', 'from=+12025550107'])
  expect(text).toMatch(/answered 200\.\n.*\+12025550107/)
  const [caught] = await cli.value<CallbackSummary[]>(['callbacks', 'list'])
  expect(caught).toMatchObject({ origin: 'simulate', verdict: 'not-offered', answerStatus: 200 })
})

test('listen prints what comes, and callbacks show --raw gives its bytes back', async () => {
  const listener = await cli.start(['listen', '--port', '0'])
  const first = await listener.firstLine<{ listening: { endpoints: { url: string; label: string }[] } }>()
  const endpoint = first.listening.endpoints.find(each => each.label === 'My shop') ?? first.listening.endpoints[0]
  const body = Buffer.from([0x7b, 0x0d, 0x0a, 0x00, 0xff, 0xfe, 0xc3, 0x28, 0x0a])
  const sent = await fetch(endpoint?.url ?? '', { method: 'POST', body, headers: { 'content-type': 'text/plain' } })
  expect(sent.status).toBe(200)
  type Line = { callback: CallbackSummary }
  const { callback } = await listener.lineWith<Line>(line => line.callback?.bodyBytes === body.length)
  await printed(['simulate', 'exotel', 'sms-delivered'])
  await listener.lineWith<Line>(line => line.callback?.decoded?.title.includes('delivered') === true)
  expect(await listener.stop('SIGINT')).toBe(0)

  const detail = await cli.value<CallbackDetail>(['callbacks', 'show', String(callback.id)])
  expect(Buffer.from(detail.bodyBase64, 'base64').equals(body)).toBe(true)
  const raw = await cli.runRaw(['callbacks', 'show', String(callback.id), '--raw'])
  expect(raw.equals(body)).toBe(true)
  expect(await printed(['callbacks', 'show', String(callback.id)])).toContain('content-type: text/plain')
  expect(await cli.value<unknown[]>(['callbacks', 'list', '--search', 'DELIVERED', '--limit', '5'])).toHaveLength(1)
  expect(await cli.fault(['callbacks', 'show', '4711'])).toMatchObject({ code: 'not-found', exit: 1 })
  expect(await cli.fault(['callbacks', 'show', 'x'])).toMatchObject({ code: 'bad-usage', exit: 2 })
})

test('sandbox prints an address and credentials that work, until it is stopped', async () => {
  const sandbox = await cli.start(['sandbox'])
  const { sandbox: status } = await sandbox.firstLine<{ sandbox: SandboxStatus }>()
  expect(status).toMatchObject({ provider: 'exotel', running: true, credentials: { appId, appSecret } })
  expect((await fetch(`${status.url}/__sandbox/state`)).status).toBe(200)
  expect(await sandbox.stop('SIGTERM')).toBe(0)
})

test('what is not a whole command is bad usage, in one envelope', async () => {
  const words = [[], ['accounts'], ['serve', '--json'], ['listen', '--port', '70000'], ['accounts', 'lst']]
  const faults = await Promise.all(words.map(each => cli.fault(each)))
  for (const fault of faults) expect(fault).toMatchObject({ code: 'bad-usage', exit: 2 })
  expect(faults.at(-1)?.message).toBe("Unknown command 'lst'. Did you mean list?")
})

test('an account with edits that were not applied is removed only when that is confirmed', async () => {
  await cli.value(['profiles', 'set', 'popup', `value=${site}/pending`])
  const fault = await cli.fault(['accounts', 'remove', 'Shop'])
  expect(fault).toMatchObject({ code: 'needs-confirmation', exit: 2, message: expect.stringContaining('pop-up') })
  expect(await cli.value<Account[]>(['accounts', 'list'])).toHaveLength(1)
  expect(await printed(['accounts', 'remove', 'Shop', '--yes'])).toContain('Nothing changed at the provider')
  expect(await printed(['accounts', 'list'])).toMatch(/^No accounts yet/)
  expect(await printed(['profiles', 'list'])).toMatch(/^No profiles/)
})

function secretJson(): string {
  return JSON.stringify({ appSecret })
}
