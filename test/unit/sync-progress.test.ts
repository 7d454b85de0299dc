import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { FaultCode } from '#shared/faults.ts'
import type { RunEvent } from '#shared/model/plan.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { bench, once } from '../helpers/apply-bench.ts'

async function eventsOf(engine: Sync): Promise<RunEvent[]> {
  const plan = await engine.plan()
  const only = plan.changes.flatMap(({ action, profileId }) => (action === 'create' ? [profileId] : []))
  const { events } = await engine.apply({ hash: plan.hash, confirm: [], only })
  const seen: RunEvent[] = []
  for await (const event of events) seen.push(event)
  return seen
}

test.each<[FaultCode, (nowMs: number) => { retryAtMs?: number }, RegExp]>([
  ['rate-limited', nowMs => ({ retryAtMs: nowMs + 5_000 }), /^Slow down \(429\)$/],
  ['timeout', () => ({}), /may still arrive/]
])('a run that waits after %s says until when and for what, and how many requests it took', (code, more, reason) =>
  bench(async ({ engine, remote, clock }) => {
    const beganMs = clock.now()
    remote.script = once('create', { before: new Fault(code, { message: 'Slow down (429)', ...more(beganMs) }) })
    const events = await eventsOf(engine)
    const waits = events.filter(event => event.type === 'waiting')
    expect(waits).toHaveLength(1)
    expect(waits[0]?.reason).toMatch(reason)
    expect(waits[0]?.untilMs).toBeGreaterThanOrEqual(beganMs + 5_000)
    expect(events.at(-1)).toMatchObject({ run: { state: 'done', writes: 2, operations: [{ attempts: 2 }] } })
  })
)

test('while the provider cannot be asked what became of a request, the wait says why', () =>
  bench(async ({ engine, remote }) => {
    const away = new Fault('provider-error', { message: 'It answered 500' })
    const lost = once('create', { after: new Fault('timeout') })
    let lists = 0
    remote.script = (call, index) => {
      if (call.call === 'list') lists += 1
      return call.call === 'list' && lists === 2 ? { before: away } : lost(call, index)
    }
    const events = await eventsOf(engine)
    expect(events).toContainEqual(expect.objectContaining({ type: 'waiting', reason: 'It answered 500' }))
    expect(events.at(-1)).toMatchObject({ run: { state: 'done', writes: 1 } })
  }))
