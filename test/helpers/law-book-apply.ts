import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import { editsBetween, everyMisfortune, fatesOf, history, mishaps, play } from './law-histories.ts'
import type { Move } from './law-histories.ts'
import { law } from './law.ts'
import type { Law } from './law.ts'
import { assertAgreed, assertNothingElseTouched, assertPlanned, promised, thereOf } from './law-oracle.ts'
import type { World } from './law-world.ts'

/** What holds for carrying out a plan. */
export const applyLaws: Law[] = [
  law('after an apply base, local and remote are what is there', [history], async (fresh, moves) => {
    const world = await played(fresh, moves)
    const before = new Map(world.remote.there)
    const { plan, run } = await world.applyAll()
    assert.equal(run?.state, 'done')
    assertAgreed(world, plan.changes)
    assert.deepEqual(thereOf(world.remote.there), promised(before, plan.changes))
  }),

  law('the plan after an apply is empty, and a second apply sends nothing', [history], async (fresh, moves) => {
    const world = await played(fresh, moves)
    const { plan } = await world.applyAll()
    const again = await world.sync().plan()
    assert.deepEqual(again.changes, [])
    const sent = world.remote.writes.length
    await world.applyAll()
    await world.under({}, async () => {
      const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
      await (
        await world.sync().apply({ hash: plan.hash, confirm })
      ).finished
    })
    assert.equal(world.remote.writes.length, sent)
  }),

  law(
    'only planned settings are touched, whatever somebody else edits between two requests',
    [history, editsBetween],
    async (fresh, moves, between) => {
      const world = await played(fresh, moves)
      const { plan, writes } = await world.applyAll({ fates: fatesOf(world, between) })
      assertPlanned(writes, plan.changes)
      assertNothingElseTouched(writes)
    }
  ),

  law(
    'nothing is sent that was not in the reviewed plan, also after it was reviewed and under any misfortune',
    [history, fc.oneof(editsBetween, mishaps(...everyMisfortune)), history],
    async (fresh, moves, script, since) => {
      const world = await played(fresh, moves)
      const reviewed = await world.sync().plan()
      // The first of a history are objects that somebody makes there; some edits come after the review.
      await play(world, since.slice(-2))
      const from = world.remote.writes.length
      await world.under({ fates: fatesOf(world, script) }, async () => {
        const confirm = reviewed.guards.flatMap(guard => guard.confirm ?? [])
        await (
          await world.sync().apply({ hash: reviewed.hash, confirm })
        ).finished
      })
      assertPlanned(world.remote.writes.slice(from), reviewed.changes)
    }
  )
]

/** A world in which this has happened, and which knows what is there now. */
export async function played(fresh: () => World, moves: Move[]): Promise<World> {
  const world = fresh()
  await play(world, [...moves, { sync: 'pull' }])
  world.remote.writes.length = 0
  return world
}
