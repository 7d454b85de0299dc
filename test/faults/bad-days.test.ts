import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Account } from '../../src/shared/model/account.ts'
import type { Plan, Run } from '../../src/shared/model/plan.ts'
import type { Profile } from '../../src/shared/model/profile.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// The days on which something is wrong, as a person at the command line meets them: always a sentence with advice and the
// documented exit code, never a stack, and nothing is lost.

const { appId } = sandboxCredentials.fields
const { appSecret } = sandboxCredentials.secrets
let cli: Cli
let simulator: Simulator | undefined

beforeEach(async () => {
  cli = await createCli()
})
afterEach(async () => {
  await cli.remove()
  await simulator?.stop()
  simulator = undefined
})

async function addAccount(baseUrl: string, secret = appSecret): Promise<Account> {
  const words = ['accounts', 'add', 'exotel', '--label', 'A', '--base-url', baseUrl, '--set', `appId=${appId}`]
  return await cli.value<Account>([...words, '--secrets-stdin'], JSON.stringify({ appSecret: secret }))
}

async function pulled(): Promise<Simulator> {
  simulator = await startSimulator()
  await addAccount(simulator.url)
  await cli.value(['profiles', 'pull'])
  return simulator
}

async function expectSentence(words: string[], code: string, exit: number, input?: string) {
  const fault = await cli.fault(words, input)
  expect(fault).toMatchObject({ code, exit })
  expect(fault.message.length).toBeGreaterThan(10)
  expect(fault.advice.length).toBeGreaterThan(10)
  expect(fault.text).not.toMatch(/\n\s+at |node:internal|\.ts:\d/)
  return fault
}

test('an unknown command is bad usage', async () => {
  await expectSentence(['frobnicate'], 'bad-usage', 2)
  const plain = await cli.run(['frobnicate'])
  expect(plain.code).toBe(2)
  expect(plain.stdout).toBe('')
  expect(plain.stderr).toContain('frobnicate')
})

test('a command without its argument, or with an unknown option, is bad usage', async () => {
  await expectSentence(['profiles', 'show'], 'bad-usage', 2)
  await expectSentence(['plan', '--nonsense'], 'bad-usage', 2)
  await expectSentence(['--vault', 'cloud', 'accounts', 'list'], 'bad-usage', 2)
})

test('a missing credential field is named', async () => {
  const words = ['accounts', 'add', 'exotel', '--label', 'A', '--secrets-stdin']
  const fault = await expectSentence(words, 'invalid-input', 2, JSON.stringify({ appSecret }))
  expect(fault.field).toBe('appId')
  const noSecret = await expectSentence(
    ['accounts', 'add', 'exotel', '--label', 'A', '--set', `appId=${appId}`],
    'invalid-input',
    2
  )
  expect(noSecret.field).toBe('appSecret')
})

test('a secret as an argument is refused and not repeated', async () => {
  const words = [
    'accounts',
    'add',
    'exotel',
    '--label',
    'A',
    '--set',
    `appId=${appId}`,
    '--set',
    'appSecret=canary-4711'
  ]
  const fault = await expectSentence(words, 'bad-usage', 2)
  expect(fault.text).not.toContain('canary-4711')
})

test('a malformed base URL, and http to somebody else, are refused', async () => {
  const add = (url: string) => [
    'accounts',
    'add',
    'exotel',
    '--label',
    'A',
    '--set',
    `appId=${appId}`,
    '--base-url',
    url,
    '--secrets-stdin'
  ]
  const input = JSON.stringify({ appSecret })
  expect(await expectSentence(add('not a url'), 'invalid-input', 2, input)).toMatchObject({ field: 'baseUrl' })
  expect(await expectSentence(add('http://example.com'), 'invalid-input', 2, input)).toMatchObject({ field: 'baseUrl' })
})

test('a malformed URL in a setting is refused before it is saved', async () => {
  await pulled()
  const fault = await expectSentence(['profiles', 'set', 'popup', 'value=nonsense'], 'invalid-input', 2)
  expect(fault.field).toBe('value')
  const words = ['profiles', 'set', 'popup', 'value=https://user:canary-0815@crm.example.com/']
  expect((await expectSentence(words, 'invalid-input', 2)).text).not.toContain('canary-0815')
  const profile = await cli.value<Profile>(['profiles', 'show', 'popup'])
  expect(profile).toMatchObject({ state: 'in-sync', local: { value: 'https://crm.example.com/popup' } })
})

test('what does not exist is named', async () => {
  await expectSentence(['profiles', 'show', 'pro-none'], 'not-found', 1)
  await expectSentence(['accounts', 'test', 'nobody'], 'not-found', 1)
  await expectSentence(['accounts', 'add', 'nexmo', '--label', 'A'], 'not-found', 1)
})

test('a wrong secret parks the account until it is entered again', async () => {
  simulator = await startSimulator()
  const account = await addAccount(simulator.url, 'wrong-secret-0815')
  const fault = await expectSentence(['accounts', 'test', 'A'], 'auth', 1)
  expect(fault.text).not.toContain('wrong-secret-0815')
  expect(await cli.value<Account>(['accounts', 'show', 'A'])).toMatchObject({ id: account.id, state: 'parked' })
  await cli.value(['accounts', 'update', 'A', '--secrets-stdin'], JSON.stringify({ appSecret }))
  await cli.value(['accounts', 'test', 'A'])
  expect(await cli.value<Account>(['accounts', 'show', 'A'])).toMatchObject({ state: 'ready', parkedFault: null })
})

test('a provider that is down loses no edit, and apply says so', async () => {
  const running = await pulled()
  const port = Number(new URL(running.url).port)
  await running.stop()
  simulator = undefined
  await cli.value(['profiles', 'set', 'popup', 'value=https://crm.example.com/offline'])
  await expectSentence(['profiles', 'pull'], 'unreachable', 1)
  const plan = await cli.value<Plan>(['plan'])
  expect(plan.changes).toHaveLength(1)
  await expectSentence(['apply', '--plan', plan.hash], 'unreachable', 1)
  expect(await cli.value<Profile>(['profiles', 'show', 'popup'])).toMatchObject({ state: 'edited' })
  simulator = await startSimulator(port)
  const run = await cli.value<Run>(['apply', '--yes'])
  expect(run).toMatchObject({ state: 'done', writes: 1 })
  expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/offline' })
})

test.each([
  ['401 that a new token does not mend', { type: 'status', status: 401 }, 'auth'],
  ['403', { type: 'status', status: 403 }, 'forbidden'],
  ['500', { type: 'status', status: 500 }, 'provider-error'],
  ['HTML', { type: 'html' }, 'protocol'],
  ['a truncated body', { type: 'truncated' }, 'protocol']
])('a read that answers %s is a fault and never means "removed"', async (_name, fault, code) => {
  const running = await pulled()
  const before = await cli.value<Profile[]>(['profiles', 'list'])
  await running.control('POST', 'faults', { match: { path: '/v2/integrations/app_setting' }, times: 50, fault })
  await expectSentence(['profiles', 'pull'], code, 1)
  const after = await cli.value<Profile[]>(['profiles', 'list'])
  expect(after.map(profile => profile.remote)).toEqual(before.map(profile => profile.remote))
  expect(after.some(profile => profile.state === 'removed-there')).toBe(false)
})

test('a web page at the base URL is named as such', async () => {
  const server = createServer((_, answer) =>
    answer.setHeader('content-type', 'text/html').end('<h1>Please log in</h1>')
  )
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  try {
    await addAccount(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await expectSentence(['accounts', 'test', 'A'], 'protocol', 1)
  } finally {
    server.close()
  }
})

test('a port that is taken is named', async () => {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const fault = await expectSentence(['listen', '--port', String(port)], 'port-taken', 1)
    expect(fault.message).toContain(String(port))
    await expectSentence(['sandbox', '--provider', 'exotel', '--port', String(port)], 'port-taken', 1)
  } finally {
    server.close()
  }
})

test('without a keychain, or without a choice, only what needs a secret stops', async () => {
  const bare = await createCli({ PLUGBOARD_VAULT: undefined, PLUGBOARD_PASSPHRASE: undefined })
  const words = ['accounts', 'add', 'exotel', '--label', 'A', '--set', `appId=${appId}`, '--secrets-stdin']
  const input = JSON.stringify({ appSecret })
  try {
    expect(await bare.fault(words, input)).toMatchObject({ code: 'vault-not-chosen', exit: 1 })
    const none = await bare.fault(['--vault', 'keychain', ...words], input)
    expect(none).toMatchObject({ code: expect.stringMatching(/^vault-/), exit: 1 })
    expect(await bare.value(['accounts', 'list'])).toEqual([])
    expect(await bare.value(['providers'])).toContainEqual(expect.objectContaining({ id: 'exotel' }))
  } finally {
    await bare.remove()
  }
})

test('the wrong passphrase is told apart, and offline work goes on without one', async () => {
  await pulled()
  const env = cli.env
  env['PLUGBOARD_PASSPHRASE'] = 'something else'
  await expectSentence(['accounts', 'test', 'A'], 'vault-wrong-passphrase', 1)
  delete env['PLUGBOARD_PASSPHRASE']
  await expectSentence(['accounts', 'test', 'A'], 'vault-locked', 1)
  await cli.value(['profiles', 'set', 'popup', 'value=https://crm.example.com/locked'])
  expect((await cli.value<Plan>(['plan'])).changes).toHaveLength(1)
})

test('a data folder that cannot be written is named', async () => {
  const file = join(cli.folder, 'a-file')
  await writeFile(file, '')
  await expectSentence(['--data-dir', join(file, 'data'), 'accounts', 'list'], 'store-read-only', 1)
})

test('a database of a newer version is refused and left as it is', async () => {
  await cli.value(['accounts', 'list'])
  const file = join(cli.dataDir, 'plugboard.db')
  const db = new Database(file)
  db.pragma('user_version = 999')
  db.pragma('journal_mode = DELETE')
  db.close()
  const before = await readFile(file)
  await expectSentence(['accounts', 'list'], 'store-newer', 1)
  expect((await readFile(file)).equals(before)).toBe(true)
})

test('a damaged database is named', async () => {
  await cli.value(['accounts', 'list'])
  await writeFile(join(cli.dataDir, 'plugboard.db'), 'this is no database, whatever its name says. '.repeat(200))
  await expectSentence(['accounts', 'list'], 'store-damaged', 1)
})

test('a second listener on the same data folder is told who listens', async () => {
  const first = await cli.start(['listen', '--port', '0'])
  await first.firstLine()
  const fault = await expectSentence(['listen', '--port', '0'], 'in-use-elsewhere', 1)
  expect(fault.message).toContain('command line')
  expect(await first.stop()).toBe(0)
  const next = await cli.start(['listen', '--port', '0'])
  await next.firstLine()
  expect(await next.stop()).toBe(0)
})

test('a plan that changed since its review is not carried out', async () => {
  const running = await pulled()
  await cli.value(['profiles', 'set', 'popup', 'value=https://crm.example.com/one'])
  const { hash } = await cli.value<Plan>(['plan'])
  await cli.value(['profiles', 'set', 'popup', 'value=https://crm.example.com/two'])
  await expectSentence(['apply', '--plan', hash], 'plan-changed', 1)
  await expectSentence(['apply'], 'needs-confirmation', 2)
  expect(await running.settings()).toMatchObject({ popup: 'https://crm.example.com/popup' })
})

test('both sides changed the same setting: exit 3 until a person chose', async () => {
  const running = await pulled()
  await cli.value(['profiles', 'set', 'popup', 'value=https://crm.example.com/mine'])
  await running.control('PUT', 'settings', { Key: 'popup', Value: 'https://crm.example.com/theirs' })
  await cli.value(['profiles', 'pull'])
  await expectSentence(['apply', '--yes'], 'conflicts', 3)
  await cli.value(['conflicts', 'resolve', 'popup', 'value', '--use', 'local'])
  expect(await cli.value<Run>(['apply', '--yes'])).toMatchObject({ state: 'done', writes: 1 })
  expect(await running.settings()).toMatchObject({ popup: 'https://crm.example.com/mine' })
})
