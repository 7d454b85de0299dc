import type { FaultReport } from '#shared/faults.ts'
import type { Change, Operation, Run } from '#shared/model/plan.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Store } from '../store/store.ts'

/** Each call is durable when it returns, and one transaction together with `also`. out: the operation as it stands then. */
export type Journal = {
  /** Writes the run with all its operations, prepared. */
  begin(run: { planHash: string; accountId: string | null }, changes: Change[]): Run
  /** The request may go out once this has returned. */
  inflight(operation: Operation): Operation
  /** The request did not go out after all: it counts neither for the run nor for the operation. */
  notSent(operation: Operation): Operation
  waiting(operation: Operation, fault: FaultReport, retryAtMs: number): Operation
  unknown(operation: Operation, fault: FaultReport | null, note: string | null): Operation
  finish(operation: Operation, state: 'done' | 'failed' | 'skipped', why?: Why, also?: () => void): Operation
  end(runId: string, state: Exclude<Run['state'], 'running'>): Run
}

export type Why = { fault?: FaultReport; note?: string }

type Deps = { store: Store; clock: Clock; bus: Bus; onChange?: (operation: Operation) => void }

export function createJournal({ store, clock, bus, onChange }: Deps): Journal {
  const rows = new Map<string, Omit<Run, 'operations'>>()

  function put(operation: Operation, also?: () => void): Operation {
    store.together(() => {
      store.runs.updateOperation(operation)
      also?.()
    })
    bus.tell('runs')
    onChange?.(operation)
    return operation
  }

  function update(row: Omit<Run, 'operations'>): void {
    store.runs.update(row)
    rows.set(row.id, row)
  }

  function rowOf(runId: string): Omit<Run, 'operations'> {
    const row = rows.get(runId)
    if (row) return row
    const { operations: _, ...stored } = runOf(store, runId)
    return stored
  }

  /** Counts a request in the run, in the transaction of its operation. */
  function count(runId: string, requests: 1 | -1): void {
    const row = rowOf(runId)
    update({ ...row, writes: row.writes + requests })
  }

  return {
    begin(of, changes) {
      const nowMs = clock.now()
      const row = { id: newId('run'), ...of, state: 'running' as const, writes: 0, startedMs: nowMs, finishedMs: null }
      const operations = changes.map(change => prepared(row.id, change, nowMs))
      store.together(() => {
        store.runs.add(row)
        for (const operation of operations) store.runs.addOperation(operation)
      })
      rows.set(row.id, row)
      bus.tell('runs')
      return { ...row, operations }
    },

    inflight(operation) {
      const next: Operation = {
        ...operation,
        state: 'inflight',
        attempts: operation.attempts + 1,
        retryAtMs: null,
        inflightElapsedMs: clock.elapsedMs()
      }
      return put(next, () => count(operation.runId, 1))
    },

    notSent(operation) {
      const next = { ...operation, attempts: operation.attempts - 1 }
      return put(next, () => count(operation.runId, -1))
    },

    waiting: (operation, fault, retryAtMs) => put({ ...operation, state: 'waiting', fault, retryAtMs }),

    unknown: (operation, fault, note) => put({ ...operation, state: 'unknown', fault, note }),

    finish(operation, state, why = {}, also) {
      const { fault = null, note = null } = why
      return put({ ...operation, state, fault, note, retryAtMs: null, finishedMs: clock.now() }, also)
    },

    end(runId, state) {
      store.runs.update({ ...rowOf(runId), state, finishedMs: clock.now() })
      rows.delete(runId)
      bus.tell('runs')
      return runOf(store, runId)
    }
  }
}

function prepared(runId: string, change: Change, preparedMs: number): Operation {
  return {
    id: newId('op'),
    runId,
    accountId: change.accountId,
    profileId: change.profileId,
    change,
    state: 'prepared',
    attempts: 0,
    fault: null,
    note: null,
    retryAtMs: null,
    preparedMs,
    inflightElapsedMs: null,
    finishedMs: null
  }
}

function runOf(store: Store, runId: string): Run {
  const run = store.runs.get(runId)
  if (!run) throw new Error(`the journal has no run ${runId}`)
  return run
}
