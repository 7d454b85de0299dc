import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { VaultDriver } from '#shared/model/account.ts'
import { vaultFileIn } from '../../src/main/base/paths.ts'
import { createChosenVault } from '../../src/main/vault/chosen.ts'
import { addExample } from '../helpers/backup-folder.ts'
import { makeCheapVault, openCoreOn, passphrase, reportIn } from '../helpers/core-child.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-chosen-'))
  await makeCheapVault(dataDir)
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))
const hasFile = () => existsSync(vaultFileIn(dataDir))

const unlocked = () =>
  createChosenVault({ dataDir, given: 'file', passphrase, remembered: () => 'file', remember: () => {} })

test('a proof that fails brings back the passphrase from before', async () => {
  const chosen = unlocked()
  await expect(chosen.prove('file', 'wrong')).rejects.toMatchObject({ code: 'vault-wrong-passphrase' })
  expect([chosen.hasPassphrase(), await chosen.probe('file')]).toEqual([true, null])
  await chosen.close()
})

test.each([['wrong'], [undefined]])(
  'what is locked during a proof (with %s) stays locked when it fails',
  async word => {
    const chosen = unlocked()
    await chosen.open()
    const proved = chosen.prove('file', word)
    await chosen.lock()
    await expect(proved).rejects.toMatchObject({ code: expect.stringMatching(/^vault-(locked|wrong-passphrase)$/) })
    expect(chosen.hasPassphrase()).toBe(false)
    expect(await chosen.probe('file')).toMatchObject({ code: 'vault-locked' })
    await chosen.close()
  }
)

test.each<[VaultDriver | undefined, VaultDriver, boolean]>([
  [undefined, 'keychain', false],
  ['file', 'keychain', true],
  // What is chosen for one process is chosen for that one alone.
  ['keychain', 'file', true]
])('with %s for the process and %s remembered, the empty file is kept: %s', async (given, remembered, isKept) => {
  const options = { dataDir, passphrase, remembered: () => remembered, remember: () => {} }
  const chosen = createChosenVault({ ...options, ...(given && { given }) })
  await chosen.discardEmptyFile()
  expect([hasFile(), chosen.hasPassphrase()]).toEqual([isKept, isKept])
  await chosen.close()
})

test('a file that cannot be looked into is kept', async () => {
  const chosen = createChosenVault({ dataDir, remembered: () => 'keychain', remember: () => {} })
  await chosen.discardEmptyFile()
  expect(hasFile()).toBe(true)
  await chosen.close()
})

test('after a move away there is no vault file, and a new one wants a passphrase that is long enough', async () => {
  const core = await openCoreOn(dataDir)
  const { client } = core
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => 'nothing',
      (error: unknown) => {
        const { code, field, message } = reportIn(error)
        return { code, field, message }
      }
    )
  try {
    await addExample(core, 'Main', 'the secret of Main')
    expect(await client.vaults.move({ to: 'session' })).toMatchObject({ moved: 1, left: 0 })
    expect(hasFile()).toBe(false)
    const { fault } = (await client.vaults.list()).find(({ driver }) => driver === 'file') ?? {}
    expect(fault).toMatchObject({ code: 'vault-locked' })
    const short = { message: 'The passphrase needs 8 characters or more', code: 'invalid-input', field: 'passphrase' }
    expect(await refusal(client.vaults.choose({ driver: 'file', passphrase: 'sevenof' }))).toEqual(short)
    expect(await refusal(client.vaults.move({ to: 'file', passphrase: 'sevenof' }))).toEqual(short)
    expect([hasFile(), (await client.app.info()).vault]).toEqual([false, 'session'])
    expect(await client.vaults.move({ to: 'file', passphrase: 'eight of' })).toMatchObject({ moved: 1 })
    const change = client.vaults.changePassphrase({ passphrase: 'eight of', newPassphrase: 'sevenof' })
    expect(await refusal(change)).toMatchObject({ code: 'invalid-input', field: 'newPassphrase' })
    expect(hasFile()).toBe(true)
  } finally {
    await core.close()
  }
})
