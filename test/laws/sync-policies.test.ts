import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Settings, SettingValue } from '#shared/model/field.ts'
import type { Change } from '#shared/model/plan.ts'
import { policy, type Policy, type ProfileRecord, type Tree } from '#shared/model/profile.ts'
import { absorb, takeDecided } from '../../src/main/sync/absorb.ts'
import { changeOf } from '../../src/main/sync/plan.ts'
import { normalised, sameValue, valueAt } from '../../src/main/sync/trees.ts'
import { lawRuns } from '../helpers/law-runs.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { hookKind, TinyRemote } from '../helpers/tiny-provider.ts'

const runs = lawRuns('policies')

const names = ['name', 'url', 'note', 'colour', 'pin']
const value: fc.Arbitrary<SettingValue> = fc.constantFrom('a', 'b', 'grey', 'https://a.test/', 'https://a.test')
const settings: fc.Arbitrary<Settings> = fc.dictionary(fc.constantFrom(...names), value)
const tree: fc.Arbitrary<Tree> = fc.option(settings, { freq: 5 })
const chosen = fc.constantFrom(...policy.options)
const policies: fc.Arbitrary<Record<string, Policy>> = fc.dictionary(fc.constantFrom(...names), chosen)

function recordOf(base: Tree, local: Tree, remote: Tree, of: Record<string, Policy>): ProfileRecord {
  const own = { id: 'pro-x', accountId: 'acc-x', kind: 'hook', remoteId: 'r1', remoteKnown: true }
  return { ...own, base, local, remote, policies: of, remoteSeenMs: 1, createdMs: 1, updatedMs: 1 }
}

/** What the user changed here, by comparing only what was agreed with what is wanted. */
function editedHere({ base, local }: Pick<ProfileRecord, 'base' | 'local'>): Map<string, SettingValue | undefined> {
  const [was, is] = [normalised(hookKind, base), normalised(hookKind, local)]
  const edited = names.filter(name => !sameValue(valueAt(was, name), valueAt(is, name)))
  return new Map(edited.map(name => [name, valueAt(is, name)]))
}

function sentOf(change: Change | undefined): [string, SettingValue | undefined][] {
  if (change?.action !== 'update') return []
  const sent = normalised(hookKind, Object.fromEntries(change.settings.map(({ setting, to }) => [setting, to ?? null])))
  return change.settings.map(({ setting }) => [setting, valueAt(sent, setting)])
}

test('whatever the policies, a plan changes only what was edited here, and to the value that was typed', () => {
  fc.assert(
    fc.property(tree, tree, tree, policies, (base, local, remote, of) => {
      const record = recordOf(base, local, remote, of)
      const edited = editedHere(record)
      for (const [name, to] of sentOf(changeOf({ record, kind: hookKind }))) {
        expect(edited.has(name)).toBe(true)
        expect(sameValue(to, edited.get(name))).toBe(true)
      }
    }),
    runs
  )
})

test('a policy neither creates nor deletes: that takes a profile that is only here, or one that was deleted here', () => {
  fc.assert(
    fc.property(tree, tree, tree, policies, (base, local, remote, of) => {
      const action = changeOf({ record: recordOf(base, local, remote, of), kind: hookKind })?.action
      const isOnlyHere = base === null && remote === null && local !== null
      const wasDeletedHere = base !== null && remote !== null && local === null
      expect(action === 'create').toBe(isOnlyHere)
      expect(action !== 'delete' || wasDeletedHere).toBe(true)
    }),
    runs
  )
})

test('what a policy settles is no edit: afterwards there is nothing more to send than before', () => {
  fc.assert(
    fc.property(settings, settings, settings, policies, (base, local, remote, of) => {
      const before = recordOf(base, local, remote, of)
      const edited = editedHere(before)
      for (const after of [takeDecided(before, hookKind), absorb(before, remote, 2, hookKind)]) {
        for (const [name, to] of editedHere(after)) {
          expect(edited.has(name)).toBe(true)
          expect(sameValue(to, edited.get(name))).toBe(true)
        }
      }
    }),
    runs
  )
})

test('policies, a subset and confirmations send nothing that was not edited here', async () => {
  const edit = fc.record({ here: fc.option(settings), there: fc.option(settings), of: policies, isTaken: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), carriesOutOnlyEdits),
    // Each of these opens a database on the disk; the whole-run laws try the same 10,000 times in memory (`sync-limits`).
    { ...runs, numRuns: Math.ceil(runs.numRuns / 50) }
  )
}, 240_000)

type Edit = { here: Settings | null; there: Settings | null; of: Record<string, Policy>; isTaken: boolean }

async function carriesOutOnlyEdits(edits: Edit[]): Promise<void> {
  const remote = new TinyRemote()
  edits.forEach((_, index) => remote.put({ name: `n${index}`, note: 'old' }, `r${index}`))
  await withFolder({ 'acc-one': remote.api }, async ({ sync }) => {
    const engine = sync()
    await engine.pull()
    const ids = edits.map((_, index) => engine.list().find(({ remoteId }) => remoteId === `r${index}`)?.id ?? '')
    const own = ({ note, colour }: Settings): Settings => ({ note: note ?? null, colour: colour ?? null })
    edits.forEach(({ here, there }, index) => {
      if (here) engine.set(ids[index] ?? '', own(here))
      if (there) remote.edit(`r${index}`, own(there))
    })
    await engine.pull()
    const wanted = engine.list().map(({ id, local }) => ({ id, local }))
    edits.forEach(({ of }, index) => {
      for (const [setting, one] of Object.entries(of)) engine.setPolicy({ id: ids[index] ?? '', setting, policy: one })
    })
    const plan = await engine.plan()
    const only = plan.changes.flatMap(({ profileId }) => (edits[ids.indexOf(profileId)]?.isTaken ? [profileId] : []))
    const confirm = plan.guards.flatMap(({ confirm: key }) => key ?? [])
    await (
      await engine.apply({ hash: plan.hash, only, confirm })
    ).finished
    for (const { call, id, settings: sent } of remote.writes) {
      const index = Number(id?.slice(1))
      expect([call, only.includes(ids[index] ?? '')]).toEqual(['update', true])
      const local = wanted.find(one => one.id === ids[index])?.local ?? null
      const edited = editedHere({ base: { name: `n${index}`, note: 'old' }, local })
      for (const [name, to] of Object.entries(sent ?? {})) {
        expect([edited.has(name), to]).toEqual([true, valueAt(local, name) ?? null])
      }
    }
  })
}
