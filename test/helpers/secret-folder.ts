import { systemClock } from '../../src/main/base/clock.ts'
import { randomWord } from '../../src/main/base/ids.ts'
import { createLog } from '../../src/main/base/log.ts'
import { createSecretTurn } from '../../src/main/methods/secret-turn.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { Store } from '../../src/main/store/store.ts'
import type { ChosenVault } from '../../src/main/vault/chosen.ts'
import { openVault, type Vault } from '../../src/main/vault/vault.ts'
import { holder } from './sync-folder.ts'

export type Secrets = ReturnType<typeof depsOver> & { close(): Promise<void> }

/** Store and passphrase file of a data folder as the methods use them. in: watch: what else happens at the vault's calls. */
export async function openSecrets(dataDir: string, watch: Partial<Vault> = {}): Promise<Secrets> {
  const store = await openStore({ dataDir, clock: systemClock })
  const file = await openVault({
    driver: 'file',
    dataDir,
    passphrase: 'the word of it',
    scryptCost: { N: 16, r: 8, p: 1 }
  })
  return {
    ...depsOver(store, { ...file, ...watch }),
    async close() {
      await file.close()
      store.close()
    }
  }
}

function depsOver(store: Store, open: Vault) {
  const vault: ChosenVault = {
    driver: () => 'file',
    open: async () => open,
    prove: async () => open,
    use: () => undefined,
    probe: async () => null,
    hasPassphrase: () => true,
    lock: async () => undefined,
    changePassphrase: async () => undefined,
    discardEmptyFile: async () => undefined,
    close: () => open.close()
  }
  const secretTurn = createSecretTurn({ store, clock: systemClock, holder: holder(`secrets-${randomWord(8)}`) })
  return { store, vault, secretTurn, log: createLog({ level: 'silent' }) }
}
