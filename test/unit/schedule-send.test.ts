import { expect, test } from 'vitest'
import type { Change, Plan } from '#shared/model/plan.ts'
import { changesToSend } from '../../src/main/sync/schedule-send.ts'

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
const locals = new Map([
  ['new', { url: 'n' }],
  ['edited', { url: 'e' }],
  ['touched', { url: 't' }],
  ['gone', null]
])
const ids = (changes: Change[]) => changes.map(({ profileId }) => profileId)

test('a delete never goes out alone, and what was edited meanwhile waits for its person', () => {
  const now = new Map([...locals, ['touched', { url: 'half-way' }] as const])
  expect(ids(changesToSend(plan, locals, now))).toEqual(['new', 'edited'])
})

test('what did not exist before the provider was asked is not sent', () => {
  const before = new Map([['edited', { url: 'e' }]])
  expect(ids(changesToSend(plan, before, locals))).toEqual(['edited'])
})

test('nothing goes out alone from behind a brake, and nothing that asks for a confirmation', () => {
  const brake = { code: 'brake', accountId: 'acc', profileId: null, message: '', confirm: 'brake:acc' } as const
  expect(changesToSend({ ...plan, guards: [...plan.guards, brake] }, locals, locals)).toEqual([])
  const asks = { ...guard, profileId: 'edited', confirm: 'some:edited' }
  expect(ids(changesToSend({ ...plan, guards: [asks] }, locals, locals))).toEqual(['new', 'touched'])
})
