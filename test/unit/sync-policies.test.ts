import { expect, test } from 'vitest'
import { applyAll, bench, faultOf } from '../helpers/apply-bench.ts'

test('follow takes over what was changed there, at once and from then on, and sends nothing', () =>
  bench(async ({ engine, remote, ids: { keep: id } }) => {
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    expect(engine.get(id).state).toBe('drifted')
    expect(engine.setPolicy({ id, setting: 'note', policy: 'follow' })).toMatchObject({
      state: 'in-sync',
      local: { note: 'theirs' },
      base: { note: 'theirs' },
      policies: { note: 'follow' }
    })
    remote.edit('r1', { note: 'theirs again' })
    await engine.pull()
    expect(engine.get(id)).toMatchObject({ state: 'in-sync', local: { note: 'theirs again' } })
    expect(remote.writes).toEqual([])
    expect((await engine.plan()).changes.map(({ profileId }) => profileId)).not.toContain(id)
  }))

test('ignore asks no more; managed asks again', () =>
  bench(async ({ engine, remote, ids: { keep: id } }) => {
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    expect(engine.setPolicy({ id, setting: 'note', policy: 'ignore' })).toMatchObject({
      state: 'in-sync',
      local: { note: 'a' },
      remote: { note: 'theirs' }
    })
    expect((await engine.plan()).held).toEqual([])
    expect(engine.setPolicy({ id, setting: 'note', policy: 'managed' })).toMatchObject({
      state: 'drifted',
      policies: {}
    })
  }))

test('a change of policy is in the history; what it took over is an entry of its own, and choosing the same is none', () =>
  bench(async ({ engine, remote, store, ids: { keep: profileId } }) => {
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    engine.setPolicy({ id: profileId, setting: 'note', policy: 'follow' })
    engine.setPolicy({ id: profileId, setting: 'note', policy: 'follow' })
    expect(store.history.list({ profileId, limit: 3 })).toMatchObject([
      {
        what: 'conflict-resolved',
        settings: [{ setting: 'note', from: 'a', to: 'theirs' }],
        after: { note: 'theirs' }
      },
      { what: 'policy-changed', settings: [{ label: 'Note', from: 'managed', to: 'follow' }], after: { note: 'a' } },
      { what: 'seen-changed' }
    ])
  }))

test('a conflict stays one, whatever the policy', () =>
  bench(async ({ engine, remote, ids: { edit: id } }) => {
    remote.edit('r2', { note: 'theirs' })
    await engine.pull()
    for (const policy of ['follow', 'ignore', 'managed'] as const) {
      expect(engine.setPolicy({ id, setting: 'note', policy })).toMatchObject({
        state: 'conflict',
        local: { note: 'b' }
      })
    }
    expect(engine.conflicts()).toHaveLength(1)
  }))

test.each([
  ['what is no setting', 'nope', /no setting “nope”/],
  ['what only the provider sets', 'revision', /always taken as it is there/]
])('a policy is refused for %s', (_, setting, message) =>
  bench(async ({ engine, ids: { keep: id } }) => {
    const fault = await faultOf(() => engine.setPolicy({ id, setting, policy: 'follow' }))
    expect(fault).toMatchObject({ code: 'invalid-input', detail: { field: setting } })
    expect(fault.message).toMatch(message)
  })
)

test('a conflict blocks its own profile and nothing else', () =>
  bench(async ({ engine, remote, ids }) => {
    engine.set(ids.keep, { note: 'mine', colour: 'blue' })
    remote.edit('r1', { note: 'theirs' })
    await engine.pull()
    expect(engine.conflicts()).toMatchObject([{ profileId: ids.keep, setting: 'note' }])
    expect(await applyAll(engine)).toMatchObject({ state: 'done', writes: 3 })
    expect(remote.there.get('r1')).toMatchObject({ note: 'theirs', colour: 'red' })
    engine.resolve(ids.keep, 'note', { value: 'both' })
    expect(await applyAll(engine)).toMatchObject({ state: 'done', writes: 1 })
    expect(remote.there.get('r1')).toMatchObject({ note: 'both', colour: 'blue' })
  }))

test('an own value for a conflict is judged as any edit is', () =>
  bench(async ({ engine, remote, ids: { keep: id } }) => {
    engine.set(id, { url: 'https://mine.test' })
    remote.edit('r1', { url: 'https://theirs.test' })
    await engine.pull()
    const fault = await faultOf(() => engine.resolve(id, 'url', { value: 'nowhere' }))
    expect(fault).toMatchObject({ code: 'invalid-input', detail: { field: 'url' } })
    expect(engine.get(id)).toMatchObject({ state: 'conflict', local: { url: 'https://mine.test' } })
  }))
