import type { FaultReport } from '#shared/faults.ts'
import type { Operation, Run, RunEvent } from '#shared/model/plan.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { outcomeOf, type Client } from '../api/client.ts'
import { faultOf } from '../api/fault.ts'
import type { PlanState } from './plan.ts'

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
type Order = { accountId?: string; hash: string; confirm: string[]; only?: string[] }

type RunState = {
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
      const isPaused = operation.state === 'waiting' || operation.state === 'unknown'
      const waits = isPaused ? before.waits : others
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

/** What the stored run tells: it lacks only the waits, whose times its operations have. */
export function progressOf({ id, operations }: Run): RunProgress {
  const waits = operations.flatMap(({ id: operationId, state, retryAtMs, fault }) =>
    state === 'waiting' && retryAtMs !== null
      ? [[operationId, { untilMs: retryAtMs, reason: fault?.message ?? 'Waiting' }] as const]
      : []
  )
  const finished = operations.filter(({ finishedMs }) => finishedMs !== null).length
  return { ...noProgress, runId: id, total: operations.length, finished, operations, waits: Object.fromEntries(waits) }
}

/** Requests that were sent to change something there. */
export function requestsOf(operations: Pick<Operation, 'attempts'>[]): number {
  return operations.reduce((sum, { attempts }) => sum + attempts, 0)
}

/** The profiles whose change a run did not carry out; none while it is under way. */
export function leftOf({ state, operations }: Run): string[] {
  if (state === 'running' || state === 'done') return []
  return operations.flatMap(operation => (operation.state === 'done' ? [] : operation.profileId))
}

/**
 * Goes on with what a run left: makes a new plan of what is still to be sent, to be reviewed as any other. Changes that
 * the run was not about are left out of it at first.
 */
export async function resume(run: Run, plan: StoreApi<PlanState>): Promise<void> {
  plan.getState().choose(run.accountId ?? undefined)
  await plan.getState().make(false)
  const left = new Set(leftOf(run))
  const changes = plan.getState().plan?.changes ?? []
  if (!changes.some(({ profileId }) => left.has(profileId))) return
  for (const { profileId } of changes) if (!left.has(profileId)) plan.getState().take(profileId, false)
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
