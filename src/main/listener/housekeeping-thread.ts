import { Worker, type MessagePort } from 'node:worker_threads'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../base/clock.ts'
import { openStore } from '../store/open.ts'
import type { Store } from '../store/store.ts'
import { createHousekeeping } from './housekeeping.ts'
import { fromAcross, toCross, type Crossed, type ThreadTask } from './thread-talk.ts'

const againAfterMs = 10_000

/** Starts housekeeping in a thread of its own; one that breaks is started again after a while. */
export function startHousekeeping(
  { entry, dataDir }: { entry: string; dataDir: string },
  onBug: (error: unknown) => void
): { stop(): Promise<void> } {
  let worker = start()
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  function start(): Worker {
    const started = new Worker(entry, { name: 'listener-housekeeping', workerData: task(), execArgv: [] })
    started.on('message', (why: Crossed) => onBug(fromAcross(why)))
    started.on('error', onBug)
    started.once('exit', () => {
      if (isStopped) return
      timer = setTimeout(() => {
        worker = start()
      }, againAfterMs).unref()
    })
    started.unref()
    return started
  }

  function task(): ThreadTask {
    return { task: 'housekeeping', dataDir }
  }

  return {
    async stop() {
      isStopped = true
      clearTimeout(timer)
      // A write that is under way ends first; one that is cut off would be rolled back.
      await worker.terminate()
    }
  }
}

/** Runs housekeeping in this thread for as long as the one that started it lives. */
export async function runHousekeeping(dataDir: string, port: MessagePort): Promise<void> {
  const store = await openPatiently(dataDir)
  createHousekeeping({ store, clock: systemClock, ownsLog: true, onBug: error => port.postMessage(toCross(error)) })
  // Keeps the thread alive; nothing is ever said to it.
  port.on('message', () => undefined)
}

/** A database that is busy or a disk that is full now is neither later. */
async function openPatiently(dataDir: string): Promise<Store> {
  for (;;) {
    try {
      return await openStore({ dataDir, clock: systemClock, isKnownGood: true, leavesLog: true, isRelaxed: true })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      await systemClock.sleep(againAfterMs)
    }
  }
}
