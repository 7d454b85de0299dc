import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, Store } from '../store/store.ts'

const ttlMs = 90_000
const renewEveryMs = ttlMs / 3

/** The lease of who does what the accounts do on their own. It is kept as long as there is something to do. */
type ScheduleLease = {
  /** out: whether it is ours. It is written anew from time to time only: each write makes other processes read again. */
  take(): boolean
  /** Keeps it while a look takes long. */
  renew(): void
  release(): void
}

export function createScheduleLease(deps: {
  store: Pick<Store, 'leases'>
  holder: LeaseHolder
  clock: Clock
}): ScheduleLease {
  const { store, holder, clock } = deps
  let takenMs: number | null = null

  function take(): boolean {
    const nowMs = clock.now()
    const isFresh = takenMs !== null && nowMs >= takenMs && nowMs - takenMs < renewEveryMs
    if (isFresh) return true
    const held = store.leases.holder('schedule', nowMs)
    const isFree = held === undefined || held.id === holder.id
    takenMs = isFree && store.leases.take('schedule', holder, ttlMs, nowMs) ? nowMs : null
    return takenMs !== null
  }

  return {
    take,
    renew() {
      if (takenMs !== null) take()
    },
    release() {
      if (takenMs !== null) store.leases.release('schedule', holder.id)
      takenMs = null
    }
  }
}
