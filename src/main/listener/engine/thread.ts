import { parentPort, workerData } from 'node:worker_threads'
import type { EngineDeps } from './engine.ts'
import type { ThreadTask } from './thread-talk.ts'

/**
 * Runs a thread of the listener until it is told to stop. A thread's program calls it and says which providers there are. Each thread
 * loads its own part alone: the one that keeps house needs no provider.
 */
export async function runListenerThread(registry: () => Promise<EngineDeps['registry']>): Promise<void> {
  if (!parentPort) throw new Error('this program is a thread of the listener')
  const work = workerData as ThreadTask
  if (work.task === 'engine') {
    const { runEngine } = await import('./engine-worker.ts')
    await runEngine(await registry(), work, parentPort)
  } else {
    const { runHousekeeping } = await import('./housekeeping-thread.ts')
    await runHousekeeping(work, parentPort)
  }
}
