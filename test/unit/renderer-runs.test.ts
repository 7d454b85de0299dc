import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Operation, Plan, Run } from '#shared/model/plan.ts'
import type { Profile } from '#shared/model/profile.ts'
import { stopsOf } from '../../src/renderer/screens/run-summary.tsx'
import { openGuards, takenChanges } from '../../src/renderer/state/plan.ts'
import { refusalOf } from '../../src/renderer/state/refusals.ts'

const refused = new Fault('refused', { message: 'The provider does not like it' }).report()
const away = new Fault('unreachable').report()

function change(profileId: string, to = 'new'): Operation['change'] {
  return {
    accountId: 'a',
    profileId,
    kind: 'setting',
    remoteId: profileId,
    title: profileId,
    action: 'update',
    settings: [{ setting: 'value', label: 'Value', secret: false, from: 'old', to }],
    reliesOn: null
  }
}

function operation(profileId: string, more: Partial<Operation>): Operation {
  return {
    id: `o-${profileId}`,
    runId: 'r',
    accountId: 'a',
    profileId,
    change: change(profileId),
    state: 'done',
    attempts: 1,
    fault: null,
    note: null,
    retryAtMs: null,
    preparedMs: 0,
    inflightElapsedMs: null,
    finishedMs: 1,
    ...more
  }
}

function runOf(operations: Operation[]): Run {
  return {
    id: 'r',
    planHash: 'h',
    accountId: null,
    state: 'incomplete',
    writes: 1,
    startedMs: 0,
    finishedMs: 1,
    operations
  }
}

function edited(value: string): Profile {
  return {
    id: 'p',
    accountId: 'a',
    kind: 'setting',
    remoteId: 'p',
    base: { value: 'old' },
    local: { value },
    remote: { value: 'old' },
    remoteKnown: true,
    remoteSeenMs: 0,
    policies: {},
    createdMs: 0,
    updatedMs: 0,
    title: 'p',
    state: 'edited',
    warnings: [],
    decisions: []
  }
}

test('a refusal stays beside its setting until the value is another one or it went through', () => {
  const failed = runOf([operation('p', { state: 'failed', fault: refused })])
  expect(refusalOf([failed], edited('new'))).toEqual({ fault: refused, setting: 'value' })
  expect(refusalOf([failed], edited('corrected'))).toBeUndefined()
  expect(refusalOf([failed], { ...edited('new'), state: 'in-sync' })).toBeUndefined()
  expect(refusalOf([runOf([operation('p', {})]), failed], edited('new'))).toBeUndefined()
  expect(refusalOf([runOf([operation('other', {})]), failed], edited('new'))?.fault).toBe(refused)
})

test('a refusal of several settings belongs to the one that the fault names, else to none', () => {
  const both = { ...change('p'), settings: [...change('p').settings, ...change('p').settings] }
  const of = (field?: string) =>
    refusalOf([runOf([operation('p', { state: 'failed', fault: { ...refused, field }, change: both })])], edited('new'))
  expect(of('value')?.setting).toBe('value')
  expect(of()?.setting).toBeUndefined()
  expect(of('nothing')?.setting).toBeUndefined()
})

test('what kept the rest from being sent is said once, and not again where a failed change says it', () => {
  const skipped = (id: string, fault = away) => operation(id, { state: 'skipped', fault })
  expect(stopsOf(runOf([skipped('p'), skipped('q')]))).toEqual([{ accountId: 'a', fault: away }])
  expect(stopsOf(runOf([operation('p', { state: 'unknown', fault: away }), skipped('q')]))).toEqual([])
  expect(stopsOf(runOf([skipped('p', new Fault('cancelled').report())]))).toEqual([])
})

test('what is left out is not sent and asks for no confirmation', () => {
  const guard = { accountId: 'a', message: '' }
  const plan: Plan = {
    hash: 'h',
    accountId: null,
    changes: [change('p'), change('q')],
    conflicts: [],
    held: [],
    guards: [
      { ...guard, code: 'brake', profileId: null, confirm: 'brake:a' },
      { ...guard, code: 'delete', profileId: 'q', confirm: 'delete:q' }
    ]
  }
  const open = (leftOut: string[]) => openGuards(plan, [], leftOut).map(({ confirm }) => confirm)
  expect(takenChanges(plan, ['q']).map(({ profileId }) => profileId)).toEqual(['p'])
  expect(open([])).toEqual(['brake:a', 'delete:q'])
  expect(open(['q'])).toEqual(['brake:a'])
  expect(open(['p', 'q'])).toEqual([])
})
