import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createChosenVault } from '../../src/main/vault/chosen.ts'
import { makeCheapVault, passphrase } from '../helpers/core-child.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'plugboard-chosen-'))
  await makeCheapVault(dataDir)
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

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
