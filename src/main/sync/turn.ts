import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, Store } from '../store/store.ts'

/** Who may talk to providers: one process on the data folder, and in it one at a time for each account. */
export type Turn = {
  /** Does the work while this process has the lease. faults: in-use-elsewhere, naming who has it. */
  have<T>(work: () => Promise<T>): Promise<T>
  /** Takes the lease now. out: gives it back, once nobody else here needs it. faults: in-use-elsewhere. */
  enter(): () => void
  /** Renews the lease where it is time to. out: false when another process has it. */
  isOurs(): boolean
  /** Does the work once nobody else here works on the account. */
  withAccount<T>(accountId: string, work: () => Promise<T>): Promise<T>
  /** Resolves once nobody here needs the lease. */
  idle(): Promise<void>
}

const renewals = 3

/** in: onTaken: what another process left behind is taken up before anything is begun. */
export function createTurn(deps: {
  store: Store
  clock: Clock
  holder: LeaseHolder
  ttlMs: number
  onTaken(): void
}): Turn {
  const { store, clock, holder, ttlMs } = deps
  const accounts = new Map<string, PQueue>()
  let users = 0
  let waiting: (() => void)[] = []
  let timer: NodeJS.Timeout | undefined

  let renewedMs = 0

  function take(): boolean {
    renewedMs = clock.now()
    return store.leases.take('sync', holder, ttlMs, renewedMs)
  }

  /** It is asked before each request: a look spares most of the writes. */
  function isOurs(): boolean {
    const nowMs = clock.now()
    const isRecent = Math.abs(nowMs - renewedMs) < ttlMs / renewals
    return (isRecent && store.leases.holder('sync', nowMs)?.id === holder.id) || take()
  }

  function renew(): void {
    try {
      take()
    } catch (error) {
      // A busy or full disk is seen again, and answered for, before the next request goes out.
      if (!(error instanceof Fault)) throw error
    }
  }

  function enter(): () => void {
    // Also while somebody here has it: a computer that slept may have lost it meanwhile.
    if (!take()) throw inUse(store.leases.holder('sync', clock.now()))
    if (users === 0) {
      timer = setInterval(renew, ttlMs / renewals)
      timer.unref()
    }
    users += 1
    const leave = leaver()
    try {
      if (users === 1) deps.onTaken()
      return leave
    } catch (error) {
      leave()
      throw error
    }
  }

  function leaver(): () => void {
    let left = false
    return () => {
      if (left) return
      left = true
      users -= 1
      if (users > 0) return
      clearInterval(timer)
      for (const go of waiting) go()
      waiting = []
      store.leases.release('sync', holder.id)
    }
  }

  return {
    enter,
    isOurs,
    idle: () => (users === 0 ? Promise.resolve() : new Promise(resolve => waiting.push(resolve))),
    async have(work) {
      const leave = enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
    withAccount(accountId, work) {
      const queue = accounts.get(accountId) ?? new PQueue({ concurrency: 1 })
      accounts.set(accountId, queue)
      return queue.add(work)
    }
  }
}

export function inUse(holder: LeaseHolder | undefined): Fault {
  const who = holder ? `Another Plugboard (${holder.about}, process ${holder.pid})` : 'Another Plugboard'
  return new Fault('in-use-elsewhere', { message: `${who} is talking to the providers on the same data folder.` })
}
