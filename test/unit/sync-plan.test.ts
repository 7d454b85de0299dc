import canonicalize from 'canonicalize'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Account } from '#shared/model/account.ts'
import type { Change } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Kind } from '../../src/main/providers/contract.ts'
import { canonicalOf, planHash } from '../../src/main/sync/plan-hash.ts'
import { makePlan } from '../../src/main/sync/plan.ts'
import type { PlanEntry } from '../../src/main/sync/plan.ts'
import { hookKind } from '../helpers/tiny-provider.ts'

const account: Account = {
  id: 'acc-one',
  provider: 'tiny',
  label: 'One',
  baseUrl: '',
  fields: {},
  secrets: [],
  state: 'ready',
  parkedFault: null,
  createdMs: 1,
  updatedMs: 1,
  pulledMs: 1
}

const agreed = { name: 'x', note: 'a' }

function entry(id: string, trees: Partial<ProfileRecord>, more: { account?: Account; kind?: Kind } = {}): PlanEntry {
  const own = more.account ?? account
  const record: ProfileRecord = {
    id,
    accountId: own.id,
    kind: 'hook',
    remoteId: `there-${id}`,
    base: { ...agreed, name: id },
    local: { ...agreed, name: id },
    remote: { ...agreed, name: id },
    remoteKnown: true,
    remoteSeenMs: 1,
    policies: {},
    createdMs: 1,
    updatedMs: 1,
    ...trees
  }
  return { record, account: own, kind: more.kind ?? hookKind }
}

const edited = (id: string, note = 'b') => entry(id, { local: { name: id, note } })
const created = (id: string) => entry(id, { remoteId: null, base: null, remote: null })
const deleted = (id: string) => entry(id, { local: null })
const planOf = (entries: PlanEntry[], unknown: string[] = []) =>
  makePlan({ entries, unknown: new Set(unknown), accountId: null })

test('creates come first and deletes last, whatever the order they are stored in', () => {
  const entries = [deleted('d'), edited('u2'), created('c'), edited('u1')]
  const inOrder = ['c', 'u1', 'u2', 'd']
  expect(planOf(entries).changes.map(({ profileId }) => profileId)).toEqual(inOrder)
  expect(planOf(entries.toReversed()).changes.map(({ profileId }) => profileId)).toEqual(inOrder)
})

test('an update holds only the settings that were edited here, and what it relies on', () => {
  const trees = { name: 'u', note: 'a', url: 'https://a.test/', revision: 7 }
  const plan = planOf([entry('u', { base: trees, remote: trees, local: { ...trees, note: 'b' } })])
  expect(plan.changes).toMatchObject([
    { action: 'update', settings: [{ setting: 'note', label: 'Note', from: 'a', to: 'b' }] }
  ])
  expect(plan.changes[0]?.reliesOn).toEqual({ name: 'u', note: 'a', url: 'https://a.test' })
})

test('a cleared setting is planned without a value, a create with all of them', () => {
  const [create, clear] = planOf([entry('u', { local: { name: 'u' } }), created('c')]).changes
  expect(clear?.settings).toEqual([{ setting: 'note', label: 'Note', secret: false, from: 'a' }])
  expect(create?.settings.map(({ setting, to }) => [setting, to])).toEqual([
    ['name', 'c'],
    ['note', 'a']
  ])
})

test('what needs a person is held or a conflict, and never a change', () => {
  const parked: Account = { ...account, id: 'acc-two', state: 'parked' }
  const plan = planOf(
    [
      entry('both', { local: { name: 'both', note: 'b' }, remote: { name: 'both', note: 'c' } }),
      entry('drift', {
        remote: { name: 'drift', note: 'c' },
        local: { name: 'drift', note: 'a', url: 'https://a.test' }
      }),
      entry('removed', { remote: null }),
      entry('unread', { local: { name: 'unread' }, remoteKnown: false }),
      entry('parked', { local: { name: 'parked' } }, { account: parked }),
      edited('inflight')
    ],
    ['inflight']
  )
  expect(plan.changes).toEqual([])
  expect(plan.conflicts).toMatchObject([{ profileId: 'both', setting: 'note', base: 'a', local: 'b', remote: 'c' }])
  expect(plan.held.map(({ profileId, reason }) => [profileId, reason])).toEqual([
    ['drift', 'drift'],
    ['inflight', 'outcome-unknown'],
    ['parked', 'account-parked'],
    ['removed', 'removed-there'],
    ['unread', 'remote-unknown']
  ])
})

test('deleted on one side and changed on the other is one conflict of the whole profile', () => {
  const plan = planOf([entry('x', { local: null, remote: { name: 'x', note: 'c' } })])
  expect(plan.conflicts).toMatchObject([{ profileId: 'x', setting: null }])
})

test('every delete has to be confirmed by itself', () => {
  expect(planOf([deleted('d')]).guards).toMatchObject([{ code: 'delete', profileId: 'd', confirm: 'delete:d' }])
})

test.each([
  [10, 3, false],
  [10, 4, true],
  [9, 9, false]
])('the brake: of %i profiles %i edited: %s', (total, count, brakes) => {
  const entries = Array.from({ length: total }, (_, index) =>
    index < count ? edited(`p${index}`) : entry(`p${index}`, {})
  )
  expect(planOf(entries).guards).toMatchObject(brakes ? [{ code: 'brake', confirm: 'brake:acc-one' }] : [])
})

test('what is only created here neither pulls the brake nor makes the account larger', () => {
  const entries = Array.from({ length: 12 }, (_, index) => (index < 9 ? entry(`p${index}`, {}) : created(`c${index}`)))
  expect(planOf([...entries, edited('p0')]).guards).toMatchObject([])
})

test('what the provider cannot do is a guard with the reason, not a change', () => {
  const remove = { id: 'remove', label: '', state: 'cannot' as const, reason: 'Hooks stay for ever.' }
  const kind: Kind = { ...hookKind, card: { ...hookKind.card, remove } }
  const plan = planOf([entry('d', { local: null }, { kind })])
  expect(plan.changes).toEqual([])
  expect(plan.guards).toMatchObject([{ code: 'cannot', message: 'Hooks stay for ever.', confirm: null }])
})

const change: Change = {
  accountId: 'acc-one',
  profileId: 'pro-one',
  kind: 'hook',
  remoteId: 'r1',
  title: 'One',
  action: 'update',
  settings: [
    { setting: 'note', label: 'Note', secret: false, from: 'a', to: 'b' },
    { setting: 'pin', label: 'PIN', secret: true, to: { $secret: 2 } }
  ],
  reliesOn: { name: 'one', note: 'a' }
}
const other = { ...change, profileId: 'pro-two' }
const [note, pin] = change.settings

test.each<[string, Change]>([
  ['the account', { ...change, accountId: 'acc-two' }],
  ['the profile', other],
  ['the kind', { ...change, kind: 'sender' }],
  ['the id there', { ...change, remoteId: 'r2' }],
  ['the action', { ...change, action: 'delete' }],
  [
    'a value',
    { ...change, settings: [{ setting: 'note', label: 'Note', secret: false, to: 'c' }, ...(pin ? [pin] : [])] }
  ],
  [
    'clearing instead of a value',
    { ...change, settings: [{ setting: 'note', label: 'Note', secret: false }, ...(pin ? [pin] : [])] }
  ],
  ['one setting fewer', { ...change, settings: note ? [note] : [] }],
  [
    'the version of a secret',
    {
      ...change,
      settings: [...(note ? [note] : []), { setting: 'pin', label: 'PIN', secret: true, to: { $secret: 3 } }]
    }
  ],
  ['a remote value relied on', { ...change, reliesOn: { name: 'one', note: 'z' } }],
  ['a remote setting more', { ...change, reliesOn: { name: 'one', note: 'a', url: 'u' } }],
  ['no remote', { ...change, reliesOn: null }]
])('the hash changes with %s', (_, changed) => {
  expect(planHash([changed])).not.toBe(planHash([change]))
})

test('the hash does not change with titles, labels or any order', () => {
  const same: Change = {
    ...change,
    title: 'Another title',
    settings: change.settings.map(setting => ({ ...setting, label: 'Another label' })).toReversed(),
    reliesOn: { note: 'a', name: 'one' }
  }
  expect(planHash([other, same])).toBe(planHash([change, other]))
  expect(planHash([change])).toMatch(/^[0-9a-f]{64}$/)
})

test('what is hashed is RFC 8785 JSON, for any names and values', () => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.array(fc.string({ unit: 'grapheme' })),
    fc.record({ $secret: fc.nat() })
  )
  const tree = fc.dictionary(fc.string({ unit: 'grapheme' }), value)
  fc.assert(
    fc.property(tree, tree, (sent, reliesOn) => {
      const settings = Object.entries(sent).map(([setting, to]) => ({ setting, label: '', secret: false, to }))
      const text = canonicalOf({ ...change, settings, reliesOn })
      expect(text).toBe(canonicalize(JSON.parse(text)))
    })
  )
})

test('the hash tells one change from two', () => {
  expect(new Set([planHash([]), planHash([change]), planHash([change, other])]).size).toBe(3)
})
