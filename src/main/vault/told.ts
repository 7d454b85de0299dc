import type { ChosenVault } from './chosen.ts'
import type { Vault } from './vault.ts'

/** Who must know a secret to keep it out of a text: the log, of what bugs say. */
export type SecretHearer = {
  hide: (secret: string) => void
  /** Of all that were told. */
  forget: () => void
}

/** The same vault, where whatever passes is told first. A lock makes the hearer forget as well. */
export function toldVault(chosen: ChosenVault, hearer: SecretHearer, passphrase?: string): ChosenVault {
  const hide = (secret: string | undefined) => {
    if (secret !== undefined) hearer.hide(secret)
  }
  hide(passphrase)
  return {
    ...chosen,
    open: async driver => told(await chosen.open(driver), hearer),
    async prove(driver, given) {
      hide(given)
      return told(await chosen.prove(driver, given), hearer)
    },
    async changePassphrase(old, next) {
      hide(old)
      hide(next)
      await chosen.changePassphrase(old, next)
    },
    async lock() {
      await chosen.lock()
      hearer.forget()
    }
  }
}

function told(vault: Vault, { hide }: SecretHearer): Vault {
  return {
    ...vault,
    async read(...place) {
      const value = await vault.read(...place)
      hide(value)
      return value
    },
    async write(owner, field, version, value) {
      hide(value)
      await vault.write(owner, field, version, value)
    }
  }
}
