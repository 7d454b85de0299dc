import { Fault } from '#shared/faults.ts'
import type { LeaseHolder, LeaseName } from '../store/store.ts'
import type { BackupDeps } from './backups.ts'

/** Who must not be at work: what they do would be about the data that goes. */
const leases: LeaseName[] = ['sync', 'listener']
/** A restore that was killed is known by its process; this is for one on another computer. */
const leaseMs = 3_600_000
/** How often, and after what pause, it is tried to give a lease back: the database may be busy, the disk full. */
const tries = 20
const pauseMs = 250

/**
 * Does the work while no process on the data folder, this one included, runs the listener or talks to a provider. Where it
 * fails, `clear` gives back the room on the disk that it took, and the listener goes on. faults: in-use-elsewhere, those
 * of the work.
 */
export async function alone<T>(deps: BackupDeps, work: () => Promise<T>, clear: () => Promise<void>): Promise<T> {
  const { store, clock, holder } = deps
  const own = { ...holder, id: `${holder.id}-restore` }
  const taken: LeaseName[] = []
  let goOn: (() => Promise<void>) | undefined
  try {
    for (const name of leases) {
      // Last, so that it goes on where nothing is restored because something is being sent.
      if (name === 'listener') goOn = await deps.restListener()
      if (!store.leases.take(name, own, leaseMs, clock.now()))
        throw inUse(store.leases.holder(name, clock.now()), holder.id)
      taken.push(name)
    }
    const done = await work()
    await giveBack(deps, taken, own.id)
    return done
  } catch (error) {
    try {
      await clear()
    } finally {
      await giveBack(deps, taken, own.id)
      await goOn?.()
    }
    throw error
  }
}

async function giveBack({ store, clock }: BackupDeps, taken: LeaseName[], ownId: string): Promise<void> {
  for (let nth = 1; taken.length > 0; nth += 1) {
    try {
      for (let name = taken[0]; name !== undefined; name = taken[0]) {
        store.leases.release(name, ownId)
        taken.shift()
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      // It ends with this process at the latest.
      if (nth === tries) return
      await clock.sleep(pauseMs)
    }
  }
}

function inUse(other: LeaseHolder | undefined, ownId: string): Fault {
  const isOwn = other?.id === ownId
  const who = isOwn
    ? 'This Plugboard'
    : other
      ? `Another Plugboard (${other.about}, process ${other.pid})`
      : 'Another one'
  return new Fault('in-use-elsewhere', {
    message: `${who} is at work on this data folder: it talks to the providers or runs the listener`,
    advice: 'Wait until it has ended, stop the listener, or close that window. Nothing was changed.'
  })
}
