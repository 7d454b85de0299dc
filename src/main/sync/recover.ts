import { Fault } from '#shared/faults.ts'
import type { Store } from '../store/store.ts'
import type { Journal } from './journal.ts'
import type { Pull } from './pull.ts'
import type { Turn } from './turn.ts'

/**
 * Reads each account with a request of unknown outcome, which settles it. What cannot be read stays unknown and holds its
 * profile. Does nothing while another process on the data folder is at work.
 */
export async function recover(deps: { store: Store; turn: Turn; pull: Pull }): Promise<void> {
  const { store, turn, pull } = deps
  const leave = tryEnter(turn)
  if (!leave) return
  try {
    const unknown = store.runs.operationsIn(['unknown']).map(({ accountId }) => accountId)
    const accounts = [...new Set(unknown)].filter(id => store.accounts.get(id) !== undefined)
    if (accounts.length > 0) await pull(accounts)
  } finally {
    leave()
  }
}

type Left = { store: Store; journal: Journal; isRunning: (runId: string) => boolean }

/**
 * Takes up what an ended process left behind: its requests in flight are of unknown outcome, its runs are interrupted. To
 * be called by whoever has just got the lease: nobody else is at work then.
 */
export function takeUp(left: Left): void {
  left.store.together(() => {
    markUnknown(left)
    endRuns(left)
  })
}

function markUnknown({ store, journal, isRunning }: Left): void {
  for (const operation of store.runs.operationsIn(['inflight'])) {
    if (isRunning(operation.runId)) continue
    journal.unknown(
      operation,
      new Fault('outcome-unknown').report(),
      'Plugboard ended while the request was under way.'
    )
  }
}

function endRuns({ store, journal, isRunning }: Left): void {
  for (const { id, operations } of store.runs.unfinished()) {
    if (isRunning(id)) continue
    for (const operation of operations) {
      if (operation.state !== 'prepared' && operation.state !== 'waiting') continue
      // The fault stays: it says when the provider wants to be asked again.
      const why = { note: 'Plugboard ended before it was sent.', ...(operation.fault && { fault: operation.fault }) }
      journal.finish(operation, 'skipped', why)
    }
    journal.end(id, 'interrupted')
  }
}

function tryEnter(turn: Turn): (() => void) | undefined {
  try {
    return turn.enter()
  } catch (error) {
    if (error instanceof Fault && error.code === 'in-use-elsewhere') return undefined
    throw error
  }
}
