import { join } from 'node:path'
import type { VaultDriver } from '#shared/model/account.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { randomWord } from '../../src/main/base/ids.ts'
import { createLog } from '../../src/main/base/log.ts'
import { createSecretTurn } from '../../src/main/methods/secret-turn.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { ChosenVault } from '../../src/main/vault/chosen.ts'
import type { SecretDriver } from '../../src/main/vault/driver.ts'
import { createFileDriver } from '../../src/main/vault/drivers/file.ts'
import { createMemoryDriver } from '../../src/main/vault/drivers/memory.ts'
import { overDriver, type Vault } from '../../src/main/vault/vault.ts'
import { holder } from './sync-folder.ts'

const cost = { N: 2, r: 1, p: 1 }

export type TwoVaults = Awaited<ReturnType<typeof openTwoVaults>>

/**
 * Store and vaults of a data folder as the methods use them, with two vaults that outlive their process: the passphrase file,
 * and in the place of the keychain another file in a folder of its own. in: onStep: called before each call of a vault, and
 * before and after each transaction, with its name.
 */
export async function openTwoVaults(dataDir: string, onStep: (step: string) => void = () => undefined) {
  const opened = await openStore({ dataDir, clock: systemClock })
  const keychain = createFileDriver({ dataDir: join(dataDir, 'keychain'), passphrase: 'other word', cost })
  const file = createFileDriver({ dataDir, passphrase: 'the word of it', cost })
  const drivers: Record<VaultDriver, SecretDriver> = {
    keychain: { ...keychain, name: 'keychain' },
    file,
    session: createMemoryDriver()
  }
  const watched = (driver: SecretDriver) => watchedVault(overDriver(driver), onStep)
  const vaults = { keychain: watched(drivers.keychain), file: watched(drivers.file), session: watched(drivers.session) }
  const store: typeof opened = {
    ...opened,
    together(write) {
      onStep('before a transaction')
      const value = opened.together(write)
      onStep('after a transaction')
      return value
    }
  }
  const driver = (): VaultDriver => (store.options.get('vault') === 'file' ? 'file' : 'keychain')
  const vault: Pick<ChosenVault, 'driver' | 'open' | 'prove' | 'use' | 'hasPassphrase' | 'discardEmptyFile'> = {
    driver,
    open: async wanted => vaults[wanted ?? driver()],
    prove: async wanted => vaults[wanted],
    use: wanted => store.options.set('vault', wanted),
    hasPassphrase: () => true,
    async discardEmptyFile() {
      if (driver() === 'file') return
      onStep('file discard')
      await file.removeEmpty()
      onStep('file discarded')
    }
  }
  const secretTurn = createSecretTurn({ store: opened, clock: systemClock, holder: holder(`two-${randomWord(8)}`) })
  return {
    store,
    vault: vault as ChosenVault,
    drivers,
    secretTurn,
    log: createLog({ level: 'silent' }),
    close: () => opened.close()
  }
}

function watchedVault(vault: Vault, onStep: (step: string) => void): Vault {
  return {
    ...vault,
    write: (...all) => (onStep(`${vault.driver} write`), vault.write(...all)),
    read: (...all) => (onStep(`${vault.driver} read`), vault.read(...all)),
    forget: (...all) => (onStep(`${vault.driver} forget`), vault.forget(...all)),
    fingerprint: value => (onStep(`${vault.driver} fingerprint`), vault.fingerprint(value))
  }
}
