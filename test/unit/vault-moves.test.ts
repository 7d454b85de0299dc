import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import { vaultFileIn } from '../../src/main/base/paths.ts'
import { createBackgroundSweep } from '../../src/main/methods/secret-sweep.ts'
import { readSecretSetting } from '../../src/main/methods/secret-settings.ts'
import { saveWithSecrets } from '../../src/main/methods/secret-writes.ts'
import { moveSecrets } from '../../src/main/methods/vault-moves.ts'
import { accountRow, profileRow } from '../helpers/store-rows.ts'
import { openTwoVaults, type TwoVaults } from '../helpers/two-vaults.ts'

const program = join(import.meta.dirname, '../helpers/move-and-die.ts')
const long = 'long '.repeat(2000)
let folder: string
let filled: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugboard-move-'))
  filled = join(folder, 'filled')
  const deps = await openTwoVaults(filled)
  await fill(deps)
  deps.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An account with a secret, and a profile of which the base has an older version of its secret setting than the local tree. */
async function fill(deps: TwoVaults): Promise<void> {
  deps.store.options.set('vault', 'keychain')
  deps.store.accounts.add(accountRow())
  await saveWithSecrets(deps, { owner: 'acc-1', values: { token: 'of the account' } }, () => undefined)
  deps.store.profiles.add(profileRow({ local: {} }))
  for (const [tree, value] of [
    ['base', 'applied'],
    ['local', long]
  ] as const) {
    await saveWithSecrets(deps, { owner: 'pro-1', values: { pin: value } }, versions => {
      const record = deps.store.profiles.get('pro-1') ?? profileRow()
      deps.store.profiles.update({ ...record, [tree]: { pin: { $secret: versions['pin'] ?? 0 } } })
    })
  }
}

async function onCopy(): Promise<{ dataDir: string; open: (step?: (name: string) => void) => Promise<TwoVaults> }> {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  await cp(filled, dataDir, { recursive: true })
  return {
    dataDir,
    async open(step) {
      const deps = await openTwoVaults(dataDir, step)
      onTestFinished(() => deps.close())
      return deps
    }
  }
}

/** What can be read of the account and of both versions of the profile's secret. */
async function readable({ store, vault }: TwoVaults): Promise<string[]> {
  const place = store.secrets.get('acc-1', 'token')
  const token = await (await vault.open(place?.vault)).read('acc-1', 'token', place?.version ?? 0)
  const pin = (version: number) => readSecretSetting({ store, vault }, { profileId: 'pro-1', setting: 'pin', version })
  return [token, await pin(1), await pin(2)]
}
const everything = ['of the account', 'applied', long]
const placesIn = (deps: TwoVaults) => [
  ...new Set([deps.vault.driver(), ...deps.store.secrets.all().map(one => one.vault)])
]
const fingerprints = (deps: TwoVaults) => deps.store.secrets.all().map(one => one.fingerprint)

async function sweepAtStart(deps: TwoVaults): Promise<void> {
  const sweep = createBackgroundSweep(deps)
  sweep.start()
  sweep.opened('keychain')
  await sweep.idle()
}

test('a move takes along what is in use, the older version that a tree needs, and the key of the fingerprints', async () => {
  const deps = await (await onCopy()).open()
  const before = fingerprints(deps)
  expect(await moveSecrets(deps, { to: 'file' })).toEqual({ to: 'file', moved: 2, older: 1, left: 0 })
  expect(placesIn(deps)).toEqual(['file'])
  expect(await readable(deps)).toEqual(everything)
  expect(fingerprints(deps)).toEqual(before)
  expect(await (await deps.vault.open()).fingerprint('of the account')).toBe(before[0])
  expect(await deps.drivers.keychain.names()).toEqual([])
  expect(deps.store.secrets.strays()).toMatchObject([{ owner: 'pro-1', version: 1, vault: 'file', isCopy: false }])
})

test('there and back again: everything is where it was, and the other vault is empty', async () => {
  const { dataDir, open } = await onCopy()
  const deps = await open()
  const before = [await deps.drivers.keychain.names(), fingerprints(deps)]
  await moveSecrets(deps, { to: 'file' })
  await moveSecrets(deps, { from: 'file', to: 'keychain' })
  expect([await deps.drivers.keychain.names(), fingerprints(deps)]).toEqual(before)
  expect(await deps.drivers.file.names()).toEqual([])
  expect(existsSync(vaultFileIn(dataDir)), 'the file goes with its last secret').toBe(false)
  expect(await readable(deps)).toEqual(everything)
})

test('killed at any step of the way back, the vault file is there as long as it is the vault, and not after the next start', async () => {
  const left = new Set<boolean>()
  for (let step = 1; ; step += 1) {
    const { dataDir, open } = await onCopy()
    const before = await open()
    await moveSecrets(before, { to: 'file' })
    before.close()
    const ended = await killedAt(dataDir, step, 'keychain')
    if (ended === undefined) break
    const deps = await open()
    const [place] = placesIn(deps)
    const isLeft = existsSync(vaultFileIn(dataDir))
    expect(isLeft || place === 'keychain', `at step ${step}, ${ended}`).toBe(true)
    await sweepAtStart(deps)
    expect([place, existsSync(vaultFileIn(dataDir))]).toEqual([place, place === 'file'])
    expect(await readable(deps)).toEqual(everything)
    if (place === 'keychain') left.add(isLeft)
  }
  expect(left, 'both ends of the last step were met').toEqual(new Set([false, true]))
}, 120_000)

test('killed at any step, it is wholly the old vault or wholly the new one, and the start sweeps the rest', async () => {
  const seen = new Map<string, number>()
  for (let step = 1; ; step += 1) {
    const { dataDir, open } = await onCopy()
    const ended = await killedAt(dataDir, step)
    if (ended === undefined) break
    const deps = await open()
    const [place, ...others] = placesIn(deps)
    expect(others, `at step ${step}, ${ended}`).toEqual([])
    expect(await readable(deps)).toEqual(everything)
    await sweepAtStart(deps)
    expect(await readable(deps)).toEqual(everything)
    const other = place === 'file' ? deps.drivers.keychain : deps.drivers.file
    expect(await other.names(), `at step ${step}, ${ended}`).toEqual([])
    expect(deps.store.secrets.strays()).toHaveLength(1)
    // It can be done anew, whatever was left.
    await moveSecrets(deps, { to: 'file' })
    expect([placesIn(deps), await readable(deps)]).toEqual([['file'], everything])
    seen.set(String(place), (seen.get(String(place)) ?? 0) + 1)
  }
  expect(seen.get('keychain')).toBeGreaterThan(8)
  expect(seen.get('file')).toBeGreaterThan(3)
}, 120_000)

/** out: the step at which it was killed; undefined: it came to its end before. */
function killedAt(dataDir: string, step: number, to: VaultDriver = 'file'): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, dataDir, String(step), to], (error, stdout, stderr) => {
      if (!error) return resolve(undefined)
      if (error.signal === 'SIGKILL') return resolve(stdout)
      reject(new Error(stderr))
    })
  })
}

test('a secret that is missing stops the move with a fault that names it, and nothing was changed', async () => {
  const deps = await (await onCopy()).open()
  await deps.drivers.keychain.remove('pro-1/pin:v2')
  const before = await deps.drivers.keychain.names()
  const fault = await moveSecrets(deps, { to: 'file' }).catch((error: unknown) => error)
  expect(fault).toMatchObject({
    code: 'secret-missing',
    message: expect.stringMatching(/"pin" of a profile of .*System keychain.*nothing was moved/)
  })
  expect(placesIn(deps)).toEqual(['keychain'])
  expect([await deps.drivers.keychain.names(), await deps.drivers.file.names()]).toEqual([before, []])
})

test('a vault that is locked, or that does not keep what it is given, stops the move', async () => {
  for (const breaks of ['get', 'set'] as const) {
    const deps = await (await onCopy()).open()
    const { keychain, file } = deps.drivers
    if (breaks === 'get') keychain.get = async () => Promise.reject(new Fault('vault-locked'))
    else file.get = async () => 'something else'
    const fault = await moveSecrets(deps, { to: 'file' }).catch((error: unknown) => error)
    expect(fault).toMatchObject({ code: breaks === 'get' ? 'vault-locked' : 'vault-damaged' })
    expect(placesIn(deps)).toEqual(['keychain'])
    expect(await file.names()).toEqual([])
  }
})

test('an old vault that deletes nothing any more is reported, and is swept when it does', async () => {
  const deps = await (await onCopy()).open()
  const { keychain } = deps.drivers
  const whole = { ...keychain }
  keychain.remove = async () => Promise.reject(new Fault('vault-locked'))
  expect(await moveSecrets(deps, { to: 'file' })).toEqual({ to: 'file', moved: 2, older: 1, left: 3 })
  expect(await readable(deps)).toEqual(everything)
  Object.assign(keychain, whole)
  await sweepAtStart(deps)
  expect(await keychain.names()).toEqual([])
  expect(await readable(deps)).toEqual(everything)
})

test('an account that is removed while its secret is copied leaves nothing in either vault but the key', async () => {
  const { open } = await onCopy()
  const deps: TwoVaults = await open(step => {
    if (step === 'file fingerprint' && deps.store.accounts.get('acc-1')) deps.store.accounts.remove('acc-1')
  })
  await moveSecrets(deps, { to: 'file' })
  await sweepAtStart(deps)
  expect(deps.store.secrets.all()).toEqual([])
  expect(await deps.drivers.keychain.names()).toEqual([])
  expect(await deps.drivers.file.names()).toEqual(['vault/fingerprint:v1'])
})

test('secrets of two vaults come together in one, each with a fingerprint of its key', async () => {
  const deps = await (await onCopy()).open()
  deps.store.options.set('vault', 'file')
  await saveWithSecrets(deps, { owner: 'acc-1', values: { token: 'newer' } }, () => undefined)
  expect(await moveSecrets(deps, { to: 'file' })).toMatchObject({ moved: 1, older: 1, left: 0 })
  const vault = await deps.vault.open('file')
  expect(fingerprints(deps)).toEqual([await vault.fingerprint('newer'), await vault.fingerprint(long)])
  expect(await deps.drivers.keychain.names()).toEqual([])
})
