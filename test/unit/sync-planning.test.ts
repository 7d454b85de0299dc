import { expect, test } from 'vitest'
import { profileRow } from '../helpers/store-rows.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { TinyRemote } from '../helpers/tiny-provider.ts'

const count = 3_000

test('a plan is of the moment it was asked for, whatever is edited while it is made', () =>
  withFolder({ 'acc-one': new TinyRemote().api }, async ({ store, sync }) => {
    store.together(() => {
      for (let index = 0; index < count; index += 1) {
        const seen = { name: `n${index}`, note: 'a' }
        const own = { id: `pro-${index}`, accountId: 'acc-one', kind: 'hook', remoteId: `r${index}`, policies: {} }
        store.profiles.add(profileRow({ ...own, base: seen, local: { ...seen, note: 'b' }, remote: seen }))
      }
    })
    const engine = sync()
    const before = await engine.plan()
    const making = { isOver: false }
    let edits = 0
    const made = engine.plan().finally(() => (making.isOver = true))
    while (!making.isOver) {
      // The last ones first: those are weighed last.
      engine.set(`pro-${count - 1 - edits}`, { note: 'c' })
      edits += 1
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(edits).toBeGreaterThan(1)
    expect((await made).hash).toBe(before.hash)
    const after = await engine.plan()
    expect(after.changes.filter(({ settings }) => settings[0]?.to === 'c')).toHaveLength(edits)
  }))

test('profiles that are alike on all sides are not read, and count for the brake all the same', () =>
  withFolder({ 'acc-one': new TinyRemote().api }, async ({ store, sync }) => {
    for (let index = 0; index < 20; index += 1) {
      const seen = { name: `n${index}`, note: 'a' }
      const own = { id: `pro-${index}`, accountId: 'acc-one', kind: 'hook', remoteId: `r${index}`, policies: {} }
      store.profiles.add(profileRow({ ...own, base: seen, local: seen, remote: seen }))
    }
    const engine = sync()
    for (let index = 0; index < 6; index += 1) engine.set(`pro-${index}`, { note: 'b' })
    const { records, alike } = store.profiles.unlike({ also: ['pro-19'] })
    expect([...records].map(({ id }) => id).toSorted()).toEqual([
      'pro-0',
      'pro-1',
      'pro-19',
      'pro-2',
      'pro-3',
      'pro-4',
      'pro-5'
    ])
    expect(alike).toEqual(new Map([['acc-one', 13]]))
    expect((await engine.plan()).guards).toEqual([])
    engine.set('pro-6', { note: 'b' })
    expect((await engine.plan()).guards).toMatchObject([{ code: 'brake', message: expect.stringContaining('7 of') }])
    expect((await engine.plan()).guards[0]?.message).toContain('20')
  }))
