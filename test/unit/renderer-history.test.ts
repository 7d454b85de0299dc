import { createRouterClient, implement } from '@orpc/server'
import { expect, test } from 'vitest'
import { contract, type Client } from '#shared/contract/index.ts'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { Operation, Plan, Run } from '#shared/model/plan.ts'
import type { Profile } from '#shared/model/profile.ts'
import { undoOf } from '../../src/renderer/state/history.ts'
import { conflictsIn } from '../../src/renderer/state/lookups.ts'
import { createPlan } from '../../src/renderer/state/plan.ts'
import { leftOf, noProgress, progressed, progressOf, requestsOf, resume } from '../../src/renderer/state/run.ts'

function entry(id: string, what: HistoryEntry['what'], more: Partial<HistoryEntry> = {}): HistoryEntry {
  const own = { id, atMs: 1, accountId: 'a', profileId: 'p', kind: 'k', title: 'P', settings: [], runId: null }
  return { ...own, what, after: { note: id }, who: 'window', ...more }
}

test('an edit is undone by what was before it, and what it made is dropped', () => {
  expect(undoOf([entry('2', 'local-edited'), entry('1', 'seen-new')])).toEqual({ rollbackTo: '1' })
  expect(undoOf([entry('2', 'local-deleted', { after: null }), entry('1', 'seen-new')])).toEqual({ rollbackTo: '1' })
  expect(undoOf([entry('1', 'local-created')])).toBe('drop')
  expect(undoOf([entry('2', 'local-rolled-back'), entry('1', 'applied-delete', { after: null })])).toBe('drop')
})

test('what was carried out, seen or decided is not undone as an edit', () => {
  for (const what of ['applied-update', 'seen-changed', 'conflict-resolved', 'policy-changed'] as const) {
    expect(undoOf([entry('2', what), entry('1', 'seen-new')])).toBeUndefined()
  }
  expect(undoOf([])).toBeUndefined()
})

function operation(profileId: string, more: Partial<Operation> = {}): Operation {
  const change = { accountId: 'a', profileId, kind: 'k', remoteId: 'r', title: profileId, reliesOn: null, settings: [] }
  const times = { retryAtMs: null, preparedMs: 0, inflightElapsedMs: null, finishedMs: 1 }
  const own = { id: `o-${profileId}`, runId: 'r', accountId: 'a', profileId, attempts: 1, fault: null, note: null }
  return { ...own, ...times, change: { ...change, action: 'update' }, state: 'done', ...more }
}

function runOf(state: Run['state'], operations: Operation[]): Run {
  return { id: 'r', planHash: 'h', accountId: 'a', state, writes: 1, startedMs: 0, finishedMs: 1, operations }
}

test('what a run left is what it was about and did not carry out', () => {
  const operations = [operation('p'), operation('q', { state: 'skipped' }), operation('s', { state: 'waiting' })]
  expect(leftOf(runOf('cancelled', operations))).toEqual(['q', 's'])
  expect(leftOf(runOf('interrupted', operations))).toEqual(['q', 's'])
  expect(leftOf(runOf('running', operations))).toEqual([])
  expect(requestsOf([...operations, operation('t', { attempts: 3 })])).toBe(6)
})

test('going on makes a new plan of what is left; what the run was not about is not sent along unseen', async () => {
  const asked: unknown[] = []
  const changes = ['q', 's', 'new'].map(id => operation(id).change)
  const plan: Plan = { hash: 'h2', accountId: 'a', changes, conflicts: [], guards: [], held: [] }
  const make = implement(contract).plans.make.handler(({ input }) => {
    asked.push(input)
    return plan
  })
  const store = createPlan(createRouterClient({ plans: { make } }, { context: {} }) as Client)
  const left = ['q', 's'].map(id => operation(id, { state: 'skipped' }))
  await resume(runOf('cancelled', [operation('p'), ...left]), store)
  expect(asked).toEqual([{ accountId: 'a', fresh: false }])
  expect(store.getState()).toMatchObject({ accountId: 'a', plan: { hash: 'h2' }, leftOut: ['new'] })
  await resume(runOf('cancelled', [operation('gone', { state: 'skipped' })]), store)
  expect(store.getState().leftOut).toEqual([])
})

test('while it is found out what became of a request, the wait is shown until something happens', () => {
  const unknown = operation('p', { state: 'unknown', finishedMs: null })
  const events = { finished: 0, total: 1 }
  const told = progressed(noProgress, { type: 'operation', operation: unknown, ...events })
  const wait = { operationId: unknown.id, untilMs: 5, reason: 'It may still arrive' }
  const waiting = progressed(told, { type: 'waiting', ...wait })
  expect(waiting.waits).toEqual({ [unknown.id]: { untilMs: 5, reason: 'It may still arrive' } })
  expect(progressed(waiting, { type: 'operation', operation: operation('p'), ...events }).waits).toEqual({})
})

test('a run of another window shows how far it is and what it waits for', () => {
  const fault = { code: 'rate-limited' as const, message: 'Slow down (429)', advice: '', retry: 'later' as const }
  const waiting = operation('q', { state: 'waiting', retryAtMs: 7, finishedMs: null, fault })
  expect(progressOf(runOf('running', [operation('p'), waiting]))).toMatchObject({
    runId: 'r',
    total: 2,
    finished: 1,
    waits: { 'o-q': { untilMs: 7, reason: 'Slow down (429)' } }
  })
})

test('conflicts are counted setting by setting, and a profile as one where a side is gone', () => {
  const decision = { label: 'Note', secret: false }
  const profile = {
    id: 'p',
    title: 'P',
    state: 'conflict',
    local: {},
    remote: {},
    decisions: [
      { ...decision, setting: 'note', decision: 'edited-both-then-ask' },
      { ...decision, setting: 'url', decision: 'edited-both-then-ask' },
      { ...decision, setting: 'name', decision: 'edited-here-then-push' }
    ]
  } as unknown as Profile
  expect(conflictsIn(profile).map(({ setting }) => setting)).toEqual(['note', 'url'])
  expect(conflictsIn({ ...profile, local: null })).toMatchObject([{ setting: null }])
  expect(conflictsIn({ ...profile, state: 'drifted' })).toEqual([])
})
