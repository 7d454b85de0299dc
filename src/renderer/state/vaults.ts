import type { FaultCode } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import type { VaultMove, VaultStatus } from '#shared/model/app.ts'
import { counted } from '../parts/times.ts'

const asks: FaultCode[] = ['vault-locked', 'vault-wrong-passphrase']

/** A vault that only waits for its passphrase can be chosen. */
export function isUsable(vault: VaultStatus): boolean {
  return vault.fault === null || (vault.driver === 'file' && asks.includes(vault.fault.code))
}

/** The passphrase file asks once, and again in each new session. */
export function needsPassphrase(vault: VaultStatus | undefined): boolean {
  return vault?.driver === 'file' && vault.fault !== null
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

/** How many secrets are in other vaults than this one. */
export function secretsElsewhere(vaults: VaultStatus[], driver: VaultDriver | undefined): number {
  return vaults.filter(vault => vault.driver !== driver).reduce((sum, { secrets }) => sum + secrets, 0)
}

export function movedText({ moved, left }: VaultMove, label: string): string {
  const text = `Moved ${counted(moved, 'secret')} to “${label}”.`
  return left === 0 ? text : `${text} ${counted(left, 'entry', 'entries')} could not be deleted from the old vault yet.`
}

const offered = [1, 5, 15, 30, 60, 240]

/** The times that are offered, and the one that is set, which a command may have chosen. */
export function autoLockChoices(minutes: number | null): { value: string; label: string }[] {
  const all = [...new Set([...offered, ...(minutes === null ? [] : [minutes])])].toSorted((one, other) => one - other)
  const text = (of: number) => (of % 60 === 0 ? counted(of / 60, 'hour') : counted(of, 'minute'))
  return [{ value: 'never', label: 'Never' }, ...all.map(of => ({ value: `${of}`, label: `After ${text(of)}` }))]
}
