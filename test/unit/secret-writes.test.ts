import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createBackgroundSweep } from '../../src/main/methods/secret-sweep.ts'
import { forgetOwners, saveWithSecrets } from '../../src/main/methods/secret-writes.ts'
import { openSecrets, type Secrets } from '../helpers/secret-folder.ts'
import { accountRow, profileRow } from '../helpers/store-rows.ts'

const program = join(import.meta.dirname, '../helpers/secret-and-die.ts')
let dataDir: string
let deps: Secrets

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-secrets-'))
  deps = await openSecrets(dataDir)
  deps.store.accounts.add(accountRow())
  await saveWithSecrets(deps, { owner: 'acc-1', values: { token: 'old' } }, () => undefined)
})
afterEach(async () => {
  await deps.close()
  await rm(dataDir, { recursive: true, force: true })
})

/** What the vault holds of the versions 1 to 4. */
async function held(owner = 'acc-1', name = 'token'): Promise<Record<number, string>> {
  const vault = await deps.vault.open()
  const found: Record<number, string> = {}
  for (const version of [1, 2, 3, 4]) {
    const value = await vault.read(owner, name, version).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'secret-missing') return undefined
      throw error
    })
    if (value !== undefined) found[version] = value
  }
  return found
}

async function sweepAtStart(): Promise<void> {
  const sweep = createBackgroundSweep(deps)
  sweep.start()
  await sweep.idle()
}

async function dieThere(when: string): Promise<void> {
  const child = spawn(process.execPath, [program, dataDir, when], { stdio: 'inherit' })
  const signal = await new Promise(resolve => child.once('exit', (_, sent) => resolve(sent)))
  expect(signal).toBe('SIGKILL')
}

const versionOf = (owner: string, name: string) => deps.store.secrets.get(owner, name)?.version

test('killed after the vault was written: the old secret holds, and the start sweeps the new one away', async () => {
  await dieThere('written')
  expect(versionOf('acc-1', 'token')).toBe(1)
  expect(await held()).toEqual({ 1: 'old', 2: 'new' })
  await sweepAtStart()
  expect(await held()).toEqual({ 1: 'old' })
  expect(deps.store.secrets.strays()).toEqual([])
})

test('killed before the old version was deleted: the new secret holds, and the start sweeps the old one away', async () => {
  await dieThere('pointed')
  expect(versionOf('acc-1', 'token')).toBe(2)
  expect(await held()).toEqual({ 1: 'old', 2: 'new' })
  await sweepAtStart()
  expect(await held()).toEqual({ 2: 'new' })
})

test('changes at once, here and in another process, take turns: the secret is whole and one of them', async () => {
  const other = await openSecrets(dataDir)
  const both = [deps, other, deps].map((own, index) =>
    saveWithSecrets(own, { owner: 'acc-1', values: { token: `value-${index}` } }, versions => versions['token'])
  )
  const versions = await Promise.all(both)
  expect(versions.toSorted((one = 0, other = 0) => one - other)).toEqual([2, 3, 4])
  expect(await held()).toEqual({ 4: `value-${versions.indexOf(4)}` })
  await other.close()
})

test('what belongs to the secrets is refused: they stay as they were', async () => {
  const refused = saveWithSecrets(deps, { owner: 'acc-1', values: { token: 'new' } }, () => {
    throw new Fault('invalid-input')
  })
  await expect(refused).rejects.toMatchObject({ code: 'invalid-input' })
  expect(versionOf('acc-1', 'token')).toBe(1)
  expect(await held()).toEqual({ 1: 'old' })
})

test('an older version that a tree or the history may come back to is kept until its profile is gone', async () => {
  deps.store.profiles.add(profileRow({ local: {} }))
  const write = (tree: 'base' | 'local', value: string) =>
    saveWithSecrets(deps, { owner: 'pro-1', values: { pin: value } }, versions => {
      const record = deps.store.profiles.get('pro-1') ?? profileRow()
      deps.store.profiles.update({ ...record, [tree]: { pin: { $secret: versions['pin'] ?? 0 } } })
    })
  await write('base', 'applied')
  await write('local', 'typed wrong')
  await write('local', 'wanted')
  expect(await held('pro-1', 'pin')).toEqual({ 1: 'applied', 3: 'wanted' })
  deps.store.accounts.remove('acc-1')
  expect(deps.store.secrets.all()).toEqual([])
  await forgetOwners(deps, new Set(['acc-1', 'pro-1']))
  expect([await held(), await held('pro-1', 'pin')]).toEqual([{}, {}])
  expect(deps.store.secrets.strays()).toEqual([])
})

test('a vault that refuses stops nothing: what is to be swept stays noted', async () => {
  await dieThere('pointed')
  const locked = { ...deps, vault: { ...deps.vault, open: async () => Promise.reject(new Fault('vault-locked')) } }
  const sweep = createBackgroundSweep(locked)
  sweep.start()
  await sweep.idle()
  expect(deps.store.secrets.strays()).toMatchObject([{ version: 1 }])
  await sweepAtStart()
  expect(await held()).toEqual({ 2: 'new' })
})
