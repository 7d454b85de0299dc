import type { VaultDriver } from '#shared/model/account.ts'
import { Fault } from '#shared/faults.ts'
import { openVault, type Vault } from './vault.ts'

export type ChosenVault = {
  /** The driver in use, or null while nobody has chosen. */
  driver(): VaultDriver | null
  /** Opens the chosen vault, or the one that a secret's reference names. faults: vault-*. */
  open(driver?: VaultDriver): Promise<Vault>
  /** Opens it, and only then remembers the choice. */
  choose(driver: VaultDriver, passphrase?: string): Promise<void>
  passphrase(): string | undefined
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
  remembered(): VaultDriver | undefined
  remember(driver: VaultDriver): void
}): ChosenVault {
  const opened = new Map<VaultDriver, Promise<Vault>>()
  let given = options.given
  let { passphrase } = options

  function driver() {
    return given ?? options.remembered() ?? null
  }
  async function open(wanted: VaultDriver | null = driver()): Promise<Vault> {
    if (wanted === null) throw new Fault('vault-not-chosen')
    const vault = opened.get(wanted) ?? openVault({ driver: wanted, dataDir: options.dataDir, passphrase })
    opened.set(wanted, vault)
    try {
      const works = await vault
      if (wanted === given && options.remembered() === undefined) options.remember(wanted)
      return works
    } catch (error) {
      // A vault that did not open is tried anew at the next need: it may have been unlocked meanwhile.
      opened.delete(wanted)
      throw error
    }
  }
  return {
    driver,
    open: wanted => open(wanted),
    async choose(wanted, newPassphrase) {
      const before = passphrase
      if (newPassphrase !== undefined) {
        passphrase = newPassphrase
        await forget(wanted)
      }
      const fault = await (await open(wanted)).probe()
      if (fault) {
        passphrase = before
        await forget(wanted)
        throw new Fault(fault.code, fault)
      }
      given = wanted
      options.remember(wanted)
    },
    passphrase: () => passphrase,
    async close() {
      await Promise.all([...opened.keys()].map(forget))
    }
  }

  async function forget(name: VaultDriver) {
    const vault = opened.get(name)
    opened.delete(name)
    await vault?.then(open => open.close()).catch(() => undefined)
  }
}
