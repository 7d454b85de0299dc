import { expect, test } from 'vitest'
import { accountId, createWorlds } from '../helpers/law-world.ts'

const dayMs = 24 * 3_600_000
const soonMs = 5 * 60_000

test('a clock that is set back while a create is looked for does not make its run wait for a day', async () => {
  const world = createWorlds().world()
  world.sync().create(accountId, 'line', { name: 'a' })
  const { run } = await world.applyAll({ fates: ['fine', 'lost-request'], jumps: [0, 0, -dayMs] })
  expect(run?.state).toBe('done')
  expect([...world.remote.there.values()].map(({ settings }) => settings['name'])).toEqual(['a'])
  expect(world.clock.elapsedMs()).toBeLessThan(soonMs)
})

test('a create of unknown outcome is planned again soon, although the clock was set back since it went out', async () => {
  const world = createWorlds().world()
  const sync = world.sync()
  sync.create(accountId, 'line', { name: 'a' })
  await world.applyAll({ fates: ['fine', 'lost-request', 'offline', 'offline', 'offline'] })
  world.clock.jump(-dayMs)
  await sync.pull()
  expect((await sync.plan()).held).toMatchObject([{ reason: 'outcome-unknown' }])
  world.clock.pass(soonMs)
  await sync.pull()
  expect((await sync.plan()).changes).toMatchObject([{ action: 'create' }])
})
