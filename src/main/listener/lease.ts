import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, LeaseStore } from '../store/store.ts'

const ttlMs = 20_000
const renewEveryMs = 5_000

/**
 * Takes the listener's lease and renews it until it is given back. `onLost` is called when somebody else took it, which
 * happens when this process slept past its end. faults: in-use-elsewhere, and the store's.
 */
export function holdLease(leases: LeaseStore, holder: LeaseHolder, clock: Clock, onLost: () => void): { giveBack(): void } {
  if (!leases.take('listener', holder, ttlMs, clock.now())) throw inUse(leases.holder('listener', clock.now()))
  const timer = setInterval(() => {
    if (renewed(leases, holder, clock)) return
    clearInterval(timer)
    onLost()
  }, renewEveryMs)
  timer.unref()
  return {
    giveBack() {
      clearInterval(timer)
      leases.release('listener', holder.id)
    }
  }
}

function renewed(leases: LeaseStore, holder: LeaseHolder, clock: Clock): boolean {
  try {
    return leases.take('listener', holder, ttlMs, clock.now())
  } catch (error) {
    // A full disk or a busy database keeps everybody else from taking it as well.
    if (error instanceof Fault) return true
    throw error
  }
}

function inUse(other: LeaseHolder | undefined): Fault {
  const who = other ? `${other.about} (process ${other.pid} on ${other.machine})` : 'Another Plugboard'
  return new Fault('in-use-elsewhere', { message: `${who} listens on this data folder already.` })
}
