import { expect, test } from 'vitest'
import type { Settings } from '#shared/model/field.ts'
import type { Policy, SettingDecision } from '#shared/model/profile.ts'
import { mergeSettings, stateOf } from '../../src/main/sync/merge.ts'
import { hookKind } from '../helpers/tiny-provider.ts'

type Row = [
  row: string,
  base: Settings,
  local: Settings,
  remote: Settings,
  policy: Policy,
  decision: SettingDecision['decision']
]

const rows: Row[] = [
  ['same, same', { note: 'a' }, { note: 'a' }, { note: 'a' }, 'managed', 'equal'],
  ['changed, same', { note: 'a' }, { note: 'b' }, { note: 'a' }, 'managed', 'edited-here-then-push'],
  ['same, changed', { note: 'a' }, { note: 'a' }, { note: 'b' }, 'managed', 'edited-there-then-ask'],
  ['same, changed, followed', { note: 'a' }, { note: 'a' }, { note: 'b' }, 'follow', 'edited-there-then-pull'],
  ['same, changed, ignored', { note: 'a' }, { note: 'a' }, { note: 'b' }, 'ignore', 'edited-there-then-ignore'],
  ['changed, changed alike', { note: 'a' }, { note: 'b' }, { note: 'b' }, 'managed', 'edited-alike-then-settle'],
  ['changed, changed differently', { note: 'a' }, { note: 'b' }, { note: 'c' }, 'managed', 'edited-both-then-ask'],
  ['conflict whatever the policy', { note: 'a' }, { note: 'b' }, { note: 'c' }, 'follow', 'edited-both-then-ask'],
  ['added here', {}, { note: 'b' }, {}, 'managed', 'edited-here-then-push'],
  ['cleared here', { note: 'a' }, {}, { note: 'a' }, 'managed', 'edited-here-then-push'],
  ['cleared there', { note: 'a' }, { note: 'a' }, {}, 'managed', 'edited-there-then-ask'],
  ['cleared here, changed there', { note: 'a' }, {}, { note: 'c' }, 'managed', 'edited-both-then-ask'],
  ['null is absent', { note: null }, {}, { note: null }, 'managed', 'equal'],
  [
    'equal after normalising',
    { url: 'https://a.test' },
    { url: 'https://a.test/' },
    { url: 'https://a.test' },
    'managed',
    'equal'
  ],
  ['the default is absent', { colour: 'grey' }, {}, { colour: 'grey' }, 'managed', 'equal'],
  [
    'a secret by its version',
    { pin: { $secret: 1 } },
    { pin: { $secret: 2 } },
    { pin: { $secret: 1 } },
    'managed',
    'edited-here-then-push'
  ],
  [
    'the provider alone writes it',
    { revision: 1 },
    { revision: 1 },
    { revision: 2 },
    'managed',
    'edited-there-then-pull'
  ]
]

test.each(rows)('one setting: %s', (_, base, local, remote, policy, decision) => {
  const [name = ''] = Object.keys({ ...base, ...local, ...remote })
  const found = mergeSettings({ base, local, remote, policies: { [name]: policy } }, hookKind)
  expect(found).toMatchObject([{ setting: name, decision }])
})

test('labels and secrets come from the form', () => {
  const pin = { $secret: 1 }
  const found = mergeSettings(
    { base: { pin, x: 1 }, local: { pin, x: 1 }, remote: { pin, x: 1 }, policies: {} },
    hookKind
  )
  expect(found).toMatchObject([
    { setting: 'pin', label: 'PIN', secret: true, local: { $secret: 1 } },
    { setting: 'x', label: 'x', secret: false }
  ])
})

const a = { note: 'a' }
const b = { note: 'b' }
const c = { note: 'c' }

test.each([
  ['all alike', a, a, a, 'in-sync'],
  ['created here', null, a, null, 'created'],
  ['edited here', a, b, a, 'edited'],
  ['edited there', a, a, b, 'drifted'],
  ['edited on both sides', a, b, c, 'conflict'],
  ['edited alike', a, b, b, 'in-sync'],
  [
    'drift outweighs an edit of another setting',
    { ...a, colour: 'red' },
    { ...b, colour: 'red' },
    { ...a, colour: 'blue' },
    'drifted'
  ],
  ['deleted here', a, null, a, 'deleted'],
  ['deleted here, changed there', a, null, b, 'conflict'],
  ['removed there', a, a, null, 'removed-there'],
  ['removed there, changed here', a, b, null, 'conflict'],
  ['gone on both sides', a, null, null, 'in-sync']
])('a profile: %s', (_, base, local, remote, state) => {
  const trees = { base, local, remote, policies: {} }
  expect(stateOf(trees, hookKind, mergeSettings(trees, hookKind))).toBe(state)
})

test('what is ignored there does not stand in the way of a delete', () => {
  const trees = { base: a, local: null, remote: b, policies: { note: 'ignore' as const } }
  expect(stateOf(trees, hookKind, mergeSettings(trees, hookKind))).toBe('deleted')
})
