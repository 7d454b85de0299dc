import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import type { SettingValue } from '#shared/model/field.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import { chosenRecord, everyMisfortune, fatesOf, history, kindOf, make, mishaps } from './law-histories.ts'
import type { Move } from './law-histories.ts'
import { played } from './law-book-apply.ts'
import { law } from './law.ts'
import type { Law } from './law.ts'
import { essenceOf } from './law-kinds.ts'
import type { KindName } from './law-kinds.ts'
import { treeOf } from './law-oracle.ts'
import { accountId, wire } from './law-world.ts'
import type { Trouble, World } from './law-world.ts'

/** What holds for what the user says: edits, and going back. */
export const editLaws: Law[] = [
  law(
    'an edit is never lost, whatever happens before it is settled',
    [history, fc.array(fc.tuple(mishaps(...everyMisfortune), fc.constantFrom(0, 0, 5, 12, 20)), { maxLength: 4 })],
    async (fresh, moves, troubles) => {
      const world = fresh()
      const wanted: Wanted = new Map()
      for (const [nth, move] of moves.entries()) {
        const [script = [], crashAt = 0] = troubles[nth % Math.max(1, troubles.length)] ?? []
        await follow(world, wanted, move, { fates: fatesOf(world, script), crashAt })
      }
      await world.settle()
      assertKept(world, wanted)
    }
  ),

  law(
    'going back brings back what was, here and there',
    [history, fc.nat({ max: 30 })],
    async (fresh, moves, which) => {
      const world = await played(fresh, moves)
      await world.settle()
      const entries = world.sync().history({ accountId, limit: 50 })
      const entry = entries[which % Math.max(1, entries.length)]
      if (!entry) return
      const before = world.store.profiles.get(entry.profileId)
      const isCalm = before === undefined || world.sync().get(before.id).state === 'in-sync'
      let isBack = false
      await world.under({}, async () => {
        world.sync().rollback(entry.profileId, entry.id)
        isBack = true
      })
      const after = world.store.profiles.get(entry.profileId)
      if (!isBack) return assert.deepEqual(after, before)
      assert.ok(after)
      assert.deepEqual(shownOf(after, after.local), shownOf(after, entry.after))
      if (!isCalm) return
      await world.settle()
      assertThere(world, entry.profileId, kindOf(after), entry.after)
    }
  )
]

/** By profile and setting; undefined: taken out. */
type Wanted = Map<string, Record<string, SettingValue | undefined>>

/** Makes the move and keeps count of what the user wants of each profile and has not settled yet. */
async function follow(world: World, wanted: Wanted, move: Move, trouble: Trouble): Promise<void> {
  const before = new Map(world.records().map(own => [own.id, own]))
  const chosen = 'here' in move && move.here !== 'create' ? chosenRecord(world, move.of)?.id : undefined
  await make(world, move, trouble)
  if ('here' in move) {
    for (const own of world.records()) {
      const isNew = !before.has(own.id)
      if (isNew || own.id === chosen) note(wanted, move, own, before.get(own.id))
    }
    if (chosen !== undefined && !world.store.profiles.get(chosen)) wanted.delete(chosen)
  }
  assertKept(world, wanted)
}

function note(wanted: Wanted, move: Move, own: ProfileRecord, before: ProfileRecord | undefined): void {
  // The rules of a profile are no edit of it, and take nothing from one.
  if (!('here' in move) || move.here === 'policy') return
  if (move.here !== 'edit' && move.here !== 'create') return void wanted.delete(own.id)
  const [was, now] = [treeOf(own, before?.local ?? null), treeOf(own, own.local)]
  const names = Object.keys({ ...was, ...now }).filter(name => !isDeepStrictEqual(now?.[name], was?.[name]))
  if (names.length > 0)
    wanted.set(own.id, { ...wanted.get(own.id), ...Object.fromEntries(names.map(name => [name, now?.[name]])) })
}

/** Each edit stands as it was made until both sides have agreed on it. */
function assertKept(world: World, wanted: Wanted): void {
  for (const [id, settings] of wanted) {
    const own = world.store.profiles.get(id)
    assert.ok(own, 'an edited profile is gone')
    const [base, local] = [treeOf(own, own.base), treeOf(own, own.local)]
    assert.ok(local, 'an edited profile is marked for deletion')
    const open = Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(base?.[name], value))
    for (const [name, value] of open) assert.deepEqual(local[name], value, `the edit of ${name}`)
    wanted.set(id, Object.fromEntries(open))
  }
}

function assertThere(world: World, profileId: string, kind: KindName, wanted: Tree): void {
  const own = world.store.profiles.get(profileId)
  if (wanted === null) return assert.equal(own, undefined)
  const object = world.remote.there.get(own?.remoteId ?? '')
  // What was never there before is given a region there, where none was wanted.
  const there = object && { ...object.settings, ...(wanted['region'] === undefined && { region: null }) }
  // What somebody changed there and nobody is to be asked about stays as it is there.
  const ignored = Object.keys(own?.policies ?? {}).filter(name => own?.policies[name] === 'ignore')
  const out = Object.fromEntries(ignored.map(name => [name, null]))
  assert.deepEqual(there && essenceOf(kind, { ...there, ...out }), essenceOf(kind, { ...wire(wanted), ...out }))
}

/** A tree as the user may write it. */
function shownOf(own: Pick<ProfileRecord, 'kind'>, tree: Tree): Tree {
  return tree && essenceOf(kindOf(own), tree)
}
