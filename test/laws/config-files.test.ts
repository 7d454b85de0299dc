import assert from 'node:assert/strict'
import { createBus } from '../../src/main/base/bus.ts'
import { exportConfig, importConfig, type ConfigDeps } from '../../src/main/methods/config-files.ts'
import { lawKinds, lawProvider, isKindName } from '../helpers/law-kinds.ts'
import { law, type Law } from '../helpers/law.ts'
import { history, play, shortHistory } from '../helpers/law-histories.ts'
import { testLaws } from '../helpers/law-tests.ts'
import type { World } from '../helpers/law-world.ts'

function depsOf(world: World): ConfigDeps {
  const { store, clock } = world
  const kind = (_: string, id: string) => lawKinds[isKindName(id) ? id : 'line']
  const registry = { list: () => [lawProvider], get: () => lawProvider, kind }
  return { store, clock, registry, sync: world.sync(), bus: createBus(() => clock.now()) }
}

/** Whether some profiles cannot be told apart: an edit would not be allowed to make such. */
function hasTwins(world: World): boolean {
  const names = world.records().flatMap(({ kind, local, remoteId }) => {
    return local === null ? [] : [{ name: JSON.stringify([kind, local['name']]), remoteId }]
  })
  return names.some(one => one.remoteId === null && names.filter(other => other.name === one.name).length > 1)
}

const laws: Law[] = [
  law('export → import → export gives the same bytes, in an empty folder', [history], async (fresh, moves) => {
    const world = fresh()
    await play(world, moves)
    if (hasTwins(world)) return
    const { files } = exportConfig(depsOf(world))
    const wanted = world.records().filter(({ local }) => local !== null).length
    assert.equal(files.length, wanted + 1)
    const empty = fresh()
    const steps = importConfig(depsOf(empty), { files, dryRun: false })
    assert.deepEqual(exportConfig(depsOf(empty)), { files, left: [] })
    assert.equal(steps.filter(({ what }) => what === 'profile-created').length, wanted)
    assert.deepEqual(empty.remote.writes, [])
    const again = importConfig(depsOf(empty), { files: files.toReversed(), dryRun: false })
    assert.ok(again.every(({ what }) => what === 'profile-same' || what === 'account-same'))
  }),

  law(
    'an import where everything is already changes nothing, not even in the history',
    [history],
    async (fresh, moves) => {
      const world = fresh()
      await play(world, moves)
      const { files } = exportConfig(depsOf(world))
      const before = [world.records(), world.sync().history({ limit: 1_000 })]
      if (hasTwins(world)) return
      importConfig(depsOf(world), { files, dryRun: false })
      assert.deepEqual([world.records(), world.sync().history({ limit: 1_000 })], before)
    }
  ),

  law(
    'a dry run says what the import does, and changes nothing',
    [shortHistory, shortHistory],
    async (fresh, moves, others) => {
      const source = fresh()
      await play(source, moves)
      if (hasTwins(source)) return
      const { files } = exportConfig(depsOf(source))
      const world = fresh()
      await play(world, others)
      const before = world.records()
      const outcome = (dryRun: boolean) => {
        try {
          return importConfig(depsOf(world), { files, dryRun })
        } catch (error) {
          return String(error)
        }
      }
      const said = outcome(true)
      assert.deepEqual(world.records(), before)
      assert.deepEqual(outcome(false), said)
      if (typeof said === 'string') return assert.deepEqual(world.records(), before)
      const deleted = before.filter(({ local }) => local === null)
      for (const { id } of deleted) assert.equal(world.store.profiles.get(id)?.local, null)
      assert.ok(
        before.every(({ id }) => world.store.profiles.get(id)),
        'nothing is deleted'
      )
    }
  ),

  law('what was imported and is at the provider is linked, never created twice', [history], async (fresh, moves) => {
    const world = fresh()
    await play(world, moves)
    await world.settle()
    // What was removed there meanwhile is to be created again.
    if (hasTwins(world) || world.records().some(({ remote }) => remote === null)) return
    const { files } = exportConfig(depsOf(world))
    const there = [...world.remote.there]
    const count = world.records().length
    const other = fresh()
    for (const [id, object] of there) other.remote.there.set(id, object)
    importConfig(depsOf(other), { files, dryRun: false })
    await other.under({}, () => other.sync().pull())
    const plan = await other.sync().plan()
    assert.deepEqual(
      plan.changes.filter(({ action }) => action !== 'update'),
      []
    )
    assert.equal(other.records().length, count)
  })
]

testLaws('What holds for configuration as files', laws)
