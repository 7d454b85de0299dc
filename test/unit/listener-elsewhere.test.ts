import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { createElsewhere, readMarks, readSampleKeys } from '../../src/main/listener/elsewhere.ts'
import { readKnowledge } from '../../src/main/listener/engine/knowledge.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'

// One listens, another one on the same data folder sends: two commands in two terminals.

const { folder, open } = listening()
const key = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='

async function openTwo(inThread: boolean) {
  const both = { folder: folder(), registry: createRegistry(), keyFor: async () => key }
  const one = await open({ ...both, inThread })
  const other = await open({ ...both, stopped: true })
  const { id: endpointId, key: path } = one.listener.addEndpoint({ label: 'Nobody’s' })
  other.listener.updateEndpoint({ id: endpointId, scheme: 'telnyx', hasNewKey: true })
  return { ...one, endpointId, path: `/in/${path}`, other, rows: one.listener.watch() }
}

test.each([false, true])(
  'a sample of another process is marked as one and is valid, here in a thread: %s',
  async inThread => {
    const { other, rows, endpointId, listener, port, path } = await openTwo(inThread)
    const order = { provider: 'opentact', sample: 'event-received', endpointId, fields: {} }
    expect(await other.listener.simulate(order)).toMatchObject({ status: 200 })
    expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject({ origin: 'simulate', verdict: 'valid' })
    const [{ id } = { id: 0 }] = listener.list({ limit: 1 })
    expect(listener.get(id).verdictText).toContain('sample of Plugboard’s own')

    const replayed = await other.listener.sending.replay({ id, to: null, set: {}, resign: true })
    expect(replayed).toMatchObject({ state: 'done', status: 200 })
    await expect
      .poll(() => listener.list({ limit: 1 }))
      .toMatchObject([{ origin: 'replay', replayOf: id, verdict: 'valid' }])

    await ask(port, rawPost(port, path, 'x'))
    expect(listener.list({ limit: 1 })).toMatchObject([{ origin: 'network' }])
  }
)

test('a mark is gone with its connection and with the process that made it, or after a minute', async () => {
  const { other, store, endpointId } = await openTwo(false)
  await other.listener.simulate({ provider: 'opentact', sample: 'event-received', endpointId, fields: {} })
  await expect.poll(() => readMarks(store).size).toBe(0)

  let nowMs = 1_000_000
  const clock = { ...systemClock, now: () => nowMs }
  const mark = { origin: 'simulate', replayOf: null } as const
  const [first, second] = ['one', 'two'].map(sampleKey =>
    createElsewhere(store, clock, { isElsewhere: () => true, sampleKey })
  )
  first?.noted({ name: '127.0.0.1 1', mark })
  second?.noted({ name: '127.0.0.1 2', mark })
  expect([...readMarks(store).keys()]).toEqual(['127.0.0.1 1', '127.0.0.1 2'])
  expect(readSampleKeys(store)).toEqual(['two', 'one', expect.any(String)])
  second?.end()
  expect([...readMarks(store).keys()]).toEqual(['127.0.0.1 1'])
  const accepted = { remoteAddress: '127.0.0.1', remotePort: 1 } as Socket
  const knowledge = readKnowledge(store, clock)
  expect(knowledge.markOf(accepted)).toMatchObject(mark)
  nowMs += 60_001
  expect(knowledge.markOf(accepted)).toBeUndefined()
  second?.noted({ name: '127.0.0.1 3', mark })
  expect([...readMarks(store).keys()]).toEqual(['127.0.0.1 3'])
})

test('what the store says of marks and keys, and cannot be read, counts as nothing', async () => {
  const { store, listener, other, port, path } = await openTwo(false)
  for (const text of ['{', '{}', '[1]', 'null']) {
    other.store.options.set('listener-marks', text)
    other.store.options.set('sample-keys', text)
    const rows = listener.watch()
    expect((await ask(port, rawPost(port, path, 'x'))).status).toBe(200)
    expect(await nextOf(rows, row => row.verdict !== null)).toMatchObject({ origin: 'network' })
  }
  expect(readMarks(store).size).toBe(0)
})
