import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Change, Operation, Run, RunEvent } from '#shared/model/plan.ts'
import type { Kind, ProviderApi } from '../providers/contract.ts'
import type { SyncDeps } from './deps.ts'
import { createEventLog } from './events.ts'
import { createJournal } from './journal.ts'
import type { Journal } from './journal.ts'
import { createLook } from './look.ts'
import type { Look } from './look.ts'
import { cancelled, carryOut } from './operation.ts'
import { park } from './park.ts'
import { pause } from './pause.ts'
import type { SyncTuning } from './pause.ts'
import { orderedChanges } from './order.ts'
import type { Order } from './order.ts'
import type { MadePlan } from './plan.ts'
import type { Reviewed } from './reviewed.ts'
import type { Work } from './work.ts'
import type { Turn } from './turn.ts'
import { inUse } from './turn.ts'

export type ApplyDeps = SyncDeps & {
  turn: Turn
  tuning: SyncTuning
  planning: (accountId?: string) => Promise<MadePlan>
  reviewed: Reviewed
  reportOf: (error: unknown) => FaultReport
  /** Aborts even a request in flight. */
  hardStop: AbortSignal
}

export type Started = { runId: string; events: AsyncIterable<RunEvent>; finished: Promise<Run> }

export type Apply = {
  apply(order: Order): Promise<Started>
  cancel(runId: string): void
  /** Stops all runs before their next request. out: when they have ended. */
  stop(): Promise<void>
  isRunning(runId: string): boolean
}

type Progress = {
  runId: string
  who: string
  journal: Journal
  cancel: AbortSignal
  onWaiting: OnWaiting
  finish: (operation: Operation) => void
}
type OnWaiting = (operation: Operation, untilMs: number, reason: string) => void

const accountsAtOnce = 4

/**
 * Carries out plans. faults of apply, before anything is sent: in-use-elsewhere, plan-changed, brake, needs-confirmation,
 * conflicts and not-found (`only` names what is not in the plan, and why).
 */
export function createApply(deps: ApplyDeps): Apply {
  const active = new Map<string, { controller: AbortController; finished: Promise<Run> }>()

  let isBeginning = false
  let isStopped = false

  async function begin(order: Order): Promise<Started> {
    if (isBeginning || active.size > 0) {
      throw new Fault('in-use-elsewhere', { message: 'A plan is being carried out already.' })
    }
    const leave = deps.turn.enter()
    isBeginning = true
    try {
      const made = await deps.planning(order.accountId)
      if (isStopped) throw new Fault('cancelled')
      return start(deps, order, orderedChanges(deps, order, made), active, leave)
    } catch (error) {
      leave()
      throw error
    } finally {
      isBeginning = false
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
      isStopped = true
      for (const { controller } of active.values()) controller.abort()
      await Promise.allSettled([...active.values()].map(({ finished }) => finished))
    }
  }
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
    who: order.who ?? deps.holder.about,
    journal,
    cancel: controller.signal,
    onWaiting: ({ id }, untilMs, reason) => events.push({ type: 'waiting', operationId: id, untilMs, reason }),
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
  const [first, ...others] = own
  for (const operation of first && !stop ? [await waitOut(deps, progress, first), ...others] : own) {
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

/**
 * Waits until the provider may be asked again, where an earlier run was told when and ended before that. No longer than a run
 * waits by itself: what is further ahead was put off by the clock, or is for the person who applies all the same.
 */
async function waitOut({ store, clock, tuning }: ApplyDeps, progress: Progress, first: Operation): Promise<Operation> {
  const untilMs = store.runs.askedBackMs(first.accountId) ?? 0
  const leftMs = untilMs - clock.now()
  if (leftMs <= 0 || leftMs > tuning.longestWaitMs) return first
  const fault = new Fault('rate-limited', { retryAtMs: untilMs }).report()
  const operation = progress.journal.waiting(first, fault, untilMs)
  progress.onWaiting(operation, untilMs, fault.message)
  await pause({ clock, cancel: progress.cancel }, untilMs)
  return operation
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
  { journal, cancel, onWaiting, who }: Progress,
  { api, account, look, kind }: Pick<Work, 'api' | 'account' | 'look' | 'kind'>
): Work {
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
    who,
    isOurs: () => deps.turn.isOurs(),
    secretSetting: (profileId, setting, version) => deps.secretSetting(profileId, setting, version),
    onStep: async name => deps.onStep?.(name)
  }
}
