import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, LeaseStore } from '../store/store.ts'

const ttlMs = 20_000
const renewEveryMs = 5_000

/**
 * Takes the listener's lease and renews it until it is given back. `onLost` is called when somebody else took it, which
 * happens when this process slept past its end. faults: in-use-elsewhere, and the store's.
 */
export function holdLease(
  leases: LeaseStore,
  holder: LeaseHolder,
  clock: Clock,
  told: { onLost(why: Fault): void; onBug(error: unknown): void }
): { giveBack(): void } {
  if (!leases.take('listener', holder, ttlMs, clock.now())) throw inUse(leases.holder('listener', clock.now()))
  const timer = setInterval(() => {
    try {
      if (leases.take('listener', holder, ttlMs, clock.now())) return
      clearInterval(timer)
      told.onLost(
        new Fault('in-use-elsewhere', { message: 'Another Plugboard took over listening on this data folder.' })
      )
    } catch (error) {
      // A full disk or a busy database keeps everybody else from taking it as well.
      if (!(error instanceof Fault)) told.onBug(error)
    }
  }, renewEveryMs)
  timer.unref()
  return {
    giveBack() {
      clearInterval(timer)
      try {
        leases.release('listener', holder.id)
      } catch (error) {
        // What cannot be given back (a full disk) runs out by itself.
        if (!(error instanceof Fault)) told.onBug(error)
      }
    }
  }
}

function inUse(other: LeaseHolder | undefined): Fault {
  const who = other ? `${other.about} (process ${other.pid} on ${other.machine})` : 'Another Plugboard'
  return new Fault('in-use-elsewhere', { message: `${who} listens on this data folder already.` })
}
