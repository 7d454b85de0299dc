import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { FaultCode, FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Operation, PullResult } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import { newId } from '../base/ids.ts'
import type { Kind, ProviderApi, RemoteProfile } from '../providers/contract.ts'
import { adopt, sentValues } from './absorb.ts'
import type { Lookup, SyncDeps } from './deps.ts'
import type { Journal } from './journal.ts'
import { addEntry, dropIfNothing } from './ledger.ts'
import { hitsOf, weighHits } from './look.ts'
import { otherWhy, severalNote } from './outcome.ts'
import { isSamePlace, notePulled, park } from './park.ts'
import type { SyncTuning } from './pause.ts'
import { naturalKeyOf } from './profile-view.ts'
import { conclude, takeIn, turnAway } from './settlement.ts'
import { withValues } from './trees.ts'
import type { Turn } from './turn.ts'

export type PullDeps = Pick<SyncDeps, 'store' | 'registry' | 'clock' | 'bus' | 'connect' | 'onRead'> & {
  turn: Turn
  journal: Journal
  lookup: Lookup
  tuning: SyncTuning
  /** For the history. */
  who: string
  reportOf: (error: unknown) => FaultReport
  /** Aborts the reads when sync is closed. */
  signal: AbortSignal
}

export type Pull = (accountIds: string[]) => Promise<PullResult[]>

type Counts = Pick<PullResult, 'seen' | 'adopted' | 'changed' | 'removed'>

const nothingSeen: Counts = { seen: 0, adopted: 0, changed: 0, removed: 0 }

const accountsAtOnce = 4

/** Faults that say nothing about the profiles: this computer is offline, or could not even ask. */
const saysNothing: readonly FaultCode[] = [
  'unreachable',
  'cancelled',
  'secret-missing',
  'in-use-elsewhere',
  'not-found'
]

/**
 * Reads accounts, in parallel; the fault of one is in its result and stops no other. faults: in-use-elsewhere.
 *
 * Only a complete list that the provider gave to accepted credentials removes or changes anything. When a list fails, the
 * old remote trees are kept. A provider that answered with anything else (401, 403, 429, 5xx, an unknown form, silence)
 * leaves its profiles unknown, and those are not planned until a pull succeeds. When it could not be reached at all
 * nothing new is known either way: the last known remote trees stay good enough to edit and plan offline, because apply
 * reads each profile afresh before it sends anything.
 */
export function createPull(deps: PullDeps): Pull {
  return accountIds =>
    deps.turn.have(async () => {
      const queue = new PQueue({ concurrency: accountsAtOnce })
      const pulls = accountIds.map(id => queue.add(() => deps.turn.withAccount(id, () => pullOne(deps, id))))
      // The lease is kept until the last one has ended, whatever became of the others.
      await Promise.allSettled(pulls)
      return Promise.all(pulls)
    })
}

/** The account may have been removed while others were read. */
async function pullOne(deps: PullDeps, accountId: string): Promise<PullResult> {
  const account = deps.store.accounts.get(accountId)
  if (!account) return { accountId, ...nothingSeen, fault: goneFault(accountId).report() }
  const result = await pullAccount(deps, account)
  deps.onRead?.(accountId, result.fault)
  return result
}

async function pullAccount(deps: PullDeps, account: Account): Promise<PullResult> {
  const counts = { ...nothingSeen }
  if (account.state === 'parked') return { accountId: account.id, ...counts, fault: account.parkedFault }
  if (deps.signal.aborted) return { accountId: account.id, ...counts, fault: new Fault('cancelled').report() }
  const kinds = deps.lookup.kindsOf(account.id)
  const unread = new Set(kinds)
  let fault: FaultReport | null = null
  try {
    const api = await deps.connect(account, deps.signal)
    for (const kindId of kinds) {
      const pulled = await pullKind(deps, account, api, deps.registry.kind(account.provider, kindId))
      add(counts, pulled.counts)
      unread.delete(kindId)
      fault ??= pulled.withheld?.report() ?? null
    }
    if (!fault) notePulled(deps, account)
  } catch (error) {
    fault = deps.reportOf(error)
    if (fault.code === 'auth') park(deps, account, fault)
    if (!saysNothing.includes(fault.code) && !fault.code.startsWith('vault-')) markUnknown(deps, account.id, unread)
  }
  deps.bus.tell('profiles')
  return { accountId: account.id, ...counts, fault }
}

async function pullKind(
  deps: PullDeps,
  account: Account,
  api: ProviderApi,
  kind: Kind
): Promise<{ counts: Counts; withheld?: Fault }> {
  const read = kind.card.listing === 'all' ? listAll(api, kind) : readKnown(deps, account.id, api, kind)
  const { found, withheld } = await read
  const listed = [...new Map(found.map(profile => [profile.remoteId, profile])).values()]
  const counts = deps.store.together(() => {
    checkStillOurs(deps, account)
    settleUnknown(deps, account.id, kind, { listed, withheld })
    return reconcile(deps, account.id, kind, { listed, withheld })
  })
  const [first] = withheld.values()
  return first ? { counts, withheld: first } : { counts }
}

/** `withheld`: by remote id, what the provider does not let this account read; nothing is known of those. */
type Reading = { found: RemoteProfile[]; withheld: ReadonlyMap<string, Fault> }
type Listed = { listed: RemoteProfile[]; withheld: Reading['withheld'] }

async function listAll(api: ProviderApi, kind: Kind): Promise<Reading> {
  return { found: await api.list(kind.card.id), withheld: new Map() }
}

/**
 * Where the provider cannot list: each that was adopted, by its id. What it says is not there is in neither part of the
 * result. One that was given to somebody else does not keep the others from being read; any other fault ends the reading.
 */
async function readKnown(deps: PullDeps, accountId: string, api: ProviderApi, kind: Kind): Promise<Reading> {
  const found: RemoteProfile[] = []
  const withheld = new Map<string, Fault>()
  for (const { remoteId } of recordsOf(deps, accountId, kind)) {
    if (remoteId === null) continue
    try {
      const profile = await api.get(kind.card.id, remoteId)
      if (profile) found.push({ ...profile, remoteId })
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'forbidden') throw error
      withheld.set(remoteId, error)
    }
  }
  return { found, withheld }
}

/** What was read is of no use once the account is gone or leads elsewhere, or another process is at work. */
export function checkStillOurs({ store, turn }: PullDeps, account: Account): void {
  const now = store.accounts.get(account.id)
  if (!now) throw goneFault(account.id)
  if (!isSamePlace(now, account)) {
    throw new Fault('cancelled', { message: `“${now.label}” was changed while it was read. Pull it again.` })
  }
  if (!turn.isOurs()) throw new Fault('in-use-elsewhere')
}

function goneFault(accountId: string): Fault {
  return new Fault('not-found', { message: `There is no account ${accountId}.` })
}

/** Brings the records of a kind up to a complete list. */
function reconcile(deps: PullDeps, accountId: string, kind: Kind, { listed, withheld }: Listed): Counts {
  const counts = { seen: listed.length, adopted: 0, changed: 0, removed: 0 }
  const records = recordsOf(deps, accountId, kind)
  const byRemoteId = new Map(records.flatMap(record => (record.remoteId === null ? [] : [[record.remoteId, record]])))
  const createdHere = linkable(
    records,
    listed.filter(({ remoteId }) => !byRemoteId.has(remoteId)),
    kind
  )
  const awaited = keysOfUnknownCreates(deps, accountId, kind)
  // By name only what was adopted is read: what has no record any more was let go meanwhile.
  const isNews = kind.card.listing === 'all'
  const there = new Set<string>()
  for (const found of listed) {
    const record = byRemoteId.get(found.remoteId) ?? createdHere.get(found.remoteId)
    if (record) {
      there.add(record.id)
      if (takeIn({ ...deps, kind }, record, found).changed) counts.changed += 1
    } else if (isNews && !awaited.has(naturalKeyOf(found.settings, kind))) {
      adoptFound(deps, accountId, kind, found)
      counts.adopted += 1
    }
  }
  for (const record of records) {
    if (there.has(record.id) || record.remoteId === null) continue
    if (withheld.has(record.remoteId)) {
      if (record.remoteKnown) deps.store.profiles.update({ ...record, remoteKnown: false })
      continue
    }
    if (takeIn({ ...deps, kind }, record, undefined).removed) counts.removed += 1
  }
  return counts
}

/** Which profiles that were created here are there too: by natural key, where that is not ambiguous. out: by id there. */
export function linkable(records: ProfileRecord[], unmatched: RemoteProfile[], kind: Kind): Map<string, ProfileRecord> {
  const links = new Map<string, ProfileRecord>()
  for (const record of records.filter(({ remoteId }) => remoteId === null)) {
    const key = naturalKeyOf(record.local, kind)
    if (key === undefined) continue
    const [hit, ...others] = unmatched.filter(found => naturalKeyOf(found.settings, kind) === key)
    if (hit && others.length === 0) links.set(hit.remoteId, record)
  }
  return links
}

/** What looks like a create that may have arrived is not adopted as somebody else's: that would create it once more. */
function keysOfUnknownCreates({ store }: PullDeps, accountId: string, kind: Kind): Set<string | undefined> {
  const open = store.runs.operationsIn(['inflight', 'unknown']).map(({ change }) => change)
  const creates = open.filter(
    one => one.accountId === accountId && one.kind === kind.card.id && one.action === 'create'
  )
  const keys = creates.map(change => naturalKeyOf(withValues(null, sentValues(change)), kind))
  return new Set(keys.filter(key => key !== undefined))
}

export function adoptFound(
  { store, clock, who }: PullDeps,
  accountId: string,
  kind: Kind,
  found: RemoteProfile
): string {
  const nowMs = clock.now()
  const record = adopt({ ...found, kind: kind.card.id }, { id: newId('pro'), accountId, nowMs }, kind)
  store.profiles.add(record)
  addEntry(store, {
    what: 'seen-new',
    profile: record,
    kind,
    from: null,
    to: record.remote,
    after: record.local,
    who,
    nowMs
  })
  return record.id
}

/** A complete list tells what became of requests whose outcome was not known. */
function settleUnknown(deps: PullDeps, accountId: string, kind: Kind, { listed, withheld }: Listed): void {
  const left = deps.store.runs.operationsIn(['inflight', 'unknown'])
  for (const operation of left.filter(one => one.accountId === accountId && one.change.kind === kind.card.id)) {
    if (operation.change.remoteId !== null && withheld.has(operation.change.remoteId)) continue
    settleOne(deps, operation, kind, hitsOf(deps.store, operation.change, listed, kind))
  }
}

function settleOne(deps: PullDeps, operation: Operation, kind: Kind, hits: RemoteProfile[]): void {
  const { journal, store, clock, tuning, who } = deps
  const of = { store, clock, journal, kind, who }
  const standing = weighHits(operation, hits, of)
  const [nowMs, sentMs] = [clock.elapsedMs(), operation.inflightElapsedMs ?? 0]
  if (standing.state === 'at-target') conclude(of, operation, hits[0])
  else if (standing.state === 'other') turnAway(of, operation, hits[0], otherWhy(operation))
  else if (standing.state === 'several') journal.unknown(operation, operation.fault, severalNote)
  else if (operation.change.action !== 'create' || nowMs - sentMs >= tuning.lostAfterMs) {
    const why = {
      note: 'It did not arrive at the provider; the edit stays.',
      ...(operation.fault && { fault: operation.fault })
    }
    journal.finish(operation, 'skipped', why, () => dropIfNothing(store, operation.profileId))
  } else if (sentMs > nowMs) {
    // The computer was started anew since it went out: the time in which it may still arrive is counted from now.
    journal.unknown({ ...operation, inflightElapsedMs: nowMs }, operation.fault, operation.note)
  }
}

function markUnknown({ store }: PullDeps, accountId: string, kinds: ReadonlySet<string>): void {
  store.together(() => {
    for (const record of store.profiles.list({ accountId })) {
      const isThere = record.remoteId !== null && record.remoteKnown
      if (isThere && kinds.has(record.kind)) store.profiles.update({ ...record, remoteKnown: false })
    }
  })
}

export function recordsOf({ store }: PullDeps, accountId: string, kind: Kind): ProfileRecord[] {
  return store.profiles.list({ accountId }).filter(record => record.kind === kind.card.id)
}

function add(counts: Counts, more: Counts): void {
  counts.seen += more.seen
  counts.adopted += more.adopted
  counts.changed += more.changed
  counts.removed += more.removed
}
