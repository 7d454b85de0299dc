import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Settings, SettingValue } from '#shared/model/field.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import { absorb, settle } from '../../src/main/sync/absorb.ts'
import { mergeSettings, stateOf } from '../../src/main/sync/merge.ts'
import { changeOf, makePlan } from '../../src/main/sync/plan.ts'
import { standingOf } from '../../src/main/sync/standing.ts'
import { identical, normalised, sameValue, valueAt, withValues } from '../../src/main/sync/trees.ts'
import { lawRuns } from '../helpers/law-runs.ts'
import { hookKind } from '../helpers/tiny-provider.ts'

const runs = lawRuns('What holds for the trees')

// Few names and values, so that equal ones meet; some names are there to trip objects up.
const names = ['name', 'note', 'url', 'colour', 'pin', 'revision', '__proto__', 'constructor']
const value: fc.Arbitrary<SettingValue> = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'grey', 'https://a.test', 'https://a.test/', ''),
  fc.constantFrom(null, true, false, 0, 1),
  fc.constantFrom<string[][]>(['a'], ['a', 'b'], ['b', 'a']),
  fc.constantFrom({ $secret: 1 }, { $secret: 2 })
)
const settings: fc.Arbitrary<Settings> = fc
  .array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 6 })
  .map(pairs => Object.fromEntries(pairs))
const tree: fc.Arbitrary<Tree> = fc.option(settings, { freq: 5 })
const policies = fc.dictionary(
  fc.constantFrom(...names),
  fc.constantFrom('managed' as const, 'follow' as const, 'ignore' as const)
)

function merged(base: Tree, local: Tree, remote: Tree, of = {}) {
  return mergeSettings({ base, local, remote, policies: of }, hookKind)
}

function recordOf(base: Tree, local: Tree, remote: Tree): ProfileRecord {
  const times = { remoteSeenMs: 1, createdMs: 1, updatedMs: 1 }
  return {
    id: 'pro-x',
    accountId: 'acc-x',
    kind: 'hook',
    remoteId: 'r1',
    base,
    local,
    remote,
    remoteKnown: true,
    policies: {},
    ...times
  }
}

const isReadOnly = (name: string) => name === 'revision'

test('merge(B, L, B) = L: what only changed here is pushed, nothing is asked', () => {
  fc.assert(
    fc.property(settings, settings, policies, (base, local, of) => {
      const [from, to] = [normalised(hookKind, base), normalised(hookKind, local)]
      for (const { setting, decision } of merged(base, local, base, of)) {
        if (isReadOnly(setting)) continue
        const same = sameValue(valueAt(from, setting), valueAt(to, setting))
        expect(decision).toBe(same ? 'equal' : 'edited-here-then-push')
      }
    }),
    runs
  )
})

test('merge(B, B, R) = R: what only changed there is never pushed and never a conflict', () => {
  fc.assert(
    fc.property(settings, settings, policies, (base, remote, of) => {
      for (const { setting, decision } of merged(base, base, remote, of)) {
        expect(decision).toMatch(isReadOnly(setting) ? /^equal|-then-pull$/ : /^(equal|edited-there-then-.*)$/)
      }
      const followed = Object.fromEntries(names.map(name => [name, 'follow' as const]))
      const after = absorb({ ...recordOf(base, base, base), policies: followed }, remote, 2, hookKind)
      expect(normalised(hookKind, after.local)).toEqual(normalised(hookKind, after.remote))
    }),
    runs
  )
})

test('conflicts are the same whichever side is called local', () => {
  fc.assert(
    fc.property(settings, settings, settings, (base, one, other) => {
      const conflicts = (local: Settings, remote: Settings) =>
        merged(base, local, remote).flatMap(({ setting, decision }) =>
          decision === 'edited-both-then-ask' ? setting : []
        )
      expect(conflicts(one, other)).toEqual(conflicts(other, one))
    }),
    runs
  )
})

test('a two-sided different change is always listed, an equal one never sent', () => {
  fc.assert(
    fc.property(settings, settings, settings, policies, (base, local, remote, of) => {
      const [was, here, there] = [base, local, remote].map(one => normalised(hookKind, one))
      for (const { setting, decision } of merged(base, local, remote, of)) {
        const [b, l, r] = [was, here, there].map(one => valueAt(one ?? null, setting))
        if (isReadOnly(setting) || sameValue(b, l) || sameValue(b, r)) continue
        expect(decision).toBe(sameValue(l, r) ? 'edited-alike-then-settle' : 'edited-both-then-ask')
      }
    }),
    runs
  )
})

test('reading never changes what the user edited', () => {
  fc.assert(
    fc.property(settings, settings, settings, (base, local, remote) => {
      const after = absorb(recordOf(base, local, base), remote, 2, hookKind)
      const [was, here, now] = [base, local, after.local].map(one => normalised(hookKind, one))
      for (const name of names.filter(one => !isReadOnly(one))) {
        const edited = !sameValue(valueAt(was ?? null, name), valueAt(here ?? null, name))
        const [wanted, kept] = [valueAt(here ?? null, name), valueAt(now ?? null, name)]
        expect(edited ? kept : wanted).toEqual(wanted)
      }
    }),
    runs
  )
})

test('a plan has a change exactly where the state says so, and only with settings that were edited here', () => {
  fc.assert(
    fc.property(tree, tree, tree, (base, local, remote) => {
      const record = recordOf(base, local, remote)
      const state = stateOf(record, hookKind, merged(base, local, remote))
      const change = changeOf({ record, kind: hookKind })
      expect(change?.action).toBe({ created: 'create', edited: 'update', deleted: 'delete' }[state as string])
      if (change?.action !== 'update') return
      const pushed = merged(base, local, remote).filter(({ decision }) => decision === 'edited-here-then-push')
      expect(change.settings.map(({ setting }) => setting)).toEqual(pushed.map(({ setting }) => setting))
    }),
    runs
  )
})

test('after an update that reads back as sent, all three trees agree and nothing is left to plan', () => {
  fc.assert(
    fc.property(settings, settings, (base, edited) => {
      const local = withValues(edited, [['revision', valueAt(base, 'revision')]])
      const record = recordOf(base, local, base)
      const change = changeOf({ record, kind: hookKind })
      if (!change || change.action !== 'update') return
      expect(standingOf(change, base, hookKind).state).toBe('to-send')
      const readBack = withValues(
        base,
        change.settings.map(({ setting, to }) => [setting, to])
      )
      expect(standingOf(change, readBack, hookKind)).toEqual({ state: 'at-target' })
      const after = settle(record, { change, remoteId: 'r1', readBack }, 2, hookKind)
      expect(stateOf(after, hookKind, mergeSettings(after, hookKind))).toBe('in-sync')
      expect(changeOf({ record: after, kind: hookKind })).toBeUndefined()
    }),
    runs
  )
})

test('what somebody else changed meanwhile is never taken for the target, nor lost', () => {
  fc.assert(
    fc.property(settings, settings, settings, (base, local, seen) => {
      const change = changeOf({ record: recordOf(base, local, base), kind: hookKind })
      if (change?.action !== 'update') return
      const planned = new Set(change.settings.map(({ setting }) => setting))
      const [was, now] = [normalised(hookKind, base), normalised(hookKind, seen)]
      const touched = names.some(
        name => !planned.has(name) && !isReadOnly(name) && !sameValue(valueAt(was, name), valueAt(now, name))
      )
      expect(touched ? standingOf(change, seen, hookKind).state : 'other').toBe('other')
    }),
    runs
  )
})

test('the hash of a plan does not depend on the order of the records, and changes when a plan does', () => {
  const account = { id: 'acc-x', provider: 'tiny', label: '', baseUrl: '', fields: {}, secrets: [], parkedFault: null }
  const own = { ...account, state: 'ready' as const, createdMs: 1, updatedMs: 1, pulledMs: 1 }
  const record = fc.tuple(tree, tree, tree).map(([base, local, remote]) => recordOf(base, local, remote))
  fc.assert(
    fc.property(fc.array(record, { maxLength: 5 }), fc.nat(), (records, turn) => {
      const entries = records.map((one, index) => ({
        record: { ...one, id: `pro-${index}` },
        account: own,
        kind: hookKind
      }))
      const rotated = entries.map((_, index) => entries[(index + turn) % entries.length]).flatMap(one => one ?? [])
      const planOf = (of: typeof entries) => makePlan({ entries: of, unknown: new Set(), accountId: null })
      const plan = planOf(entries)
      expect(planOf(rotated)).toEqual(plan)
      const [first] = plan.changes
      const without = planOf(entries.filter(one => one.record.id !== first?.profileId))
      expect(without.hash === plan.hash).toBe(first === undefined)
    }),
    runs
  )
})

test('the order of the settings in a tree makes no difference', () => {
  fc.assert(
    fc.property(settings, one => {
      const other = Object.fromEntries(Object.entries(one).toReversed())
      expect(identical(one, other)).toBe(true)
      expect(normalised(hookKind, one)).toEqual(normalised(hookKind, other))
    }),
    runs
  )
})
