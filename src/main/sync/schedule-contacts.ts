import type { FaultCode, FaultReport } from '#shared/faults.ts'
import type { Run } from '#shared/model/plan.ts'
import type { Clock } from '../base/clock.ts'
import type { Store } from '../store/store.ts'
import { noContact, probePauseMs, type Contact } from './schedule-next.ts'

/** How it went lately between each account and its provider: by the reads of this process, and by everybody's runs. */
export type Contacts = {
  of(accountId: string): Contact
  /** A read of the account ended. */
  read(accountId: string, fault: FaultReport | null): void
  /** Takes in the runs that ended since the last call, whoever made them. */
  readRuns(): void
  /** Nothing waits any more. */
  settled(accountId: string): void
  /** What could go out by itself has gone out. */
  sent(accountId: string): void
  /** It did not go now; it is tried again later. */
  later(accountId: string): void
  /** A run of the schedule: that it went well does not mean that somebody looked at what is left. */
  ownRun(runId: string): void
  /** The network is back or the computer woke up: what was to be asked later may be asked now. */
  hurry(): void
}

/** The provider was not there, or could not do it just now: the same may succeed later without anybody mending anything. */
const notThere: readonly FaultCode[] = ['unreachable', 'timeout', 'provider-error', 'outcome-unknown', 'rate-limited']

/** Ended on this side, before anybody was asked. */
const saysNothing: readonly FaultCode[] = ['cancelled', 'in-use-elsewhere', 'not-found']

/** As many as the newest are looked at: the first time, and then. */
const runsAtFirst = 20
const runsLater = 3

/** in: random: from 0 up to 1. */
export function createContacts(deps: {
  store: Pick<Store, 'accounts' | 'runs'>
  clock: Clock
  random?: () => number
}): Contacts {
  const { store, clock, random = Math.random } = deps
  const ownRuns = new Set<string>()
  const contacts = new Map<string, Contact>()
  let seen = new Set<string>()
  let runs = runsAtFirst

  const of = (accountId: string) => contacts.get(accountId) ?? noContact
  const change = (accountId: string, more: Partial<Contact>) =>
    void contacts.set(accountId, { ...of(accountId), ...more })

  function failed(accountId: string, pulledMs: number | null): void {
    change(accountId, { ...later(accountId), lost: { pulledMs }, isSent: false })
  }

  function later(accountId: string): Pick<Contact, 'failures' | 'probeMs'> {
    const failures = of(accountId).failures + 1
    return { failures, probeMs: clock.now() + probePauseMs(failures, random()) }
  }

  function takeRun(run: Run): void {
    const endMs = run.finishedMs ?? 0
    for (const [accountId, operations] of Map.groupBy(run.operations, operation => operation.accountId)) {
      const account = store.accounts.get(accountId)
      if (!account) continue
      const isLost = operations.some(({ fault }) => fault !== null && notThere.includes(fault.code))
      // One that was read whole since then is lost no more, but it may have changes that were not sent.
      if (isLost) failed(accountId, (account.pulledMs ?? 0) > endMs ? null : account.pulledMs)
      else if (!ownRuns.delete(run.id)) change(accountId, { lost: null, failures: 0 })
    }
  }

  return {
    of,
    read(accountId, fault) {
      if (fault !== null && saysNothing.includes(fault.code)) return
      change(accountId, { triedMs: clock.now(), fault })
      const { lost } = of(accountId)
      // A provider that can be read may still take nothing: how often it failed is forgotten once nothing waits any more.
      if (fault === null) change(accountId, lost ? { lost: { pulledMs: null } } : { failures: 0 })
      else if (notThere.includes(fault.code)) failed(accountId, store.accounts.get(accountId)?.pulledMs ?? null)
      else if (lost) change(accountId, later(accountId))
    },
    readRuns() {
      const ended = store.runs.list(runs).filter(({ state }) => state !== 'running')
      const before = seen
      seen = new Set(ended.map(({ id }) => id))
      runs = runsLater
      for (const run of ended.toReversed()) if (!before.has(run.id)) takeRun(run)
    },
    settled: accountId => change(accountId, { lost: null, failures: 0 }),
    sent: accountId => change(accountId, { isSent: true }),
    later(accountId) {
      if (of(accountId).lost) change(accountId, later(accountId))
    },
    ownRun: runId => void ownRuns.add(runId),
    hurry() {
      for (const accountId of contacts.keys()) change(accountId, { probeMs: 0 })
    }
  }
}
