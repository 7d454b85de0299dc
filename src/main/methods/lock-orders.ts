import { randomWord } from '../base/ids.ts'
import type { Store } from '../store/store.ts'

/** How one process tells the others on the data folder to lock the vault file: by a word that is another one each time. */
export type LockOrders = {
  give(): void
  /** Whether another process has given one since this was last called. */
  isHeard(): boolean
}

export function createLockOrders({ options }: Pick<Store, 'options'>): LockOrders {
  let known = options.get('vault-lock-order')
  return {
    give() {
      known = randomWord(12)
      options.set('vault-lock-order', known)
    },
    isHeard() {
      const before = known
      known = options.get('vault-lock-order')
      return known !== before
    }
  }
}
