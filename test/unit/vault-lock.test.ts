import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Core } from '../../src/main/core.ts'
import { sandboxCredentials } from '../../src/main/sandbox/exotel/account.ts'
import { codeFrom, makeCheapVault, openCoreOn, passphrase, reportIn } from '../helpers/core-child.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

// The lock of the passphrase file through the methods, as the page and the commands call them.

let dataDir: string
let simulator: Simulator
let cores: Core[]
let account: string

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'plugboard-lock-')), 'data')
  await mkdir(dataDir)
  await makeCheapVault(dataDir)
  simulator = await startSimulator()
  cores = []
  const { client } = await opened()
  const { fields, secrets } = sandboxCredentials
  const added = await client.accounts.add({ provider: 'exotel', label: 'A', baseUrl: simulator.url, fields, secrets })
  account = added.id
  await client.accounts.test({ id: account })
  await client.profiles.pull({})
})
afterEach(async () => {
  for (const core of cores) await core.close()
  await simulator.stop()
  await rm(join(dataDir, '..'), { recursive: true, force: true })
})

async function opened(): Promise<Core> {
  const core = await openCoreOn(dataDir, `test ${cores.length}`)
  cores.push(core)
  return core
}
const first = () => cores[0]!
const canConnect = (core: Core) => codeFrom(core.client.accounts.test({ id: account }))
const faultOf = async (core: Core) => (await core.client.app.info()).vaultFault?.code ?? null

test('locked, all that needs no secret works and the rest says so; the passphrase opens it again', async () => {
  const { client } = first()
  await client.vaults.lock()
  expect(await faultOf(first())).toBe('vault-locked')
  expect(await canConnect(first())).toBe('vault-locked')
  const [profile] = (await client.profiles.list({})).filter(({ local }) => local?.['key'] === 'popup')
  await client.profiles.set({ id: profile?.id ?? '', settings: { value: 'https://crm.example.com/locked' } })
  const plan = await client.plans.make({})
  expect(plan.changes).toHaveLength(1)
  const codes: unknown[] = []
  for await (const event of await client.runs.apply({ hash: plan.hash })) {
    if (event.type === 'finished') codes.push(event.run.operations[0]?.fault?.code)
  }
  expect(codes).toEqual(['vault-locked'])
  expect(await simulator.settings()).toMatchObject({ popup: 'https://crm.example.com/popup' })

  expect(await codeFrom(client.vaults.unlock({ passphrase: 'wrong' }))).toBe('vault-wrong-passphrase')
  expect(await faultOf(first())).toBe('vault-locked')
  await client.vaults.unlock({ passphrase })
  expect([await faultOf(first()), await canConnect(first())]).toEqual([null, undefined])
})

test('a lock, and a change of the passphrase, reach every other Plugboard on the data folder', async () => {
  const other = await opened()
  expect(await canConnect(other)).toBeUndefined()
  await first().client.vaults.lock()
  await until(async () => (await faultOf(other)) === 'vault-locked')
  expect(await canConnect(other)).toBe('vault-locked')
  await other.client.vaults.unlock({ passphrase })

  const newPassphrase = 'another one'
  expect(await codeFrom(first().client.vaults.changePassphrase({ passphrase: 'wrong', newPassphrase }))).toBe(
    'vault-wrong-passphrase'
  )
  await first().client.vaults.changePassphrase({ passphrase, newPassphrase })
  expect([await faultOf(first()), await canConnect(first())]).toEqual([null, undefined])
  await until(async () => (await faultOf(other)) === 'vault-locked')
  expect(await codeFrom(other.client.vaults.unlock({ passphrase }))).toBe('vault-wrong-passphrase')
  await other.client.vaults.unlock({ passphrase: newPassphrase })
  expect(await canConnect(other)).toBeUndefined()
  // What one writes later is no order to lock.
  await other.client.accounts.update({ id: account, label: 'B' })
  await sleep(1_500)
  expect([await faultOf(first()), await faultOf(other)]).toEqual([null, null])
})

test('the screen locks it where that was chosen', async () => {
  await first().screenLocked()
  expect(await faultOf(first())).toBeNull()
  expect(await first().client.vaults.setAutoLock({ withScreen: true })).toEqual({ minutes: null, withScreen: true })
  await first().screenLocked()
  expect(await faultOf(first())).toBe('vault-locked')
  expect((await first().client.app.info()).autoLock).toEqual({ minutes: null, withScreen: true })
})

test('the vault of a session has nothing to lock, and secrets move into it and back with their account', async () => {
  const { client } = first()
  expect(await client.vaults.move({ to: 'session' })).toEqual({ to: 'session', moved: 1, older: 0, left: 0 })
  expect([await canConnect(first()), first().vault()]).toEqual([undefined, 'session'])
  expect((await client.vaults.list()).map(({ driver, chosen, secrets }) => [driver, chosen, secrets])).toEqual([
    ['keychain', false, 0],
    ['file', false, 0],
    ['session', true, 1]
  ])
  await client.vaults.move({ to: 'file', passphrase })
  expect(await canConnect(first())).toBeUndefined()
  await client.vaults.move({ to: 'session' })
  const refused = await client.vaults.lock().catch(reportIn)
  expect(refused).toMatchObject({ code: 'unsupported' })
  expect(await client.vaults.move({ to: 'file' }).catch(reportIn)).toMatchObject({ code: 'vault-locked' })
  expect(await client.vaults.move({ to: 'file', passphrase })).toMatchObject({ moved: 1 })
  expect(await canConnect(first())).toBeUndefined()
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100 && !(await holds()); tries += 1) await sleep(100)
}
