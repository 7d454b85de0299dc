import { setTimeout } from 'node:timers/promises'
import { Fault } from '#shared/faults.ts'
import { reportOf } from '../../base/fault-report.ts'
import type { Io } from './io.ts'

const usualPatienceMs = 30_000
const usualPollMs = 500

/**
 * Does the work once no other Plugboard on the data folder talks to the providers, and says on whom it waits. in: `stopped`:
 * resolves when the person does not want to wait any longer. faults: those of the work; in-use-elsewhere where it stays so
 * for half a minute; cancelled.
 */
export async function whenFree<T>(
  io: Pick<Io, 'say'>,
  work: () => Promise<T>,
  options: { stopped?: Promise<void>; patienceMs?: number; pollMs?: number } = {}
): Promise<T> {
  const { stopped, patienceMs = usualPatienceMs, pollMs = usualPollMs } = options
  const untilMs = performance.now() + patienceMs
  for (let isTold = false; ; isTold = true) {
    try {
      return await work()
    } catch (error) {
      const report = reportOf(error)
      if (report?.code !== 'in-use-elsewhere' || performance.now() >= untilMs) throw error
      if (!isTold) io.say(`${report.message} Waiting for it, at most ${Math.round(patienceMs / 1000)} seconds.`)
    }
    const next = [setTimeout(pollMs, false), ...(stopped ? [stopped.then(() => true)] : [])]
    if (await Promise.race(next)) throw new Fault('cancelled')
  }
}
