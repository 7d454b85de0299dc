import assert from 'node:assert/strict'
import type { Settings } from '#shared/model/field.ts'
import type { Change } from '#shared/model/plan.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import { kindOf } from './law-histories.ts'
import { essenceOf, lawKinds } from './law-kinds.ts'
import type { There, Write } from './law-remote.ts'
import { wire } from './law-world.ts'
import type { World } from './law-world.ts'

/** What is at the provider, as far as it counts: sorted, without ids. */
export function thereOf(there: ReadonlyMap<string, There>): string[] {
  return [...there.values()].map(({ kind, settings }) => JSON.stringify([kind, essenceOf(kind, settings)])).toSorted()
}

/** What will be there once these changes are carried out and nobody else does anything. */
export function promised(before: ReadonlyMap<string, There>, changes: readonly Change[]): string[] {
  const after = new Map(before)
  for (const change of changes) {
    const sent = wire(plannedOf(change))
    const { action, remoteId, profileId } = change
    const was = remoteId === null ? undefined : after.get(remoteId)
    if (action === 'create') after.set(profileId, { kind: kindOf(change), settings: { region: 'eu', ...sent } })
    else if (remoteId !== null && action === 'delete') after.delete(remoteId)
    else if (remoteId !== null && was) after.set(remoteId, { ...was, settings: { ...was.settings, ...sent } })
  }
  return thereOf(after)
}

/** The settings of a change as they are to be; null: taken out. */
export function plannedOf({ settings }: Pick<Change, 'settings'>): Settings {
  return Object.fromEntries(settings.map(({ setting, to }) => [setting, to ?? null]))
}

/** All three trees and what is there are alike, for each profile of the changes. */
export function assertAgreed(world: World, changes: readonly Change[]): void {
  for (const { profileId, action, remoteId, title } of changes) {
    const record = world.store.profiles.get(profileId)
    if (action === 'delete') {
      assert.equal(record, undefined, `“${title}” is still here`)
      assert.equal(world.remote.there.has(remoteId ?? ''), false, `“${title}” is still there`)
      continue
    }
    assert.ok(record, `“${title}” is gone`)
    const kind = kindOf(record)
    const object = world.remote.there.get(record.remoteId ?? '')
    const base = treeOf(record, record.base)
    const local = treeOf(record, record.local)
    const remote = treeOf(record, record.remote)
    assert.deepEqual(base, local, `base and local of “${title}”`)
    // What somebody changed there and nobody is to be asked about stays as it is there.
    const ignored = (name: string) => record.policies[name] === 'ignore'
    assert.deepEqual(without(base, ignored), without(remote, ignored), `base and remote of “${title}”`)
    const seen = remote && essenceOf(kind, wire(remote))
    assert.deepEqual(seen, object && essenceOf(kind, object.settings), `“${title}” there`)
  }
}

function without(tree: Tree, isOut: (name: string) => boolean): Tree {
  return tree && Object.fromEntries(Object.entries(tree).filter(([name]) => !isOut(name)))
}

/** A tree in which equal means equal, with what only the provider writes. */
export function treeOf(record: Pick<ProfileRecord, 'kind'>, tree: Tree): Tree {
  return tree && lawKinds[kindOf(record)].normalise(tree)
}

/** Each write is one of the changes, with settings of it and no others. */
export function assertPlanned(writes: readonly Write[], changes: readonly Change[]): void {
  for (const write of writes) {
    const change = changes.find(one => isOf(write, one))
    assert.ok(change, `${write.call} of ${write.id} ${JSON.stringify(write.sent)} was not in the plan`)
    if (write.call === 'remove') continue
    const planned = wire(plannedOf(change))
    for (const [name, value] of Object.entries(write.sent))
      assert.deepEqual(value, planned[name] ?? null, `sent ${name}`)
    if (write.call === 'create') assert.deepEqual(Object.keys(write.sent).toSorted(), Object.keys(planned).toSorted())
  }
}

/** Each write that was carried out left alone whatever it was not about. */
export function assertNothingElseTouched(writes: readonly Write[]): void {
  for (const { call, kind, sent, before, read, after } of writes) {
    if (call !== 'update' || !before || !after) continue
    // An API that takes the whole object knows only what its sender read last.
    const known = lawKinds[kind].update === 'merge' ? before : read
    assert.deepEqual(essenceOf(kind, after), essenceOf(kind, { ...known, ...sent }))
  }
}

/** How often a profile of this kind and name was made by us. */
export function timesCreated(writes: readonly Write[], change: Change): number {
  return writes.filter(write => write.carried && isOf(write, change)).length
}

function isOf({ call, kind, id, sent }: Write, change: Change): boolean {
  if (call === 'create') {
    return change.action === 'create' && change.kind === kind && plannedOf(change)['name'] === sent['name']
  }
  return change.action === (call === 'update' ? 'update' : 'delete') && change.remoteId === id
}
