import type { FaultReport } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import { Fault } from '#shared/faults.ts'
import type { ForkAnswering } from '../base/answering.ts'
import { createFileDriver } from './drivers/file.ts'
import { changeFilePassphrase } from './drivers/file-passphrase.ts'
import { openVault, probeVault, type Vault } from './vault.ts'

export type ChosenVault = {
  /** The driver in use, or null while nobody has chosen. */
  driver(): VaultDriver | null
  /** Opens the chosen vault, or the one that a secret's reference names. faults: vault-*. */
  open(driver?: VaultDriver): Promise<Vault>
  /** Opens it and proves that it works; a passphrase that does not fit is not kept. faults: vault-*. */
  prove(driver: VaultDriver, passphrase?: string): Promise<Vault>
  /** Remembers the choice, for a vault that was proved. */
  use(driver: VaultDriver): void
  /** null: it works now. Changes nothing that is kept. */
  probe(driver: VaultDriver): Promise<FaultReport | null>
  /** Whether a passphrase is known, so that the vault file opens by itself. */
  hasPassphrase(): boolean
  /** Forgets the passphrase of the vault file and the key made of it. */
  lock(): Promise<void>
  /** The old passphrase is asked for again, also where it is known. faults: as `changeFilePassphrase`. */
  changePassphrase(passphrase: string, newPassphrase: string): Promise<void>
  /**
   * Removes the vault file, and forgets its passphrase, where nothing is in it and it is not the vault in use or remembered.
   * Nothing happens while its passphrase is not known. To be called with the turn to change secrets. faults: vault-*, store-*.
   */
  discardEmptyFile(): Promise<void>
  close(): Promise<void>
}

/**
 * The vault that the person chose: given for this process (`--vault`), else the remembered choice; a first one that is given
 * and works is remembered. Nothing is opened before a secret is needed, so that a locked keychain stops only what needs one.
 */
export function createChosenVault(options: {
  dataDir: string
  given?: VaultDriver
  passphrase?: string
  /** How the keychain's program is started. */
  fork?: ForkAnswering
  remembered(): VaultDriver | undefined
  remember(driver: VaultDriver): void
}): ChosenVault {
  const { dataDir, fork } = options
  const opened = new Map<VaultDriver, Promise<Vault>>()
  let given = options.given
  let { passphrase } = options

  function driver() {
    return given ?? options.remembered() ?? null
  }
  async function open(wanted: VaultDriver | null = driver()): Promise<Vault> {
    if (wanted === null) throw new Fault('vault-not-chosen')
    const vault = opened.get(wanted) ?? openVault({ driver: wanted, dataDir, passphrase, fork })
    opened.set(wanted, vault)
    try {
      const works = await vault
      if (wanted === given && options.remembered() === undefined) options.remember(wanted)
      return works
    } catch (error) {
      // A vault that did not open is tried anew at the next need: it may have been unlocked meanwhile.
      if (opened.get(wanted) === vault) opened.delete(wanted)
      throw error
    }
  }
  async function forget(name: VaultDriver) {
    const vault = opened.get(name)
    opened.delete(name)
    await vault?.then(open => open.close()).catch(() => undefined)
  }
  return {
    driver,
    open: wanted => open(wanted),
    async prove(wanted, newPassphrase) {
      const before = passphrase
      if (newPassphrase !== undefined) {
        passphrase = newPassphrase
        await forget(wanted)
      }
      try {
        const vault = await open(wanted)
        const fault = await vault.probe()
        if (fault) throw new Fault(fault.code, fault)
        return vault
      } catch (error) {
        // It may have been locked meanwhile, which takes away the one before, too.
        if (newPassphrase !== undefined && passphrase === newPassphrase) passphrase = before
        await forget(wanted)
        throw error
      }
    },
    use(wanted) {
      // From now on what is remembered holds, so that the choice of another process is followed.
      given = undefined
      options.remember(wanted)
    },
    async probe(wanted) {
      const vault = opened.get(wanted)
      if (!vault) return probeVault({ driver: wanted, dataDir, passphrase, fork })
      return (await vault).probe()
    },
    hasPassphrase: () => passphrase !== undefined,
    async lock() {
      passphrase = undefined
      await forget('file')
    },
    async changePassphrase(old, wanted) {
      await changeFilePassphrase({ dataDir, passphrase: old, newPassphrase: wanted })
      passphrase = wanted
      await forget('file')
    },
    async discardEmptyFile() {
      if (passphrase === undefined || driver() === 'file' || options.remembered() === 'file') return
      const file = createFileDriver({ dataDir, passphrase })
      try {
        if (!(await file.removeEmpty())) return
      } finally {
        await file.close()
      }
      passphrase = undefined
      await forget('file')
    },
    async close() {
      await Promise.all([...opened.keys()].map(forget))
    }
  }
}
