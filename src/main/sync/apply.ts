import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Change, Guard, Operation, Plan, Run, RunEvent } from '#shared/model/plan.ts'
import type { Kind, ProviderApi } from '../providers/contract.ts'
import type { Lookup, SyncDeps } from './deps.ts'
import { createEventLog } from './events.ts'
import { createJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import { createLook } from './look.ts'
import type { Look } from './look.ts'
import { cancelled, carryOut } from './operation.ts'
import { park } from './park.ts'
import type { SyncTuning } from './pause.ts'
import { guardsOf } from './plan.ts'
import type { Turn } from './turn.ts'
import { inUse } from './turn.ts'

export type ApplyDeps = SyncDeps & {
  turn: Turn
  lookup: Lookup
  tuning: SyncTuning
  plan: (accountId?: string) => Plan
  reportOf: (error: unknown) => FaultReport
  /** Aborts even a request in flight. */
  hardStop: AbortSignal
}

export type Order = { accountId?: string; hash: string; only?: string[]; confirm: string[] }
export type Started = { runId: string; events: AsyncIterable<RunEvent>; finished: Promise<Run> }

export type Apply = {
  apply(order: Order): Started
  cancel(runId: string): void
  /** Stops all runs before their next request. out: when they have ended. */
  stop(): Promise<void>
  isRunning(runId: string): boolean
}

type Progress = {
  runId: string
  journal: Journal
  cancel: AbortSignal
  onWaiting: OnWaiting
  finish: (operation: Operation) => void
}
type OnWaiting = (operation: Operation, untilMs: number, fault: FaultReport) => void

const accountsAtOnce = 4

/**
 * Carries out plans. faults of apply, before anything is sent: in-use-elsewhere, plan-changed, brake, needs-confirmation,
 * conflicts and not-found (`only` names what is not in the plan, and why).
 */
export function createApply(deps: ApplyDeps): Apply {
  const active = new Map<string, { controller: AbortController; finished: Promise<Run> }>()

  function begin(order: Order): Started {
    if (active.size > 0) throw new Fault('in-use-elsewhere', { message: 'A plan is being carried out already.' })
    const leave = deps.turn.enter()
    try {
      return start(deps, order, chosenChanges(deps, order), active, leave)
    } catch (error) {
      leave()
      throw error
    }
  }

  return {
    apply: begin,
    isRunning: runId => active.has(runId),
    cancel(runId) {
      const run = active.get(runId)
      if (run) return run.controller.abort()
      const stored = deps.store.runs.get(runId)
      if (!stored) throw new Fault('not-found', { message: `There is no run ${runId}.` })
      if (stored.state === 'running') throw inUse(deps.store.leases.holder('sync', deps.clock.now()))
    },
    async stop() {
      for (const { controller } of active.values()) controller.abort()
      await Promise.allSettled([...active.values()].map(({ finished }) => finished))
    }
  }
}

/** The changes of the reviewed plan that are ordered, after all that could forbid them. */
function chosenChanges(deps: ApplyDeps, { accountId, hash, only, confirm }: Order): Change[] {
  const plan = deps.plan(accountId)
  if (plan.hash !== hash) throw new Fault('plan-changed')
  const missing = only?.find(id => !plan.changes.some(({ profileId }) => profileId === id))
  if (missing !== undefined) throw missingFault(plan, missing)
  const changes = only ? plan.changes.filter(({ profileId }) => only.includes(profileId)) : plan.changes
  const open = guardsOf(changes, deps.lookup.entries(accountId)).find(
    ({ confirm: key }) => key === null || !confirm.includes(key)
  )
  if (open) throw guardFault(open)
  return changes
}

function missingFault({ conflicts, held, guards }: Plan, id: string): Fault {
  const conflict = conflicts.find(({ profileId }) => profileId === id)
  if (conflict)
    return new Fault('conflicts', { message: `“${conflict.title}” was changed on both sides.`, field: 'only' })
  const cannot = guards.find(({ profileId, confirm }) => profileId === id && confirm === null)
  if (cannot) return new Fault('unsupported', { message: cannot.message, field: 'only' })
  const why = held.find(({ profileId }) => profileId === id)?.message
  return new Fault('not-found', { message: why ?? `The plan has no change of ${id}.`, field: 'only' })
}

function guardFault({ code, message }: Guard): Fault {
  return new Fault(code === 'brake' ? 'brake' : code === 'delete' ? 'needs-confirmation' : 'unsupported', { message })
}

function start(
  deps: ApplyDeps,
  order: Order,
  changes: Change[],
  active: Map<string, { controller: AbortController; finished: Promise<Run> }>,
  leave: () => void
): Started {
  const controller = new AbortController()
  const events = createEventLog<RunEvent>()
  let over = 0
  const tell = (operation: Operation) =>
    events.push({ type: 'operation', operation, finished: over, total: changes.length })
  // The end of an operation is told by `finish`, once it counts.
  const onChange = (operation: Operation) => (operation.finishedMs === null ? tell(operation) : undefined)
  const journal = createJournal({ ...deps, onChange })
  const run = journal.begin({ planHash: order.hash, accountId: order.accountId ?? null }, changes)
  const progress: Progress = {
    runId: run.id,
    journal,
    cancel: controller.signal,
    onWaiting: ({ id }, untilMs, { message }) =>
      events.push({ type: 'waiting', operationId: id, untilMs, reason: message }),
    finish(operation) {
      over += 1
      tell(operation)
    }
  }
  events.push({ type: 'started', runId: run.id, total: changes.length })
  const finished = carryOutRun(deps, progress, run.operations)
    .then(ended => {
      events.push({ type: 'finished', run: ended })
      return ended
    })
    .finally(() => {
      active.delete(run.id)
      events.end()
      leave()
    })
  // Whoever awaits it gets its fault; a run that nobody awaits must not end the process with it.
  finished.catch(deps.reportOf)
  active.set(run.id, { controller, finished })
  return { runId: run.id, events, finished }
}

async function carryOutRun(deps: ApplyDeps, progress: Progress, operations: Operation[]): Promise<Run> {
  await deps.onStep?.('begun')
  const queue = new PQueue({ concurrency: accountsAtOnce })
  const byAccount = Map.groupBy(operations, ({ accountId }) => accountId)
  const settled = await Promise.allSettled(
    [...byAccount].map(([accountId, own]) =>
      queue.add(() => deps.turn.withAccount(accountId, () => carryOutAccount(deps, progress, accountId, own)))
    )
  )
  deps.bus.tell('profiles')
  const broken = settled.find(one => one.status === 'rejected')
  // A fault of the store: what the journal says last is true, and the next start goes on from there.
  if (broken) throw broken.reason
  await deps.onStep?.('ending')
  return progress.journal.end(progress.runId, endOf(progress, deps.store.runs.get(progress.runId)?.operations ?? []))
}

function endOf({ cancel }: Progress, operations: Operation[]): 'done' | 'cancelled' | 'incomplete' {
  if (operations.every(({ state }) => state === 'done')) return 'done'
  return cancel.aborted ? 'cancelled' : 'incomplete'
}

/** One account, one operation after the other. A fault that the others would meet too stops them before they are sent. */
async function carryOutAccount(
  deps: ApplyDeps,
  progress: Progress,
  accountId: string,
  own: Operation[]
): Promise<void> {
  const { journal, cancel, finish } = progress
  const session = await connect(deps, accountId)
  let stop = 'fault' in session ? session.fault : undefined
  for (const operation of own) {
    if (cancel.aborted) finish(cancelled({ journal }, operation))
    else if (stop || 'fault' in session)
      finish(journal.finish(operation, 'skipped', { fault: stop, note: 'Nothing was sent.' }))
    else {
      const kind = session.kindOf(operation.change.kind)
      const outcome = await carryOut(workOf(deps, progress, { ...session, kind }), operation)
      stop = outcome.stop
      finish(outcome.operation)
      deps.bus.tell('profiles')
    }
  }
}

type Session = { account: Account; api: ProviderApi; look: Look; kindOf: (kind: string) => Kind }

async function connect(deps: ApplyDeps, accountId: string): Promise<Session | { fault: FaultReport }> {
  const account = deps.store.accounts.get(accountId)
  if (!account) return { fault: new Fault('not-found', { message: 'The account was removed.' }).report() }
  try {
    const api = await deps.connect(account, deps.hardStop)
    // By the account as it is now: it may be removed while the run goes on.
    const kindOf = (kind: string) => deps.registry.kind(account.provider, kind)
    return { account, api, kindOf, look: createLook({ ...deps, api, kindOf }) }
  } catch (error) {
    const fault = deps.reportOf(error)
    if (fault.code === 'auth') park(deps, account, fault)
    return { fault }
  }
}

function workOf(
  deps: ApplyDeps,
  { journal, cancel, onWaiting }: Progress,
  { api, account, look, kind }: Pick<Parameters<typeof carryOut>[0], 'api' | 'account' | 'look' | 'kind'>
): Parameters<typeof carryOut>[0] {
  const { store, clock, bus, tuning, reportOf } = deps
  return {
    api,
    account,
    look,
    kind,
    store,
    clock,
    bus,
    tuning,
    reportOf,
    journal,
    cancel,
    onWaiting,
    isOurs: () => deps.turn.isOurs(),
    secretSetting: (profileId, setting, version) => deps.secretSetting(profileId, setting, version),
    onStep: async name => deps.onStep?.(name)
  }
}
