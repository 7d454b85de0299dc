import { createRouterClient, implement, type AnyRouter } from '@orpc/server'
import { expect, test } from 'vitest'
import { contract, type Client } from '#shared/contract/index.ts'
import type { Operation, Plan, Run, RunEvent } from '#shared/model/plan.ts'
import { gather } from '../../src/renderer/state/gather.ts'
import { createPlan, openGuards } from '../../src/renderer/state/plan.ts'
import { createResource } from '../../src/renderer/state/resource.ts'
import { createRun, noProgress, progressed } from '../../src/renderer/state/run.ts'

const methods = implement(contract)

/** A client of the few methods that a test needs. */
function clientOf(router: AnyRouter): Client {
  return createRouterClient(router, { context: {} }) as Client
}

test('what comes in together is handed over together, and nothing of it is lost', async () => {
  const batches: number[][] = []
  const add = gather<number>(5, items => batches.push(items))
  for (let number = 0; number < 500; number += 1) add(number)
  await expect.poll(() => batches.length).toBe(1)
  add(500)
  await expect.poll(() => batches.flat().length).toBe(501)
  expect(batches.flat()).toEqual(Array.from({ length: 501 }, (_, number) => number))
})

test('reads that are asked for during a read are gathered into one, which comes after it', async () => {
  const reads: PromiseWithResolvers<number>[] = []
  const store = createResource(() => {
    const read = Promise.withResolvers<number>()
    reads.push(read)
    return read.promise
  })
  const first = store.getState().reload()
  const others = [store.getState().reload(), store.getState().reload(), store.getState().reload()]
  expect(reads).toHaveLength(1)
  reads[0]?.resolve(1)
  await first
  await expect.poll(() => reads.length).toBe(2)
  reads[1]?.resolve(2)
  await Promise.all(others)
  expect(reads).toHaveLength(2)
  expect(store.getState().value).toBe(2)
})

test('a read that fails keeps the last value and shows the fault; the next one clears it', async () => {
  let fail = false
  const store = createResource(() => (fail ? Promise.reject(new Error('secret detail')) : Promise.resolve('here')))
  await store.getState().reload()
  fail = true
  await store.getState().reload()
  expect(store.getState()).toMatchObject({ value: 'here', fault: { code: 'bug' } })
  expect(JSON.stringify(store.getState().fault)).not.toContain('secret detail')
  fail = false
  await store.getState().reload()
  expect(store.getState().fault).toBeUndefined()
})

const change = { accountId: 'a', profileId: 'p', kind: 'k', remoteId: null, title: 'T', action: 'delete' } as const
const plan: Plan = {
  hash: 'h1',
  accountId: null,
  changes: [{ ...change, settings: [], reliesOn: null }],
  conflicts: [],
  held: [],
  guards: [
    { code: 'delete', accountId: 'a', profileId: 'p', message: '', confirm: 'delete:p' },
    { code: 'cannot', accountId: 'a', profileId: 'q', message: '', confirm: null }
  ]
}

test('a guard is open until it is confirmed; one that nothing can lift asks for nothing', () => {
  expect(openGuards(plan, []).map(guard => guard.confirm)).toEqual(['delete:p'])
  expect(openGuards(plan, ['delete:p'])).toEqual([])
})

test('a confirmation holds for the plan that it was given for and for no other', async () => {
  let hash = 'h1'
  const make = methods.plans.make.handler(() => ({ ...plan, hash }))
  const store = createPlan(clientOf({ plans: { make } }))
  await store.getState().make(false)
  store.getState().confirm('delete:p', true)
  await store.getState().make(false)
  expect(store.getState().confirmed).toEqual(['delete:p'])
  hash = 'h2'
  await store.getState().make(false)
  expect(store.getState().confirmed).toEqual([])
})

const operation: Operation = {
  id: 'o1',
  runId: 'r1',
  accountId: 'a',
  profileId: 'p',
  change: { ...change, settings: [], reliesOn: null },
  state: 'inflight',
  attempts: 1,
  fault: null,
  note: null,
  retryAtMs: null,
  preparedMs: 1,
  inflightElapsedMs: 2,
  finishedMs: null
}
const run: Run = {
  id: 'r1',
  planHash: 'h1',
  accountId: null,
  state: 'done',
  writes: 1,
  startedMs: 1,
  finishedMs: 9,
  operations: [{ ...operation, state: 'done' }]
}

test('progress follows the events: an operation stands once, its wait ends when it goes on', () => {
  const events: RunEvent[] = [
    { type: 'started', runId: 'r1', total: 1 },
    { type: 'operation', operation, finished: 0, total: 1 },
    { type: 'waiting', operationId: 'o1', untilMs: 50, reason: 'slow down' },
    { type: 'operation', operation: { ...operation, state: 'waiting' }, finished: 0, total: 1 }
  ]
  const waiting = events.reduce(progressed, noProgress)
  expect(waiting).toMatchObject({ runId: 'r1', waits: { o1: { untilMs: 50 } }, operations: [{ state: 'waiting' }] })
  const on = progressed(waiting, { type: 'operation', operation, finished: 0, total: 1 })
  expect(on.waits).toEqual({})
  expect(progressed(on, { type: 'finished', run })).toMatchObject({ run, operations: [{ state: 'done' }] })
})

test('a run that breaks off shows why and keeps what was seen of it', async () => {
  const apply = methods.runs.apply.handler(async function* ({ errors }) {
    yield { type: 'started', runId: 'r1', total: 2 } satisfies RunEvent
    throw errors.FAULT({ data: { code: 'plan-changed', message: 'Another plan', advice: 'Look', retry: 'after-fix' } })
  })
  const store = createRun(clientOf({ runs: { apply } }))
  await store.getState().apply({ hash: 'h1', confirm: [] })
  expect(store.getState()).toMatchObject({
    busy: false,
    progress: { runId: 'r1', total: 2 },
    fault: { code: 'plan-changed', message: 'Another plan' }
  })
})
