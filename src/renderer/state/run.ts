import type { FaultReport } from '#shared/faults.ts'
import type { Operation, Run, RunEvent } from '#shared/model/plan.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { outcomeOf, type Client } from '../api/client.ts'
import { faultOf } from '../api/fault.ts'

/** What is known of the run under way. */
export type RunProgress = {
  runId: string | undefined
  total: number
  finished: number
  /** In the order in which they were first heard of. */
  operations: Operation[]
  waits: Record<string, { untilMs: number; reason: string }>
  /** Once it is over. */
  run: Run | undefined
}

/** A plan to carry out; `only`: of it these profiles. */
export type Order = { accountId?: string; hash: string; confirm: string[]; only?: string[] }

export type RunState = {
  progress: RunProgress | undefined
  busy: boolean
  isCancelling: boolean
  fault: FaultReport | undefined
  apply: (input: Order) => Promise<void>
  cancel: (runId: string) => Promise<void>
  forget: () => void
}

export const noProgress: RunProgress = {
  runId: undefined,
  total: 0,
  finished: 0,
  operations: [],
  waits: {},
  run: undefined
}

/** The progress after one more event. */
export function progressed(before: RunProgress, event: RunEvent): RunProgress {
  switch (event.type) {
    case 'started':
      return { ...before, runId: event.runId, total: event.total }
    case 'operation': {
      const { operation, finished, total } = event
      const at = before.operations.findIndex(known => known.id === operation.id)
      const operations = at === -1 ? [...before.operations, operation] : before.operations.with(at, operation)
      const { [operation.id]: _over, ...others } = before.waits
      const waits = operation.state === 'waiting' ? before.waits : others
      return { ...before, runId: operation.runId, operations, finished, total, waits }
    }
    case 'waiting': {
      const { operationId, untilMs, reason } = event
      return { ...before, waits: { ...before.waits, [operationId]: { untilMs, reason } } }
    }
    case 'finished':
      return { ...before, runId: event.run.id, run: event.run, operations: event.run.operations, waits: {} }
    default:
      return event satisfies never
  }
}

export function createRun(client: Client): StoreApi<RunState> {
  return createStore<RunState>(set => {
    const follow = async (input: Order) => {
      for await (const event of await client.runs.apply(input)) {
        set(now => ({ progress: progressed(now.progress ?? noProgress, event) }))
      }
    }
    return {
      progress: undefined,
      busy: false,
      isCancelling: false,
      fault: undefined,
      async apply(input) {
        set({ busy: true, isCancelling: false, fault: undefined, progress: undefined })
        try {
          await follow(input)
          set({ busy: false })
        } catch (error) {
          set({ busy: false, fault: faultOf(error) })
        }
      },
      async cancel(runId) {
        set({ isCancelling: true })
        const outcome = await outcomeOf(client.runs.cancel({ id: runId }))
        if (!outcome.ok) set({ isCancelling: false, fault: outcome.fault })
      },
      forget() {
        set({ progress: undefined, fault: undefined, isCancelling: false })
      }
    }
  })
}
