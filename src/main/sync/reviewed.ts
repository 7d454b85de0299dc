import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { change } from '#shared/model/plan.ts'
import type { Change, Plan } from '#shared/model/plan.ts'
import type { Store } from '../store/store.ts'

/** The plans that were shown lately, so that an apply can tell what has become of the one that it names. */
export type Reviewed = {
  remember(plan: Plan): void
  /** out: its changes; undefined where it is not known any more. */
  changesOf(hash: string): Change[] | undefined
}

const plansKept = 8
/** The command line shows in one process and applies in another; a larger plan is known to its own process alone. */
const storedChangesLimit = 1_000
const storedTextLimit = 500_000

const storedPlans = z.array(z.object({ hash: z.string(), changes: z.array(change) }))
type ReviewedPlan = z.infer<typeof storedPlans>[number]

export function createReviewed({ store }: { store: Store }): Reviewed {
  let own: ReviewedPlan[] = []

  function stored(): ReviewedPlan[] {
    const text = store.options.get('reviewed-plans')
    // Another version may have written another form: then those plans are not known.
    return text === undefined ? [] : (storedPlans.safeParse(JSON.parse(text)).data ?? [])
  }

  function keep(plan: ReviewedPlan): void {
    const kept: string[] = []
    let length = 0
    for (const one of newestFirst(plan, stored())) {
      const text = JSON.stringify(one)
      length += text.length
      if (length > storedTextLimit) break
      kept.push(text)
    }
    if (kept.length > 0) store.options.set('reviewed-plans', `[${kept.join(',')}]`)
  }

  return {
    remember({ hash, changes }) {
      if (changes.length === 0 || own[0]?.hash === hash) return
      const plan = { hash, changes }
      own = newestFirst(plan, own)
      try {
        if (changes.length <= storedChangesLimit) store.together(() => keep(plan))
      } catch (error) {
        // Looking at a plan works on a full or read-only disk, too; only another process will not know it.
        if (!(error instanceof Fault)) throw error
      }
    },
    changesOf: hash => [...own, ...stored()].find(plan => plan.hash === hash)?.changes
  }
}

function newestFirst(plan: ReviewedPlan, others: ReviewedPlan[]): ReviewedPlan[] {
  return [plan, ...others.filter(({ hash }) => hash !== plan.hash)].slice(0, plansKept)
}
