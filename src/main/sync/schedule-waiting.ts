import type { Held } from '#shared/model/plan.ts'
import type { Bus } from '../base/bus.ts'
import type { Sync } from './sync.ts'

/** What waits to be sent in an account. */
type Waiting = {
  /** Changes that a plan has. */
  changes: number
  /** Those, and the profiles of which it is not known what became of them or what is there. */
  count: number
  hash: string
}

const unknown: readonly Held['reason'][] = ['remote-unknown', 'outcome-unknown']

/** Counts what waits, anew only when something changed: a plan of a large account takes a while. */
export function createWaiting({ sync, bus }: { sync: Pick<Sync, 'plan'>; bus: Bus }): {
  of(accountId: string): Promise<Waiting>
  close(): void
} {
  let counted = new Map<string, Promise<Waiting>>()
  const stop = bus.listen(({ topic }) => {
    if (topic === 'profiles' || topic === 'runs' || topic === 'accounts') counted = new Map()
  })

  async function count(accountId: string): Promise<Waiting> {
    const { changes, held, hash } = await sync.plan(accountId)
    const others = held.filter(({ reason }) => unknown.includes(reason))
    return { changes: changes.length, count: changes.length + others.length, hash }
  }

  return {
    of(accountId) {
      const known = counted.get(accountId)
      if (known) return known
      const own = counted
      const counting = count(accountId)
      own.set(accountId, counting)
      // What went wrong is not remembered: it is counted again.
      counting.catch(() => own.delete(accountId))
      return counting
    },
    close: stop
  }
}
