import { Fault } from '#shared/faults.ts'
import type { RunEvent } from '#shared/model/plan.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'

export function planMethods(methods: Methods, deps: MethodDeps) {
  const { sync, store } = deps
  return {
    plans: {
      make: methods.plans.make.handler(async ({ input }) => {
        if (input.fresh) await freshen(deps, input.accountId)
        return sync.plan(input.accountId)
      })
    },
    runs: {
      apply: methods.runs.apply.handler(async ({ input }) => passOn((await sync.apply(input)).events)),
      cancel: methods.runs.cancel.handler(({ input }) => {
        sync.cancel(input.id)
        return { done: true }
      }),
      list: methods.runs.list.handler(({ input }) => store.runs.list(input.limit)),
      get: methods.runs.get.handler(({ input }) => {
        const run = store.runs.get(input.id)
        if (!run) throw new Fault('not-found', { message: `There is no run ${input.id}`, field: 'id' })
        return run
      })
    }
  }
}

/** The run goes on when this ends early: leaving only stops the watching. */
async function* passOn(events: AsyncIterable<RunEvent>): AsyncGenerator<RunEvent> {
  yield* events
}

/** Pulls; a plan that was asked for fresh is not made from old values, so the first account's fault ends it. */
async function freshen(deps: MethodDeps, accountId: string | undefined): Promise<void> {
  const failed = (await deps.sync.pull(accountId)).find(result => result.fault)
  if (failed?.fault) throw new Fault(failed.fault.code, failed.fault)
}
