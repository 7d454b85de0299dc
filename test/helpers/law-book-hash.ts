import assert from 'node:assert/strict'
import * as fc from 'fast-check'
import type { Account } from '#shared/model/account.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Plan } from '#shared/model/plan.ts'
import type { ProfileRecord, Tree } from '#shared/model/profile.ts'
import { makePlan } from '../../src/main/sync/plan.ts'
import { kindOf, values } from './law-histories.ts'
import { law } from './law.ts'
import type { Law } from './law.ts'
import { kindNames, lawKinds } from './law-kinds.ts'
import { plannedOf } from './law-oracle.ts'
import { accountId } from './law-world.ts'

const account: Account = {
  id: accountId,
  provider: 'law',
  label: 'Law',
  baseUrl: '',
  fields: {},
  secrets: [],
  state: 'ready',
  parkedFault: null,
  createdMs: 1,
  updatedMs: 1,
  pulledMs: 1
}

/** What holds for the name of what was reviewed. */
export const hashLaws: Law[] = [
  law(
    'the hash changes with whatever would be sent or is relied on, and with nothing else',
    [fc.array(record(), { maxLength: 3 }), fc.nat({ max: 2 }), change()],
    async (_, records, which, changed) => {
      const one = planOf(records, account)
      const other = planOf(
        records.map((own, nth) => (nth === which % records.length ? changed.of(own) : own)).toReversed(),
        changed.account
      )
      assert.equal(one.hash === other.hash, essenceOfPlan(one) === essenceOfPlan(other))
    }
  )
]

function record(): fc.Arbitrary<ProfileRecord> {
  const tree = fc.option(
    fc.tuple(fc.constantFrom('a', 'b'), values).map(([name, own]): Settings => {
      return Object.fromEntries(Object.entries({ name, ...own }).filter(([, value]) => value !== null))
    }),
    { freq: 5 }
  )
  const own = fc.record({
    id: fc.uuid(),
    accountId: fc.constant(accountId),
    kind: fc.constantFrom(...kindNames),
    remoteId: fc.constantFrom('r1', 'r2'),
    base: tree,
    local: tree,
    remote: tree,
    remoteKnown: fc.constant(true),
    remoteSeenMs: fc.constant(1),
    policies: fc.constant({}),
    createdMs: fc.constant(1),
    updatedMs: fc.constant(1)
  })
  // Mostly both sides agreed on what is there: otherwise there is little to plan.
  return fc.tuple(own, fc.nat({ max: 3 })).map(([one, dice]) => (dice === 0 ? one : { ...one, base: one.remote }))
}

type Side = 'base' | 'local' | 'remote'
type Changed = { of: (own: ProfileRecord) => ProfileRecord; account: Account }

/** One difference: in what would be sent or is relied on, or beside it. */
function change(): fc.Arbitrary<Changed> {
  const same = (own: ProfileRecord) => own
  const trees = fc
    .tuple(fc.subarray<Side>(['base', 'local', 'remote'], { minLength: 1 }), values)
    .map(([sides, more]) => named(`${sides.join(', ')}: ${JSON.stringify(more)}`, own => withMore(own, sides, more)))
  const beside = fc.constantFrom(
    named('the same', same),
    named('seen later', own => ({ ...own, remoteSeenMs: 9, updatedMs: 9, createdMs: 9 })),
    named('another id there', own => ({ ...own, remoteId: 'r9' })),
    named('another revision', own => ({ ...own, remote: own.remote && { ...own.remote, revision: 9 } })),
    named('other names first', own => ({ ...own, local: own.local && turned(own.local) })),
    { ...named('a renamed account', same), account: { ...account, label: 'Other', pulledMs: 9, updatedMs: 9 } }
  )
  return fc.oneof(trees, beside)
}

function named(words: string, of: Changed['of']): Changed & { toString(): string } {
  return { of, account, toString: () => words }
}

function withMore(own: ProfileRecord, sides: Side[], more: Settings): ProfileRecord {
  const changed = sides.map((side): [Side, Tree] => {
    const kept = Object.entries({ ...own[side], ...more }).filter(([, value]) => value !== null)
    return [side, own[side] && Object.fromEntries(kept)]
  })
  return { ...own, ...Object.fromEntries(changed) }
}

function turned(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).toReversed())
}

function planOf(records: ProfileRecord[], own: Account): Plan {
  const entries = records.map(one => ({ record: one, account: own, kind: lawKinds[kindOf(one)] }))
  return makePlan({ entries, unknown: new Set(), accountId: null })
}

/** All that reaches the provider, and all that was relied on. */
function essenceOfPlan({ changes }: Plan): string {
  const parts = changes.map(({ accountId: own, profileId, kind, remoteId, action, reliesOn, ...one }) =>
    JSON.stringify([own, profileId, kind, remoteId, action, sorted(plannedOf(one)), reliesOn && sorted(reliesOn)])
  )
  return parts.toSorted().join('\n')
}

function sorted(settings: Settings): [string, unknown][] {
  return Object.entries(settings).toSorted(([one], [other]) => (one < other ? -1 : 1))
}
