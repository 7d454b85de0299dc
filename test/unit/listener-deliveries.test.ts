import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { deliveries } from '#shared/model/lab.ts'
import { deliver, type DeliverySource } from '../../src/main/listener/simulate/deliveries.ts'
import { planDeliveries, planRepeats } from '../../src/main/listener/simulate/delivery-plan.ts'
import { buildNth } from '../../src/main/listener/simulate/simulate.ts'
import { newKeyPair } from '../../src/main/providers/kit/signatures/ed25519.ts'
import { schemeDelivery } from '../../src/main/providers/kit/signatures/scheme-delivery.ts'
import { signByScheme } from '../../src/main/providers/kit/signatures/schemes.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { listening } from '../helpers/listening.ts'

const { open } = listening()

const orders = fc.record({
  count: fc.integer({ min: 1, max: 40 }),
  duplicates: fc.integer({ min: 0, max: 3 }),
  seed: fc.integer({ min: 0, max: 4_294_967_295 })
})

test('in order each message comes with its duplicates; in another order all of them come, never in the same one', () => {
  expect(planDeliveries({ count: 2, duplicates: 1, reordered: false }, 7)).toEqual([
    { message: 0, copy: 0 },
    { message: 0, copy: 1 },
    { message: 1, copy: 0 },
    { message: 1, copy: 1 }
  ])
  fc.assert(
    fc.property(orders, ({ seed, ...order }) => {
      const plain = planDeliveries({ ...order, reordered: false }, seed)
      const other = planDeliveries({ ...order, reordered: true }, seed)
      const key = (each: { message: number; copy: number }) => `${each.message} ${each.copy}`
      expect(other.map(key).sort()).toEqual(plain.map(key).sort())
      expect(planDeliveries({ ...order, reordered: true }, seed)).toEqual(other)
      const same = JSON.stringify(other.map(each => each.message)) === JSON.stringify(plain.map(each => each.message))
      expect(same).toBe(order.count === 1)
    })
  )
})

test('repeats: the provider’s waits within the hour, shortened ones, or none where nothing is known, and it is said', () => {
  const { who, retries } = schemeDelivery['standard-webhooks']
  const own = planRepeats('provider', retries, who)
  expect(own.afterMs).toEqual([5_000, 300_000, 1_800_000])
  expect(own.said[0]).toMatch(/repeated after 5 s, 5 min, 30 min, 2 h.*later than an hour were left out: 6\./)
  expect(planRepeats('fast', retries, who).afterMs).toEqual(Array.from({ length: 9 }, () => 1_000))
  expect(planRepeats('none', retries, who)).toEqual({ afterMs: [], said: [] })
  const unknown = planRepeats('provider', undefined, 'OpenTACT')
  expect(unknown).toEqual({ afterMs: [], said: [expect.stringContaining('Nothing is known of whether OpenTACT')] })
})

test('every schedule of a provider is finite, positive and says where it comes from', () => {
  const all = [
    ...createRegistry()
      .list()
      .map(each => each.callbacks.retries),
    ...Object.values(schemeDelivery).map(each => each.retries)
  ]
  const known = all.filter(each => each !== undefined)
  expect(known.length).toBeGreaterThanOrEqual(3)
  for (const { afterMs, source, certainty } of known) {
    expect(afterMs.length).toBeGreaterThan(0)
    expect(afterMs.every(ms => Number.isInteger(ms) && ms > 0)).toBe(true)
    expect(source.length).toBeGreaterThan(20)
    expect(['documented', 'assumed']).toContain(certainty)
  }
})

test('several of every sample of every provider differ, and what the person filled in stays', () => {
  for (const provider of createRegistry().list()) {
    for (const { id } of provider.callbacks.samples) {
      const now = new Date(1_700_000_000_000)
      const made = [0, 1, 2].map(n => buildNth(provider, { sample: id, fields: {} }, { n, now }))
      expect(new Set(made.map(each => JSON.stringify(each))).size).toBe(3)
    }
  }
  const textMarks = createRegistry().get('textmarks')
  const order = { sample: 'join', fields: { userId: '7' } }
  const made = buildNth(textMarks, order, { n: 5, now: new Date(0) })
  expect(made.query).toMatch(/(^|&)[^=]+=7(&|$)/)
})

/** A sender whose time stands still but for its waits, and a receiver that answers by what the test says. */
function rig(answer: (text: string, nth: number) => number | Fault) {
  let now = 1_700_000_000_000
  const waits: number[] = []
  const came: string[] = []
  const source: DeliverySource = {
    who: 'Nobody',
    retries: { afterMs: [30_000, 120_000], source: 'this test', certainty: 'documented' },
    message: (n, atMs) => triedMs => ({ method: 'POST', headers: [], body: `m${n} made ${atMs} tried ${triedMs}` })
  }
  return {
    waits,
    came,
    source,
    start: now,
    deps: {
      clock: {
        now: () => now,
        elapsedMs: () => now,
        async sleep(ms: number, signal?: AbortSignal) {
          signal?.throwIfAborted()
          waits.push(ms)
          now += ms
        }
      },
      async send({ body }: { body: string }) {
        came.push(body)
        const status = answer(body, came.length)
        if (status instanceof Fault) throw status
        return status
      }
    }
  }
}

const order = (given: object) => deliveries.parse(given)

test('it sends once and at once when nothing else is asked for, even when that is refused', async () => {
  const { deps, source, came, waits } = rig(() => 500)
  expect(await deliver(order({}), source, deps)).toEqual({ status: 500, sent: 1, taken: 0, said: [] })
  expect([came.length, waits]).toEqual([1, []])
})

test('what is not answered 2xx is repeated when the provider would, as the same message with a time of its own', async () => {
  const { deps, source, came, waits, start } = rig((_text, nth) => (nth < 3 ? 503 : 204))
  const result = await deliver(order({ retries: 'provider', lateMs: 1_000 }), source, deps)
  expect(result).toMatchObject({ status: 204, sent: 3, taken: 1 })
  expect(waits).toEqual([30_000, 120_000])
  const signed = start - 1_000
  expect(came).toEqual([0, 30_000, 150_000].map(ms => `m0 made ${signed} tried ${signed + ms}`))
})

test('after its last repeat a sender gives up, and one that nobody answers is a fault', async () => {
  const refused = rig(() => 500)
  expect(await deliver(order({ retries: 'fast' }), refused.source, refused.deps)).toMatchObject({ sent: 3, taken: 0 })
  expect(refused.waits).toEqual([1_000, 1_000])
  const dead = rig(() => new Fault('unreachable'))
  await expect(deliver(order({ retries: 'fast' }), dead.source, dead.deps)).rejects.toMatchObject({
    code: 'unreachable'
  })
  expect(dead.came).toHaveLength(3)
})

test('one that is lost on the way does not keep the others from going', async () => {
  const { deps, source, came } = rig(text => (text.startsWith('m1') ? new Fault('timeout') : 200))
  expect(await deliver(order({ count: 3, duplicates: 1 }), source, deps)).toMatchObject({ sent: 6, taken: 4 })
  expect(came.map(each => each.slice(0, 2))).toEqual(['m0', 'm0', 'm1', 'm1', 'm2', 'm2'])
})

test('the seed of another order is told, and gives that order again', async () => {
  const first = rig(() => 200)
  const told = await deliver(order({ count: 20, reordered: true }), first.source, first.deps)
  const seed = Number(/seed (\d+)/.exec(told.said.join())?.[1])
  const second = rig(() => 200)
  await deliver(order({ count: 20, reordered: true, seed }), second.source, second.deps)
  expect(second.came).toEqual(first.came)
  expect(first.came.map(each => Number(/\d+/.exec(each)?.[0]))).not.toEqual(Array.from({ length: 20 }, (_, n) => n))
})

test('it ends at once when it is told to, also while it waits to repeat', async () => {
  const abort = new AbortController()
  const { deps, source, came } = rig((_text, nth) => {
    if (nth === 2) abort.abort()
    return 500
  })
  const sending = deliver(order({ count: 9, retries: 'provider' }), source, { ...deps, signal: abort.signal })
  await expect(sending).rejects.toMatchObject({ code: 'cancelled', message: 'It was stopped after 2 requests.' })
  expect(came).toHaveLength(2)
})

test('by Standard Webhooks a repeat keeps its id and is signed anew', () => {
  const keys = { key: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', samples: newKeyPair() }
  const message = { id: 'msg_1', body: Buffer.from('{}') }
  const [first, later] = [0, 5_000].map(atMs => signByScheme('standard-webhooks', { ...message, atMs }, keys))
  expect(first?.[0]).toEqual(later?.[0])
  expect(first?.[2]).not.toEqual(later?.[2])
})

test('through the listener every delivery is a callback of its own, marked as simulated, with what it says', async () => {
  const { listener } = await open()
  const sample = { provider: 'invented', sample: 'message', fields: {} }
  const sent = await listener.simulate({
    ...sample,
    deliveries: order({ count: 3, duplicates: 1, reordered: true, seed: 5, lateMs: 60_000, retries: 'fast' })
  })
  expect(sent).toMatchObject({ status: 202, sent: 6, taken: 6 })
  expect(sent.said).toEqual(['The order was shuffled with the seed 5.', expect.stringContaining('Nothing is known')])
  const rows = listener.list({ limit: 10 })
  expect(rows.map(row => row.origin)).toEqual(Array.from({ length: 6 }, () => 'simulate'))
  const { at } = JSON.parse(listener.get(rows[0]?.id ?? 0).bodyText ?? '') as { at: number }
  expect((rows[0]?.receivedMs ?? 0) - at).toBeGreaterThanOrEqual(60_000)
  await listener.stop()
  const elsewhere = { ...sample, to: 'http://127.0.0.1:9', deliveries: order({ count: 2 }) }
  await expect(listener.simulate(elsewhere)).rejects.toMatchObject({ code: 'unreachable' })
  const abort = new AbortController()
  abort.abort()
  await expect(listener.simulate(elsewhere, abort.signal)).rejects.toMatchObject({ code: 'cancelled' })
})
