import type { FaultReport } from '#shared/faults.ts'
import type { Account, VaultDriver } from '#shared/model/account.ts'
import type { Attempt, Target } from '#shared/model/attempt.ts'
import type {
  CallbackDetail,
  CallbackSummary,
  DecodedCallback,
  Endpoint,
  HeaderPair,
  Verdict,
  VerdictDetail
} from '#shared/model/callback.ts'
import type { GoneProfile, HistoryEntry } from '#shared/model/history.ts'
import type { CallbackFilter } from '#shared/model/lab.ts'
import type { Operation, Run } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Rule } from '#shared/model/rule.ts'
import type { Schedule } from '#shared/model/schedule.ts'
import type { SecretPlace, SecretStore, StoredSecret, StraySecret } from './secret-store.ts'

/**
 * The database of one data folder. All calls are synchronous; every write is durable (WAL, synchronous=FULL) when it
 * returns. faults of all writes: store-full, store-read-only, store-busy.
 */
export type Store = {
  accounts: AccountStore
  secrets: SecretStore
  profiles: ProfileStore
  history: HistoryStore
  runs: RunStore
  schedules: ScheduleStore
  endpoints: EndpointStore
  rules: RuleStore
  targets: TargetStore
  attempts: AttemptStore
  callbacks: CallbackStore
  options: OptionStore
  leases: LeaseStore
  upkeep: UpkeepStore
  /** Runs the writes in it as one transaction: all of them are durable when it returns, or none. Nests. */
  together<T>(write: () => T): T
  /** Runs the reads in it on one state of the database, whatever other processes write meanwhile. */
  atOneMoment<T>(read: () => T): T
  /** A number that changes when another process has written. */
  othersVersion(): number
  close(): void
}

export type AccountStore = {
  /** Oldest first. */
  list(): Account[]
  get(id: string): Account | undefined
  add(account: Omit<Account, 'secrets'>): void
  /** Replaces label, baseUrl, fields, state, parkedFault, updatedMs, pulledMs. */
  update(account: Omit<Account, 'secrets'>): void
  /** With its profiles, secret references and endpoints (callbacks and history stay, unowned). */
  remove(id: string): void
}

export type ProfileStore = {
  /** By account, kind, then creation. */
  list(filter?: { accountId?: string }): ProfileRecord[]
  get(id: string): ProfileRecord | undefined
  /**
   * Those whose three trees are not stored alike, and `also` these; in no order. All are read at once and parsed one
   * by one as they are asked for; trees that are stored alike are one object. faults, then too: store-damaged.
   */
  unlike(filter: { accountId?: string; also: string[] }): UnlikeProfiles
  add(profile: ProfileRecord): void
  update(profile: ProfileRecord): void
  remove(id: string): void
  /**
   * What was written through this store since it had written so much (0: since it was opened), each profile once, also
   * what a transaction took back. Not what went with its account.
   */
  writtenSince(written: number): { ids: string[]; written: number }
}

export type UnlikeProfiles = {
  records: Iterable<ProfileRecord>
  /** How many of the others exist at the provider, by account. */
  alike: Map<string, number>
}

export type HistoryStore = {
  add(entry: HistoryEntry): void
  /** Newest first. */
  list(filter: { profileId?: string; accountId?: string; limit: number }): HistoryEntry[]
  get(id: string): HistoryEntry | undefined
  /** Profiles that have a history and are not here any more, newest first. */
  gone(limit: number): GoneProfile[]
}

export type RunStore = {
  add(run: Omit<Run, 'operations'>): void
  update(run: Omit<Run, 'operations'>): void
  addOperation(operation: Operation): void
  updateOperation(operation: Operation): void
  /** With its operations, in plan order. */
  get(id: string): Run | undefined
  /** Newest first, with operations. */
  list(limit: number): Run[]
  /** Operations in these states, oldest first: what a crash left behind. */
  operationsIn(states: Operation['state'][]): Operation[]
  /** When the account's provider asked to be asked again, as the newest runs' operations know it; null: it did not. */
  askedBackMs(accountId: string): number | null
  /** Runs that say they are running. */
  unfinished(): Run[]
}

/** What accounts do on their own; an account without a row does nothing. */
export type ScheduleStore = {
  list(): Schedule[]
  set(schedule: Schedule): void
}

export type EndpointStore = {
  list(): Endpoint[]
  get(id: string): Endpoint | undefined
  byKey(key: string): Endpoint | undefined
  add(endpoint: Endpoint): void
  /** Replaces label, scheme and publicUrl. */
  update(endpoint: Endpoint): void
  remove(id: string): void
}

export type NewCallback = {
  endpointId: string | null
  accountId: string | null
  provider: string | null
  receivedMs: number
  method: string
  target: string
  httpVersion: string
  remoteAddress: string
  origin: CallbackSummary['origin']
  headers: HeaderPair[]
  trailers: HeaderPair[]
  body: Uint8Array
  truncated: boolean
  answerStatus: number
  ruleId: string | null
  replayOf: number | null
}

/** `answerStatus` 0: no status goes out, or it is not decided yet. `ruleId` null: the provider's default. */
export type CallbackAnswer = Pick<NewCallback, 'answerStatus' | 'ruleId'>

/** What people add to a callback. */
export type CallbackNote = { pinned: boolean; tags: string[]; note: string }

/** An attempt as it is stored: bytes as bytes. `editedBody` null: as the callback came. */
export type StoredAttempt = Omit<Attempt, 'responseBodyBase64'> & {
  editedBody: Uint8Array | null
  responseBody: Uint8Array
}

export type CallbackStore = {
  /** Stores them in one transaction. out: their ids, in order. */
  addAll(callbacks: NewCallback[]): number[]
  annotate(
    id: number,
    look: { verdict: Verdict; verdictText: string; verdictDetails?: VerdictDetail[]; decoded: DecodedCallback | null }
  ): void
  /** What the sender got in the end, where that was not known when the row was stored. */
  answered(id: number, answer: CallbackAnswer): void
  /** Captured but not yet looked at (a crash came between), oldest first. */
  unannotated(limit: number): number[]
  /** The next ones after this id, oldest first, and whether they were looked at. */
  after(id: number, limit: number): { id: number; isLooked: boolean }[]
  /**
   * Newest first. `search`: words or beginnings of words, all of them somewhere in the callback; in quotes: a text as it stands.
   * Of rows that are not indexed yet the newest few thousand are searched.
   */
  list(filter: CallbackFilter & { beforeId?: number; limit: number }): CallbackSummary[]
  get(id: number): CallbackDetail | undefined
  /** Body and headers as bytes, for decoding and verifying. */
  raw(id: number): (NewCallback & { id: number }) | undefined
  count(): number
  /** All but the pinned ones, with their attempts. */
  removeAll(): void
  /** With all that was added to them. One transaction. */
  remove: (ids: readonly number[]) => void
  /** How many were ever removed: changes when rows go. */
  removed(): number
  /** Those that are not pinned, oldest first. */
  oldest(limit: number): { id: number; receivedMs: number; bodyBytes: number }[]
  /** Counts the next rows after the id, in the order of ids. out: lastId: the last one counted, else `afterId`. */
  tally(afterId: number, limit: number): { count: number; bodyBytes: number; lastId: number }
  /**
   * Indexes the next rows for `list`, in the order of ids, up to the first that was not looked at yet. To be called after the
   * look, in small batches, until it gives 0. in: inTurn: where others write as well; the words are gathered before it is called. out: how
   * many were indexed.
   */
  index(limit: number, inTurn?: <T>(write: () => T) => T): number
  /** Replaces what people added. */
  note(id: number, note: CallbackNote): void
}

export type RuleStore = {
  /** An endpoint's own by position, then those of every endpoint by position. No argument: all. */
  list(endpointId?: string): Rule[]
  get(id: string): Rule | undefined
  add(rule: Rule): void
  /** Replaces all but the id. */
  update(rule: Rule): void
  remove(id: string): void
  /** Another one whenever rules were written, by whichever connection. */
  version(): number
}

export type TargetStore = {
  /** Oldest first. */
  list(endpointId?: string): Target[]
  get(id: string): Target | undefined
  add(target: Target): void
  /** Replaces url, label and enabled. */
  update(target: Target): void
  remove(id: string): void
}

export type AttemptStore = {
  add(attempt: StoredAttempt): void
  /** Replaces state, status, response, fault, dueMs, startedMs and finishedMs. */
  update(attempt: StoredAttempt): void
  /** What waits for the target has failed, for this reason. */
  giveUp(given: { targetId: string; fault: FaultReport; nowMs: number }): void
  get(id: string): StoredAttempt | undefined
  /** Oldest first. */
  ofCallback(callbackId: number): StoredAttempt[]
  /** Those that ended at that time or later, in that order. */
  ended(sinceMs: number, limit: number): StoredAttempt[]
  /** Waiting ones of the target whose time has come, the longest due first. null: those whose target was removed. */
  due(given: { targetId: string | null; nowMs: number; limit: number }): StoredAttempt[]
  /** The next time at which a waiting one is due. */
  nextDueMs(): number | undefined
  /** Those that were under way: what a crash left behind. */
  underWay(): StoredAttempt[]
}

/** What a database needs from time to time, for whoever has time for it. Writes go to a log first; `copied` of its pages are in the file. */
export type UpkeepStore = {
  log(): LogSize
  /** Copies what it can of the log into the file. Writers and readers go on meanwhile. */
  copyLog(): LogSize
  /** Copies the rest and lets the log begin anew; writers wait. */
  restartLog(): LogSize
  /** `free` pages are used again; `givesBack`: whether the file can also shrink. */
  space(): { pageBytes: number; pages: number; free: number; givesBack: boolean }
  /** Gives so many free pages back to the disk. */
  giveBack(pages: number): void
}
export type LogSize = { pages: number; copied: number }

/** Choices of the data folder, for example which vault was chosen. Never secrets. */
export type OptionStore = {
  get(name: OptionName): string | undefined
  set(name: OptionName, value: string): void
}
/**
 * `listener-ca`, `listener-certificate`: PEM, their keys in the vault. `listener-marks`, `sample-keys`: what a process says of its
 * samples and replays to the one that listens, as JSON. `listener-https-fault`: why that one could not open https, as JSON, or nothing.
 * `reviewed-plans`: the changes of the last plans that were shown, as JSON. `vault-auto-lock`: when the vault file locks itself, as
 * JSON. `vault-lock-order`: another text each time that all processes shall lock it.
 */
/** `restored`: which backup this is, and since when. `secret-versions-from`: no secret gets a version below, because one may have had it before a restore. */
export type OptionName =
  | 'listener-ca'
  | 'listener-certificate'
  | 'listener-https-port'
  | 'listener-https-fault'
  | 'listener-marks'
  | 'vault'
  | 'vault-auto-lock'
  | 'vault-lock-order'
  | 'listener-port'
  | 'listener-settings'
  | 'reviewed-plans'
  | 'sample-keys'
  | 'restored'
  | 'secret-versions-from'

export type LeaseStore = {
  /**
   * Takes the lease or renews it; a holder that has not renewed for `ttlMs`, or whose process on this machine is gone,
   * has lost it. out: true when it is ours.
   */
  take(name: LeaseName, holder: LeaseHolder, ttlMs: number, nowMs: number): boolean
  release(name: LeaseName, holderId: string): void
  holder(name: LeaseName, nowMs: number): LeaseHolder | undefined
}
/**
 * `vault`: who writes secrets, since an entry is there before anything points at it. `schedule`: who does what the
 * accounts do on their own.
 */
export type LeaseName = 'sync' | 'listener' | 'vault' | 'schedule'
export type LeaseHolder = { id: string; pid: number; machine: string; about: string }

export type { SecretPlace, SecretStore, StoredSecret, StraySecret, VaultDriver }
