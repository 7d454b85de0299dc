import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import {
  editsBetween,
  everyMisfortune,
  fatesOf,
  history,
  kindOf,
  make,
  mishaps,
  play,
  shortHistory
} from './law-histories.ts'
import type { Mishap, Move } from './law-histories.ts'
import { played } from './law-book-apply.ts'
import { law } from './law.ts'
import type { Law } from './law.ts'
import { essenceOf } from './law-kinds.ts'
import { assertAgreed, assertPlanned, plannedOf, promised, thereOf, timesCreated } from './law-oracle.ts'
import type { Applied, World } from './law-world.ts'

const badReads = ['401', '403', '503-before', '503-after', 'html-before', 'html-after', 'truncated', '429'] as const
const noReads = ['lost-request', 'lost-response', 'offline'] as const
const dayMs = 24 * 3_600_000
const aDay = fc.constantFrom(0, dayMs, -dayMs)

/** What holds although something goes wrong. */
export const faultLaws: Law[] = [
  law(
    'a process that ends at any moment leaves the same end state, and nothing is made twice, whatever the clock says then',
    [history, fc.nat({ max: 40 }), fc.nat({ max: 25 }), mishaps('late', 'lost-response'), aDay],
    async (fresh, moves, first, second, script, jumpMs) => {
      const world = await played(fresh, moves)
      const before = new Map(world.remote.there)
      const applied = await world.applyAll({ crashAt: first, fates: fatesOf(world, script) })
      world.clock.jump(jumpMs)
      await world.under({ crashAt: second }, () => world.sync().recover())
      await assertSameEnd(world, before, applied)
    }
  ),

  law(
    'lost requests and answers, limits, refusals and errors in any order leave the same end state',
    [history, mishaps(...everyMisfortune)],
    async (fresh, moves, script) => {
      const world = await played(fresh, moves)
      const before = new Map(world.remote.there)
      await assertSameEnd(world, before, await world.applyAll({ fates: fatesOf(world, script) }))
    }
  ),

  law(
    'a read that fails (401, 403, 429, 5xx, a page that is cut off or no JSON, silence) never yields a delete',
    [history, mishaps(...badReads, ...noReads), editsBetween, mishaps(...badReads, ...noReads)],
    async (fresh, moves, one, between, other) => {
      const world = await played(fresh, moves)
      const deletedHere = new Set(world.records().flatMap(({ local, id }) => (local === null ? id : [])))
      await world.under({ fates: fatesOf(world, one) }, () => world.sync().pull())
      assertNothingRemoved(world, deletedHere)
      await play(
        world,
        between.flatMap(edit => (typeof edit === 'object' && 'there' in edit ? edit : []))
      )
      const { plan, writes } = await world.applyAll({ fates: fatesOf(world, other) })
      await world.under({ fates: fatesOf(world, other) }, () => world.sync().pull())
      assertNothingRemoved(world, deletedHere)
      const deletes = plan.changes.filter(({ action }) => action === 'delete').map(({ profileId }) => profileId)
      assert.deepEqual(
        deletes.filter(id => !deletedHere.has(id)),
        []
      )
      assertPlanned(writes, plan.changes)
    }
  ),

  law(
    'clock jumps of a day change nothing',
    [shortHistory, mishaps('lost-request', 'lost-response', '429', '503-before', '503-after'), jumps()],
    async (fresh, moves, script, days) => {
      const plain = await ended(fresh(), moves, script, [])
      const jumped = await ended(fresh(), moves, script, days)
      assert.deepEqual(jumped, plain)
    }
  )
]

async function assertSameEnd(world: World, before: World['remote']['there'], { plan }: Applied): Promise<void> {
  const end = await world.settle()
  assert.deepEqual(thereOf(world.remote.there), promised(before, plan.changes))
  assertAgreed(world, plan.changes)
  assert.deepEqual(end.changes, [])
  for (const change of plan.changes) {
    if (change.action === 'create') assert.equal(timesCreated(world.remote.writes, change), 1, `made “${change.title}”`)
  }
  assert.deepEqual(world.unjournalled, [], 'sent without a word in the journal')
}

function jumps(): fc.Arbitrary<number[]> {
  return fc.array(aDay, { maxLength: 12 })
}

async function ended(world: World, moves: Move[], script: Mishap[], days: number[]) {
  for (const [nth, move] of [...moves, { sync: 'pull' as const }].entries()) {
    world.clock.jump(days[nth % Math.max(1, days.length)] ?? 0)
    await make(world, move, { jumps: days })
  }
  const from = world.remote.writes.length
  const { plan } = await world.applyAll({ fates: fatesOf(world, script), jumps: days })
  const sent = world.remote.writes.slice(from).map(({ call, kind, sent: settings }) => [call, kind, settings])
  await world.settle()
  const trees = world.records().map(own => {
    return [own.kind, ...[own.base, own.local, own.remote].map(tree => tree && essenceOf(kindOf(own), tree))]
  })
  const isCalm = script.every(one => one === 'fine')
  // What is called alike stands in no order.
  const told = (things: unknown[]) => things.map(one => JSON.stringify(one)).toSorted()
  const planned = told(plan.changes.map(plannedOf))
  return { planned, there: thereOf(world.remote.there), trees: told(trees), sent: isCalm ? told(sent) : [] }
}

function assertNothingRemoved(world: World, deletedHere: ReadonlySet<string>): void {
  for (const { id, remoteId, remote, local } of world.records()) {
    if (remoteId !== null && world.remote.there.has(remoteId)) assert.notEqual(remote, null, 'taken for removed')
    if (!deletedHere.has(id)) assert.notEqual(local, null, 'deleted here')
  }
}
