import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Change } from '#shared/model/plan.ts'
import { history, kindOf, play } from './law-histories.ts'
import type { Move } from './law-histories.ts'
import { played } from './law-book-apply.ts'
import { law } from './law.ts'
import type { Law } from './law.ts'
import { essenceOf, kindNames, lawKinds } from './law-kinds.ts'
import { assertPlanned, thereOf, treeOf } from './law-oracle.ts'
import type { World } from './law-world.ts'

const many: fc.Arbitrary<Move[]> = fc.constantFrom(0, 0, 11).map(count =>
  Array.from({ length: count }, (_, nth): Move => {
    return { there: 'create', kind: nth % 2 === 0 ? 'line' : 'page', name: `m${nth}`, values: { note: 'm' } }
  })
)

/** What may never be sent. */
export const limitLaws: Law[] = [
  law(
    'a conflict sends nothing for that profile, whether it was seen before the plan or only at its apply',
    [fc.constantFrom(...kindNames), conflicting(), conflicting(), fc.boolean(), history],
    async (fresh, kind, here, there, isPulled, others) => {
      fc.pre(JSON.stringify(here) !== JSON.stringify(there))
      const world = fresh()
      const id = world.remote.put(kind, { name: 'z', note: 'was' })
      await world.sync().pull()
      const record = world.records()[0]
      assert.ok(record)
      if (here === null) world.sync().remove(record.id)
      else world.sync().set(record.id, here)
      if (there === null) world.remote.there.delete(id)
      else world.remote.edit(id, there)
      const theirs = world.remote.there.get(id)
      const mine = ownOf(world, record.id)
      await play(world, others.filter(isCreate))
      if (isPulled) await world.sync().pull()
      const { writes } = await world.applyAll()
      assert.deepEqual(
        writes.filter(write => write.id === id || write.sent['name'] === 'z'),
        []
      )
      assert.deepEqual(world.remote.there.get(id), theirs)
      assert.deepEqual(ownOf(world, record.id), mine)
      assert.ok(
        world
          .sync()
          .conflicts()
          .some(({ profileId }) => profileId === record.id),
        'it is not listed'
      )
    }
  ),

  law(
    'guards, policies and subsets never widen what is written',
    [many, history, fc.array(fc.boolean(), { minLength: 3, maxLength: 6 }), fc.array(fc.boolean(), { maxLength: 4 })],
    async (fresh, crowd, moves, chosen, confirmed) => {
      const world = await played(fresh, [...crowd, ...moves])
      const plan = await world.sync().plan()
      for (const change of plan.changes) assertEditedHere(world, change)
      const only = plan.changes.flatMap(({ profileId }, nth) => (chosen[nth % chosen.length] ? profileId : []))
      const changes = plan.changes.filter(({ profileId }) => only.includes(profileId))
      const needed = keysNeeded(world, changes)
      const confirm = needed.filter((_, nth) => confirmed[nth % Math.max(1, confirmed.length)] ?? true)
      const before = thereOf(world.remote.there)
      const isOpen = await world.under({}, async () => {
        await (
          await world.sync().apply({ hash: plan.hash, only, confirm })
        ).finished
      })
      assert.ok(isOpen)
      const { writes } = world.remote
      if (confirm.length < needed.length) {
        assert.deepEqual(writes, [])
        assert.deepEqual(thereOf(world.remote.there), before)
      } else assert.equal(writes.length, changes.length)
      assertPlanned(writes, changes)
    }
  )
]

/** What somebody made of a profile; null: deleted. */
function conflicting(): fc.Arbitrary<{ note: string } | null> {
  return fc.constantFrom({ note: 'x' }, { note: 'y' }, null)
}

/** What the user wants of it. */
function ownOf({ store }: World, id: string) {
  const record = store.profiles.get(id)
  return record?.local && essenceOf(kindOf(record), record.local)
}

function isCreate(move: Move): boolean {
  return ('here' in move && move.here === 'create') || ('there' in move && move.there === 'create')
}

/** Only what was edited here is ever planned, to the value that it has here. */
function assertEditedHere(world: World, change: Change): void {
  const record = world.store.profiles.get(change.profileId)
  assert.ok(record)
  if (change.action === 'delete') return assert.equal(record.local, null)
  const [base, local] = [treeOf(record, record.base), treeOf(record, record.local)]
  for (const { setting, to } of change.settings) {
    const wanted = treeOf(record, { [setting]: to ?? null })
    assert.deepEqual(local?.[setting], wanted?.[setting])
    assert.notDeepEqual(local?.[setting], base?.[setting] ?? (change.action === 'create' ? Symbol('none') : undefined))
    const isReadOnly = lawKinds[kindOf(record)].card.form.fields.some(card => card.readOnly && card.name === setting)
    assert.equal(isReadOnly, false)
  }
}

/** Said once more, from what it says in words: deletes one by one; a brake over 30 % of at least ten. */
function keysNeeded(world: World, changes: Change[]): string[] {
  const touched = changes.filter(({ action }) => action !== 'create').length
  const total = world.records().filter(({ remote }) => remote !== null).length
  const brake = total >= 10 && touched > total * 0.3 ? [`brake:${changes[0]?.accountId}`] : []
  return [...brake, ...changes.flatMap(one => (one.action === 'delete' ? `delete:${one.profileId}` : []))]
}
