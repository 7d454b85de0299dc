import { mkdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account } from '#shared/model/account.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { codeFrom, makeCheapVault, openCoreOn, passphrase } from '../helpers/core-child.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { tracesIn } from '../helpers/traces.ts'

let cli: Cli
let simulator: Simulator
const newPassphrase = 'Canary-New-Passphrase-31'
const secrets = (values: object) => JSON.stringify(values)

beforeAll(async () => {
  cli = await createCli()
  simulator = await startSimulator()
  await mkdir(cli.dataDir)
  await makeCheapVault(cli.dataDir)
  const words = ['accounts', 'add', 'exotel', '--label', 'A', '--base-url', simulator.url, '--secrets-stdin']
  const { appId } = sandboxCredentials.fields
  await cli.value<Account>([...words, '--set', `appId=${appId}`], secrets(sandboxCredentials.secrets))
})
afterAll(async () => {
  await simulator.stop()
  await cli.remove()
})

test('status tells of each vault, in a table and as JSON', async () => {
  const { vaults } = await cli.value<{ vaults: object[] }>(['vault', 'status'])
  expect(vaults).toMatchObject([
    { driver: 'keychain', chosen: false, secrets: 0, fault: { code: 'vault-no-service' } },
    { driver: 'file', chosen: true, secrets: 1, fault: null },
    { driver: 'session', chosen: false, secrets: 0, fault: null }
  ])
  const { stdout } = await cli.run(['vault', 'status'])
  expect(stdout).toMatch(/file +Passphrase file +yes +1 +works/)
  expect(stdout).toContain('Auto-lock of the passphrase file: off.')
})

test('auto-lock takes minutes or off', async () => {
  expect(await cli.value(['vault', 'auto-lock', '15'])).toEqual({ minutes: 15, withScreen: false })
  expect((await cli.run(['vault', 'status'])).stdout).toContain('after 15 minutes without use')
  expect(await cli.value(['vault', 'auto-lock', 'off'])).toEqual({ minutes: null, withScreen: false })
  for (const wrong of ['0', '1441', 'soon']) {
    expect(await cli.fault(['vault', 'auto-lock', wrong])).toMatchObject({ code: 'bad-usage', exit: 2 })
  }
})

test('without the passphrase what needs a secret says vault-locked and how to go on; the rest works', async () => {
  const { PLUGBOARD_PASSPHRASE } = cli.env
  delete cli.env['PLUGBOARD_PASSPHRASE']
  expect(await cli.fault(['accounts', 'test', 'A'])).toMatchObject({
    code: 'vault-locked',
    exit: 1,
    advice: expect.stringContaining('PLUGBOARD_PASSPHRASE')
  })
  expect(await cli.value(['plan'])).toMatchObject({ changes: [] })
  cli.env['PLUGBOARD_PASSPHRASE'] = PLUGBOARD_PASSPHRASE
})

test('lock reaches a Plugboard that is open on the folder', async () => {
  const core = await openCoreOn(cli.dataDir)
  try {
    const id = (await core.client.accounts.list())[0]?.id ?? ''
    expect(await codeFrom(core.client.accounts.test({ id }))).toBeUndefined()
    expect(await cli.value(['vault', 'lock'])).toEqual({ locked: true })
    await expect.poll(() => codeFrom(core.client.accounts.test({ id })), { timeout: 5_000 }).toBe('vault-locked')
  } finally {
    await core.close()
  }
})

test('the passphrase is changed from standard input or the environment, and is never an argument', async () => {
  expect(await cli.fault(['vault', 'passphrase'])).toMatchObject({ code: 'invalid-input', field: 'newPassphrase' })
  const wrong = secrets({ passphrase: 'wrong', newPassphrase })
  const fault = await cli.fault(['vault', 'passphrase', '--secrets-stdin'], wrong)
  expect(fault).toMatchObject({ code: 'vault-wrong-passphrase', exit: 1 })
  expect(fault.text).not.toContain(newPassphrase)
  const right = secrets({ passphrase, newPassphrase })
  expect(await cli.value(['vault', 'passphrase', '--secrets-stdin'], right)).toEqual({ changed: true })
  expect(await cli.fault(['accounts', 'test', 'A'])).toMatchObject({ code: 'vault-wrong-passphrase' })

  Object.assign(cli.env, { PLUGBOARD_PASSPHRASE: newPassphrase, BACK: passphrase })
  expect(await cli.value(['vault', 'passphrase', '--secret-env', 'newPassphrase=BACK'])).toEqual({ changed: true })
  cli.env['PLUGBOARD_PASSPHRASE'] = passphrase
  expect(await cli.value(['accounts', 'test', 'A'])).toMatchObject({ summary: expect.any(String) })
  expect(tracesIn(cli.dataDir, newPassphrase)).toEqual([])
})

test('a passphrase that is chosen has eight characters or more, wherever it comes from; the refusal names the field', async () => {
  const short = { code: 'invalid-input', exit: 2, message: expect.stringContaining('needs 8 characters or more') }
  const change = secrets({ passphrase, newPassphrase: 'sevenof' })
  expect(await cli.fault(['vault', 'passphrase', '--secrets-stdin'], change)).toMatchObject({
    ...short,
    field: 'newPassphrase'
  })
  const fresh = await createCli({ PLUGBOARD_PASSPHRASE: 'sevenof', PLUGBOARD_VAULT: 'file' })
  try {
    const words = ['accounts', 'add', 'exotel', '--label', 'B', '--set', 'appId=x', '--secrets-stdin']
    const refused = await fresh.fault(words, secrets(sandboxCredentials.secrets))
    expect(refused).toMatchObject({ ...short, field: 'passphrase' })
    expect(refused.text).not.toContain('sevenof')
    expect(await fresh.value(['accounts', 'list'])).toEqual([])
  } finally {
    await fresh.remove()
  }
})

test('a move is confirmed, refused where the other vault does not work, and never goes to the session of a command', async () => {
  expect(await cli.fault(['vault', 'move', 'keychain'])).toMatchObject({
    code: 'needs-confirmation',
    exit: 2,
    message: expect.stringContaining('1 secret would be moved from Passphrase file to System keychain')
  })
  expect(await cli.fault(['vault', 'move', 'keychain', '--yes'])).toMatchObject({ code: 'vault-no-service' })
  expect(await cli.fault(['vault', 'move', 'session', '--yes'])).toMatchObject({ code: 'bad-usage' })
  expect(await cli.fault(['vault', 'move', 'drawer'])).toMatchObject({ code: 'bad-usage' })
  expect(await cli.value(['vault', 'move', 'file'])).toEqual({ to: 'file', moved: 0, older: 0, left: 0 })
  expect(await cli.value(['accounts', 'test', 'A'])).toMatchObject({ summary: expect.any(String) })
})

test('a command whose secrets last for the session alone says so on stderr, also with --json', async () => {
  const mark = /this session only.*forgotten/
  const plain = await cli.run(['--vault', 'session', 'profiles', 'list'])
  expect([plain.code, plain.stderr]).toEqual([0, expect.stringMatching(mark)])
  const json = await cli.run(['--json', '--vault', 'session', 'plan'])
  expect(json.stderr).toMatch(mark)
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true })
  expect((await cli.run(['profiles', 'list'])).stderr).toBe('')
})
