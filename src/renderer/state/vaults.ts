import type { VaultDriver } from '#shared/model/account.ts'
import type { VaultStatus } from '#shared/model/app.ts'

/** A vault that only waits for its passphrase can be chosen. */
export function isUsable(vault: VaultStatus): boolean {
  return vault.fault === null || (vault.driver === 'file' && vault.fault.code === 'vault-locked')
}

/** The passphrase file asks once, and again in each new session. */
export function needsPassphrase(vault: VaultStatus | undefined): boolean {
  return vault?.driver === 'file' && !isInUse(vault)
}

/** Chosen and open: there is nothing to do. */
export function isInUse(vault: VaultStatus | undefined): boolean {
  return vault !== undefined && vault.chosen && vault.fault === null
}

/** The one that is in use, else the keychain where it works, else this session. */
export function preferredVault(vaults: VaultStatus[]): VaultDriver | undefined {
  const usable = vaults.filter(isUsable)
  const find = (test: (vault: VaultStatus) => boolean) => usable.find(test)?.driver
  return (
    find(vault => vault.chosen) ??
    find(vault => vault.driver === 'keychain') ??
    find(vault => vault.driver === 'session')
  )
}
