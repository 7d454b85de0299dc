import type { VaultDriver } from '#shared/model/account.ts'

/** What people read of the vaults. */
export const vaultWords: Record<VaultDriver, { label: string; about: string }> = {
  keychain: {
    label: 'System keychain',
    about:
      'macOS Keychain, Windows Credential Manager or the Linux Secret Service. Unlocked together with your session.'
  },
  file: {
    label: 'Passphrase file',
    about: 'An encrypted file in the data folder. You enter the passphrase when Plugboard needs a secret.'
  },
  session: {
    label: 'This session only',
    about: 'Secrets stay in memory and are forgotten when Plugboard closes. Good for trying things out.'
  }
}
