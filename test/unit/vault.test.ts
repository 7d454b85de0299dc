import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createFileDriver } from '../../src/main/vault/drivers/file.ts'
import { createMemoryDriver } from '../../src/main/vault/drivers/memory.ts'
import { readVaultId } from '../../src/main/vault/vault-id.ts'
import { openVault, overDriver } from '../../src/main/vault/vault.ts'
import { describeDriver } from '../helpers/vault-suite.ts'

const cheap = { N: 2 ** 10, r: 8, p: 1 }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugboard-vault-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const ownFolder = () => mkdtemp(join(folder, 'data-'))

describe('the drivers', () => {
  describeDriver('session', async () => createMemoryDriver())
  describeDriver('file', async () =>
    createFileDriver({ dataDir: await ownFolder(), passphrase: 'a canary', cost: cheap })
  )
})

test('a secret is kept by owner, field and version, whatever letters a provider puts in a field', async () => {
  const vault = await openVault({ driver: 'session', dataDir: folder })
  await vault.write('acc-1', 'api/key:v2#x 🔑', 1, 'odd')
  await vault.write('acc-1', 'api', 1, 'first')
  await vault.write('acc-1', 'api', 2, 'second')
  expect(await vault.read('acc-1', 'api/key:v2#x 🔑', 1)).toBe('odd')
  expect(await vault.read('acc-1', 'api', 1)).toBe('first')
  expect(await vault.read('acc-1', 'api', 2)).toBe('second')
  await vault.forget('acc-1', 'api', 1)
  await expect(vault.read('acc-1', 'api', 1)).rejects.toMatchObject({ code: 'secret-missing' })
})

test('a missing secret is a fault that names its field', async () => {
  const vault = await openVault({ driver: 'session', dataDir: folder })
  const fault = await vault.read('acc-1', 'api_token', 1).catch((error: unknown) => error)
  expect(fault).toBeInstanceOf(Fault)
  expect(fault).toMatchObject({ code: 'secret-missing', detail: { field: 'api_token' } })
})

test('the sweep removes what nothing refers to, and keeps the key of the fingerprints', async () => {
  const driver = createMemoryDriver()
  const vault = overDriver(driver)
  const before = await vault.fingerprint('value')
  await vault.write('acc-1', 'a:b', 1, 'old')
  await vault.write('acc-1', 'a:b', 2, 'new')
  await vault.write('acc-2', 'token', 1, 'orphan')
  const removed = await vault.sweep((owner, field, version) => owner === 'acc-1' && field === 'a:b' && version === 2)
  expect(removed).toBe(2)
  expect(await driver.names()).toEqual(['acc-1/a%3Ab:v2', 'vault/fingerprint:v1'])
  expect(await overDriver(driver).fingerprint('value')).toBe(before)
})

test('a fingerprint tells equal from different, and differs between vaults', async () => {
  const [one, other] = [overDriver(createMemoryDriver()), overDriver(createMemoryDriver())]
  const [first, again] = await Promise.all([one.fingerprint('value'), one.fingerprint('value')])
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect(again).toBe(first)
  expect(await one.fingerprint('value2')).not.toBe(first)
  expect(await other.fingerprint('value')).not.toBe(first)
})

test('a session vault forgets everything when it is closed', async () => {
  const driver = createMemoryDriver()
  await driver.set('acc-1/token:v1', 'value')
  await driver.close()
  expect(await driver.names()).toEqual([])
})

test('a data folder keeps its id, others have another, and two that ask at once get the same', async () => {
  const [here, there] = [await ownFolder(), await ownFolder()]
  const ids = await Promise.all(Array.from({ length: 5 }, () => readVaultId(here)))
  expect(new Set([...ids, await readVaultId(here)]).size).toBe(1)
  expect(await readVaultId(there)).not.toBe(ids[0])
  expect(await readFile(join(here, 'vault-id'), 'utf8')).toBe(`${ids[0]}\n`)
})

test('probing a vault file that is not there yet makes none', async () => {
  const dataDir = await ownFolder()
  expect(await createFileDriver({ dataDir, passphrase: undefined }).probe()).toMatchObject({ code: 'vault-locked' })
  expect(await createFileDriver({ dataDir, passphrase: 'a phrase' }).probe()).toBeNull()
  expect(await readdir(dataDir)).toEqual([])
})
