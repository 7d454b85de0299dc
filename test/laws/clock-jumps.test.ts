import { expect, test } from 'vitest'
import { accountId, createWorlds } from '../helpers/law-world.ts'
import type { World } from '../helpers/law-world.ts'

const dayMs = 24 * 3_600_000
const soonMs = 5 * 60_000

const namesThere = (world: World) => [...world.remote.there.values()].map(({ settings }) => settings['name'])

test('a clock that is set back while a create is looked for does not make its run wait for a day', async () => {
  const world = createWorlds().world()
  world.sync().create(accountId, 'line', { name: 'a' })
  const { run } = await world.applyAll({ fates: ['fine', 'lost-request'], jumps: [0, 0, -dayMs] })
  expect(run?.state).toBe('done')
  expect(namesThere(world)).toEqual(['a'])
  expect(world.clock.elapsedMs()).toBeLessThan(soonMs)
})

test.each([-dayMs, dayMs])(
  'a create of unknown outcome is planned again once it cannot arrive any more, although the clock was set by %i ms',
  async jumpMs => {
    const world = createWorlds().world()
    world.sync().create(accountId, 'line', { name: 'a' })
    await world.applyAll({ fates: ['fine', 'late', 'offline', 'offline', 'offline'] })
    world.clock.jump(jumpMs)
    world.restart()
    await world.sync().recover()
    expect((await world.sync().plan()).held).toMatchObject([{ reason: 'outcome-unknown' }])
    await world.applyAll()
    expect(namesThere(world)).toEqual([])
    world.clock.pass(soonMs)
    await world.sync().pull()
    expect(await world.sync().plan()).toMatchObject({ changes: [], held: [] })
    expect(namesThere(world)).toEqual(['a'])
  }
)

test('a create that went out before the computer was started anew is counted from the first look after that', async () => {
  const world = createWorlds().world()
  world.sync().create(accountId, 'line', { name: 'a' })
  await world.applyAll({ fates: ['fine', 'lost-request', 'offline', 'offline', 'offline'] })
  const [left] = world.store.runs.operationsIn(['unknown'])
  if (!left) throw new Error('nothing is unknown')
  world.store.runs.updateOperation({ ...left, inflightElapsedMs: world.clock.elapsedMs() + dayMs })
  await world.sync().pull()
  expect((await world.sync().plan()).held).toMatchObject([{ reason: 'outcome-unknown' }])
  world.clock.pass(soonMs)
  await world.sync().pull()
  expect((await world.sync().plan()).changes).toMatchObject([{ action: 'create' }])
})
