import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, Store } from '../store/store.ts'

/** Does the work while nobody else, here or in another process, changes the vault. faults: in-use-elsewhere. */
export type SecretTurn = <T>(work: () => Promise<T>) => Promise<T>

const ttlMs = 30_000
const renewals = 3
const lookAgainMs = 50
/** As long as another process may wait for a person to unlock the keychain. */
const patienceMs = 45_000

export function createSecretTurn({
  store,
  clock,
  holder
}: {
  store: Store
  clock: Clock
  holder: LeaseHolder
}): SecretTurn {
  let last: Promise<unknown> = Promise.resolve()
  const take = () => store.leases.take('vault', holder, ttlMs, clock.now())

  function renew(): void {
    try {
      take()
    } catch (error) {
      // A busy or full disk: what is written next answers for it.
      if (!(error instanceof Fault)) throw error
    }
  }

  async function wait(): Promise<void> {
    for (let waitedMs = 0; !take(); waitedMs += lookAgainMs) {
      if (waitedMs >= patienceMs) {
        const who = store.leases.holder('vault', clock.now())?.about ?? 'another one'
        throw new Fault('in-use-elsewhere', { message: `Another Plugboard (${who}) is changing secrets.` })
      }
      await clock.sleep(lookAgainMs)
    }
  }

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    await wait()
    const timer = setInterval(renew, ttlMs / renewals)
    timer.unref()
    try {
      return await work()
    } finally {
      clearInterval(timer)
      store.leases.release('vault', holder.id)
    }
  }

  return work => {
    const next = last.then(() => alone(work))
    // Whoever comes after waits for the end, whatever that is.
    last = next.catch(() => undefined)
    return next
  }
}
