import { Worker, type MessagePort } from 'node:worker_threads'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../base/clock.ts'
import { openStore } from '../../store/open.ts'
import type { Store } from '../../store/store.ts'
import { createHousekeeping } from './housekeeping.ts'
import { fromAcross, toCross, type Crossed, type ThreadTask } from './thread-talk.ts'
import { writeTurn } from './write-turn.ts'

const againAfterMs = 10_000
/** Whoever reads for long must not keep senders waiting because the log wants to begin anew. */
const busyTimeoutMs = 100
const relaxed = { clock: systemClock, isKnownGood: true, leavesLog: true, isRelaxed: true }

/** Starts housekeeping in a thread of its own; one that breaks is started again after a while. */
export function startHousekeeping(
  { entry, dataDir, turn }: { entry: string; dataDir: string; turn: Int32Array },
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
    return { task: 'housekeeping', dataDir, turn }
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
export async function runHousekeeping(
  { dataDir, turn }: { dataDir: string; turn: Int32Array },
  port: MessagePort
): Promise<void> {
  const store = await openPatiently(dataDir)
  const onBug = (error: unknown) => port.postMessage(toCross(error))
  createHousekeeping({ store, clock: systemClock, logTurn: writeTurn(turn), onBug })
  // Keeps the thread alive; nothing is ever said to it.
  port.on('message', () => undefined)
}

/** A database that is busy or a disk that is full now is neither later. */
async function openPatiently(dataDir: string): Promise<Store> {
  for (;;) {
    try {
      return await openStore({ ...relaxed, dataDir, busyTimeoutMs })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      await systemClock.sleep(againAfterMs)
    }
  }
}
