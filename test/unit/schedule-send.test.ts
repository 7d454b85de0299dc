import { expect, test } from 'vitest'
import type { Change, Plan } from '#shared/model/plan.ts'
import type { Tree } from '#shared/model/profile.ts'
import { newRecord } from '../../src/main/sync/edits.ts'
import { changesToSend, sendAlone, wishesOf } from '../../src/main/sync/schedule-send.ts'
import type { Wish } from '../../src/main/sync/schedule-send.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'

function change(profileId: string, action: Change['action'] = 'update'): Change {
  const of = { accountId: 'acc', kind: 'hook', remoteId: profileId, title: profileId, settings: [], reliesOn: null }
  return { ...of, profileId, action }
}

const guard = { code: 'delete', accountId: 'acc', message: '' } as const
const plan: Plan = {
  hash: 'h',
  accountId: 'acc',
  changes: [change('new', 'create'), change('edited'), change('touched'), change('gone', 'delete')],
  conflicts: [],
  held: [],
  guards: [{ ...guard, profileId: 'gone', confirm: 'delete:gone' }]
}
const wish = (local: Tree, more: Partial<Wish> = {}): Wish => ({ local, base: { url: 'b' }, policies: {}, ...more })
const wishes = new Map([
  ['new', wish({ url: 'n' }, { base: null })],
  ['edited', wish({ url: 'e' })],
  ['touched', wish({ url: 't' })],
  ['gone', wish(null)]
])
const ids = (changes: Change[]) => changes.map(({ profileId }) => profileId)

test('a delete never goes out alone, and what was edited meanwhile waits for its person', () => {
  const now = new Map([...wishes, ['touched', wish({ url: 'half-way' })] as const])
  expect(ids(changesToSend(plan, wishes, now))).toEqual(['new', 'edited'])
})

test.each<[string, Partial<Wish>]>([
  ['a difference was decided', { base: { url: 'theirs' } }],
  ['a policy was chosen', { policies: { url: 'ignore' } }]
])('what changes only since %s meanwhile waits for its person', (_, more) => {
  const now = new Map([...wishes, ['touched', wish({ url: 't' }, more)] as const])
  expect(ids(changesToSend(plan, wishes, now))).toEqual(['new', 'edited'])
  expect(ids(changesToSend(plan, now, wishes))).toEqual(['new', 'edited'])
})

test('nothing is sent by an account that was told not to while the plan was made', async () => {
  const sync = {
    plan: async () => plan,
    apply: () => {
      throw new Error('it was applied')
    }
  }
  await withFolder({ 'acc-one': new TinyRemote().api }, async ({ store }) => {
    const edited = newRecord({ id: 'edited', accountId: 'acc-one', kind: 'hook', local: { name: 'e' }, nowMs: 1 })
    store.profiles.add(edited)
    const send = sendAlone({ store, sync, isAllowed: () => false, begun: () => {} }, 'acc-one', wishesOf([edited]))
    expect(await send).toBeUndefined()
  })
})

test('what did not exist before the provider was asked is not sent', () => {
  const before = new Map([['edited', wish({ url: 'e' })]])
  expect(ids(changesToSend(plan, before, wishes))).toEqual(['edited'])
})

test('nothing goes out alone from behind a brake, and nothing that asks for a confirmation', () => {
  const brake = { code: 'brake', accountId: 'acc', profileId: null, message: '', confirm: 'brake:acc' } as const
  expect(changesToSend({ ...plan, guards: [...plan.guards, brake] }, wishes, wishes)).toEqual([])
  const asks = { ...guard, profileId: 'edited', confirm: 'some:edited' }
  expect(ids(changesToSend({ ...plan, guards: [asks] }, wishes, wishes))).toEqual(['new', 'touched'])
})
