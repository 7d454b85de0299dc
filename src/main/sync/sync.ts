import { Fault } from '#shared/faults.ts'
import type { GoneProfile, HistoryEntry } from '#shared/model/history.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Plan, PullResult, SettingChange } from '#shared/model/plan.ts'
import type { Conflict, Profile, ProfileRecord } from '#shared/model/profile.ts'
import { adoptByName } from './adopt-by-name.ts'
import { createApply } from './apply.ts'
import type { Started } from './apply.ts'
import { createLookup, reporter } from './deps.ts'
import type { SyncDeps } from './deps.ts'
import { createEdits, recordOf } from './edits.ts'
import type { Expected } from './edits.ts'
import { diffOf } from './history-diff.ts'
import type { Span } from './history-diff.ts'
import { createJournal } from './journal.ts'
import { usualTuning } from './pause.ts'
import type { Order } from './order.ts'
import { createNames } from './names.ts'
import { createPlanning } from './planning.ts'
import { setPolicy } from './policies.ts'
import type { PolicyOrder } from './policies.ts'
import { conflictsOf, viewOf, wasOf } from './profile-view.ts'
import { createPull } from './pull.ts'
import { recover, takeUp } from './recover.ts'
import { release } from './release.ts'
import { createReviewed } from './reviewed.ts'
import { createResolutions } from './resolutions.ts'
import type { Use } from './resolutions.ts'
import { createTurn } from './turn.ts'

export type { Order, Started, SyncDeps, Use }

export type Sync = {
  list(accountId?: string): Profile[]
  /** faults: not-found. */
  get(id: string): Profile
  /** Reads the providers, accounts in parallel. `who`: for the history, where it is not this process's person. faults: in-use-elsewhere, not-found; an account's own are in its result. */
  pull(accountId?: string, who?: string): Promise<PullResult[]>
  /** Takes over what cannot be listed. faults: missing-there, unsupported, already-exists, in-use-elsewhere, of the reads. */
  adopt(accountId: string, name: string): Promise<Profile[]>
  /** Edits. faults: invalid-input (with the field), not-found, already-exists, unsupported. */
  set(id: string, settings: Settings): Profile
  unset(id: string, names: string[]): Profile
  create(accountId: string, kind: string, settings: Settings, id?: string): Profile
  /** One that exists at the provider as somebody says, and that was never read here. faults: as of the edits. */
  expect(order: Expected): Profile
  /** Marks it for deletion; one that is only here is dropped. */
  remove(id: string): void
  /** The local tree becomes what the provider has; one that is only here is dropped. */
  revert(id: string): void
  /** Plugboard stops managing what was adopted by name. faults: not-found, unsupported, outcome-unknown. */
  release(id: string): void
  /** The plan of one moment: what is written while it is made is not in it. faults: not-found. */
  plan(accountId?: string): Promise<Plan>
  /**
   * Starts the run and returns once it has begun; it goes on if nobody iterates. faults, before anything is sent: in-use-elsewhere,
   * plan-changed, brake, needs-confirmation, not-found.
   */
  apply(order: Order): Promise<Started>
  /** Stops the run before its next request. faults: not-found, in-use-elsewhere. */
  cancel(runId: string): void
  /** At start: settles what an earlier process left behind. */
  recover(): Promise<void>
  /** What a change of the setting at the provider means from now on. Nothing is sent. faults: not-found, invalid-input. */
  setPolicy(order: PolicyOrder): Profile
  conflicts(accountId?: string): Conflict[]
  /** `setting` null: the whole profile. out: null where the profile is gone with it. faults: not-found, invalid-input. */
  resolve(profileId: string, setting: string | null, use: Use): Profile | null
  history(filter: { profileId?: string; accountId?: string; limit: number }): HistoryEntry[]
  /** The profiles that are no longer here, newest first. */
  gone(): GoneProfile[]
  /** What differs between two points of a profile's history. faults: not-found. */
  historyDiff(span: Span): SettingChange[]
  /** A new local edit that brings back what the profile was after the entry. faults: not-found, invalid-input, already-exists. */
  rollback(profileId: string, entryId: string): Profile
  /** Cancels runs and waits for the request in flight (bounded), breaks off reads, and gives the lease back. */
  close(): Promise<void>
}

/** More are not listed; each can be found by its id. */
const goneShown = 1_000

/** The sync engine of one data folder. */
export function createSync(given: SyncDeps): Sync {
  const { store, clock } = given
  const tuning = { ...usualTuning, ...given.tuning }
  const lookup = createLookup(given)
  const reportOf = reporter(error => given.onBug?.(error))
  const hardStop = new AbortController()
  const journal = createJournal(given)
  const turn = createTurn({
    store,
    clock,
    holder: given.holder,
    ttlMs: tuning.leaseTtlMs,
    onTaken: () => takeUp({ store, journal, isRunning: runId => applying.isRunning(runId) })
  })
  const deps = { ...given, tuning, lookup, reportOf, turn, journal }
  const reading = { ...deps, who: given.holder.about, signal: hardStop.signal }
  const planning = createPlanning(deps)
  const reviewed = createReviewed(given)
  const applying = createApply({ ...deps, planning, reviewed, hardStop: hardStop.signal })
  const { kindOf, kindsOf } = lookup
  const editing = { ...given, who: given.holder.about, kindOf, kindsOf, names: createNames({ store, kindOf }) }
  const edits = createEdits(editing)
  const resolutions = createResolutions(editing)

  let isClosing = false
  function checkOpen(): void {
    if (isClosing) throw new Fault('cancelled', { message: 'Plugboard is closing; nothing was sent.' })
  }

  function entryOf(record: ProfileRecord) {
    const { accountId } = record
    return { record, kind: lookup.kindOf(record), account: lookup.account(accountId), was: wasOf(store, record) }
  }

  function get(id: string): Profile {
    const record = recordOf(store, id)
    return viewOf(entryOf(record), lookup.unsettled().has(id))
  }

  return {
    list(accountId) {
      const unknown = lookup.unsettled()
      return lookup.entries(accountId).map(entry => viewOf(entry, unknown.has(entry.record.id)))
    },
    get,
    pull: async (accountId, who = reading.who) =>
      createPull({ ...reading, who })(
        accountId === undefined ? store.accounts.list().map(({ id }) => id) : [lookup.account(accountId).id]
      ),
    adopt: (accountId, name) =>
      turn.have(async () => {
        const ids = await turn.withAccount(accountId, () => adoptByName(reading, accountId, name))
        return ids.map(get)
      }),
    set(id, settings) {
      edits.set(id, settings)
      return get(id)
    },
    unset(id, names) {
      edits.unset(id, names)
      return get(id)
    },
    create: (accountId, kind, settings, id) => get(edits.create(accountId, kind, settings, id)),
    expect: order => get(edits.expect(order)),
    remove: id => edits.remove(id),
    revert: id => edits.revert(id),
    release: id => release(editing, id),
    async plan(accountId) {
      const { plan } = await planning(accountId)
      checkOpen()
      reviewed.remember(plan)
      return plan
    },
    async apply(order) {
      checkOpen()
      return applying.apply(order)
    },
    cancel: runId => applying.cancel(runId),
    recover: () => recover({ store, turn, pull: createPull(reading) }),
    setPolicy(order) {
      setPolicy(editing, order)
      return get(order.id)
    },
    conflicts: accountId => lookup.entries(accountId).flatMap(({ record, kind }) => conflictsOf(record, kind)),
    resolve: (profileId, setting, use) => (resolutions.resolve(profileId, setting, use) ? get(profileId) : null),
    history: filter => store.history.list(filter),
    gone: () => store.history.gone(goneShown),
    historyDiff: span => diffOf(editing, span),
    rollback(profileId, entryId) {
      resolutions.rollback(profileId, entryId)
      return get(profileId)
    },
    async close() {
      isClosing = true
      const stopped = applying.stop()
      const patience = new AbortController()
      await Promise.race([stopped, clock.sleep(tuning.closeMs, patience.signal).catch(() => patience.signal.aborted)])
      patience.abort()
      hardStop.abort()
      await stopped
      await turn.idle()
    }
  }
}
