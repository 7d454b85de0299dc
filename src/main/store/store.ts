import type { Account, SecretRef, VaultDriver } from '#shared/model/account.ts'
import type {
  CallbackDetail,
  CallbackSummary,
  DecodedCallback,
  Endpoint,
  HeaderPair,
  Verdict
} from '#shared/model/callback.ts'
import type { GoneProfile, HistoryEntry } from '#shared/model/history.ts'
import type { Operation, Run } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Schedule } from '#shared/model/schedule.ts'

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
  callbacks: CallbackStore
  options: OptionStore
  leases: LeaseStore
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

export type StoredSecret = SecretRef & { owner: string; fingerprint: string }

/** One entry of a vault. */
export type SecretPlace = SecretRef & { owner: string }

/**
 * References and keyed fingerprints, never values; and the strays: entries that may be in a vault though nothing points
 * at them. Whatever stops being pointed at is a stray by itself, also with its account or profile.
 */
export type SecretStore = {
  list(owner: string): StoredSecret[]
  get(owner: string, name: string): StoredSecret | undefined
  /** Notes a stray: to be called before the entry is written to the vault. */
  expect(place: SecretPlace): void
  /** Points at the version (adds or replaces); it is no stray any more, the one before is. */
  point(secret: StoredSecret): void
  remove(owner: string, name: string): void
  all(): StoredSecret[]
  strays(): SecretPlace[]
  /** The stray is in the vault no more. */
  forgotten(place: SecretPlace): void
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
}

export type CallbackStore = {
  /** Stores them in one transaction. out: their ids, in order. */
  addAll(callbacks: NewCallback[]): number[]
  annotate(id: number, look: { verdict: Verdict; verdictText: string; decoded: DecodedCallback | null }): void
  /** Captured but not yet looked at (a crash came between), oldest first. */
  unannotated(limit: number): number[]
  /** Newest first. `search` is matched in target, headers and body, case-insensitively. */
  list(filter: { accountId?: string; search?: string; beforeId?: number; limit: number }): CallbackSummary[]
  get(id: number): CallbackDetail | undefined
  /** Body and headers as bytes, for decoding and verifying. */
  raw(id: number): (NewCallback & { id: number }) | undefined
  count(): number
  removeAll(): void
}

/** Choices of the data folder, for example which vault was chosen. Never secrets. */
export type OptionStore = {
  get(name: OptionName): string | undefined
  set(name: OptionName, value: string): void
}
/** `reviewed-plans`: the changes of the last plans that were shown, as JSON. */
export type OptionName = 'vault' | 'listener-port' | 'reviewed-plans'

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

export type { VaultDriver }
