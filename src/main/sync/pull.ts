import PQueue from 'p-queue'
import { Fault } from '#shared/faults.ts'
import type { FaultCode, FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Operation, PullResult } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import { newId } from '../base/ids.ts'
import type { Kind, ProviderApi, RemoteProfile } from '../providers/contract.ts'
import { adopt } from './absorb.ts'
import type { Lookup, SyncDeps } from './deps.ts'
import type { Journal } from './journal.ts'
import { addEntry, dropIfNothing } from './ledger.ts'
import { hitsOf, weighHits } from './look.ts'
import { otherWhy, severalNote } from './operation.ts'
import { notePulled, park } from './park.ts'
import type { SyncTuning } from './pause.ts'
import { naturalKeyOf } from './profile-view.ts'
import { conclude, takeIn, turnAway } from './settlement.ts'
import type { Turn } from './turn.ts'

export type PullDeps = Pick<SyncDeps, 'store' | 'registry' | 'clock' | 'bus' | 'connect'> & {
  turn: Turn
  journal: Journal
  lookup: Lookup
  tuning: SyncTuning
  reportOf: (error: unknown) => FaultReport
  /** Aborts the reads when sync is closed. */
  signal: AbortSignal
}

export type Pull = (accountIds: string[]) => Promise<PullResult[]>

type Counts = Pick<PullResult, 'seen' | 'adopted' | 'changed' | 'removed'>

const accountsAtOnce = 4

/** Faults that say nothing about the profiles: this computer is offline, or could not even ask. */
const saysNothing: readonly FaultCode[] = ['unreachable', 'cancelled', 'secret-missing']

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
    deps.turn.have(() => {
      const queue = new PQueue({ concurrency: accountsAtOnce })
      return Promise.all(
        accountIds.map(id =>
          queue.add(() => deps.turn.withAccount(id, () => pullAccount(deps, deps.lookup.account(id))))
        )
      )
    })
}

async function pullAccount(deps: PullDeps, account: Account): Promise<PullResult> {
  const counts = { seen: 0, adopted: 0, changed: 0, removed: 0 }
  if (account.state === 'parked') return { accountId: account.id, ...counts, fault: account.parkedFault }
  if (deps.signal.aborted) return { accountId: account.id, ...counts, fault: new Fault('cancelled').report() }
  const kinds = deps.lookup.kindsOf(account.id)
  const unread = new Set(kinds)
  let fault: FaultReport | null = null
  try {
    const api = await deps.connect(account, deps.signal)
    for (const kindId of kinds) {
      add(counts, await pullKind(deps, account, api, deps.registry.kind(account.provider, kindId)))
      unread.delete(kindId)
    }
    notePulled(deps, account.id)
  } catch (error) {
    fault = deps.reportOf(error)
    if (fault.code === 'auth') park(deps, account.id, fault)
    if (!saysNothing.includes(fault.code) && !fault.code.startsWith('vault-')) markUnknown(deps, account.id, unread)
  }
  deps.bus.tell('profiles')
  return { accountId: account.id, ...counts, fault }
}

async function pullKind(deps: PullDeps, account: Account, api: ProviderApi, kind: Kind): Promise<Counts> {
  const found = await (kind.card.listing === 'all' ? api.list(kind.card.id) : readKnown(deps, account.id, api, kind))
  const listed = [...new Map(found.map(profile => [profile.remoteId, profile])).values()]
  return deps.store.together(() => {
    settleUnknown(deps, account.id, kind, listed)
    return reconcile(deps, account.id, kind, listed)
  })
}

/** Where the provider cannot list: each that was adopted, by its id. What it says is not there is left out. */
async function readKnown(deps: PullDeps, accountId: string, api: ProviderApi, kind: Kind): Promise<RemoteProfile[]> {
  const found: RemoteProfile[] = []
  for (const { remoteId } of recordsOf(deps, accountId, kind)) {
    const profile = remoteId === null ? undefined : await api.get(kind.card.id, remoteId)
    if (profile) found.push(profile)
  }
  return found
}

/**
 * Takes over what has this name at the provider, in every kind that cannot be listed. out: ids of the records. faults:
 * missing-there, unsupported (all kinds can be listed), already-exists, those of the reads.
 */
export async function adoptByName(deps: PullDeps, account: Account, name: string): Promise<string[]> {
  const { kinds: all, card } = deps.registry.get(account.provider)
  const kinds = Object.values(all).filter(kind => kind.card.listing === 'by-name')
  if (kinds.length === 0) {
    throw new Fault('unsupported', { message: `${card.name} lists everything: a pull finds it.` })
  }
  const api = await deps.connect(account, deps.signal)
  const found: RemoteProfile[] = []
  for (const kind of kinds) {
    const profile = await api.get(kind.card.id, name)
    if (profile) found.push(profile)
  }
  if (found.length === 0) throw new Fault('missing-there', { message: `${card.name} has no "${name}".`, field: 'name' })
  const ids = deps.store.together(() => {
    const known = deps.store.profiles.list({ accountId: account.id })
    const isNew = ({ kind, remoteId }: RemoteProfile) =>
      !known.some(record => record.kind === kind && record.remoteId === remoteId)
    const added = found.filter(isNew)
    if (added.length === 0) throw new Fault('already-exists', { message: `"${name}" was taken over already.` })
    return added.map(profile =>
      adoptFound(deps, account.id, deps.registry.kind(account.provider, profile.kind), profile)
    )
  })
  deps.bus.tell('profiles')
  return ids
}

/** Brings the records of a kind up to a complete list. */
function reconcile(deps: PullDeps, accountId: string, kind: Kind, listed: RemoteProfile[]): Counts {
  const counts = { seen: listed.length, adopted: 0, changed: 0, removed: 0 }
  const records = recordsOf(deps, accountId, kind)
  const byRemoteId = new Map(records.flatMap(record => (record.remoteId === null ? [] : [[record.remoteId, record]])))
  const createdHere = linkable(
    records,
    listed.filter(({ remoteId }) => !byRemoteId.has(remoteId)),
    kind
  )
  const there = new Set<string>()
  for (const found of listed) {
    const record = byRemoteId.get(found.remoteId) ?? createdHere.get(found.remoteId)
    if (record) {
      there.add(record.id)
      if (takeIn({ ...deps, kind }, record, found).changed) counts.changed += 1
    } else {
      adoptFound(deps, accountId, kind, found)
      counts.adopted += 1
    }
  }
  for (const record of records) {
    if (there.has(record.id) || record.remoteId === null) continue
    if (takeIn({ ...deps, kind }, record, undefined).removed) counts.removed += 1
  }
  return counts
}

/** Which profiles that were created here are there too: by natural key, where that is not ambiguous. out: by id there. */
function linkable(records: ProfileRecord[], unmatched: RemoteProfile[], kind: Kind): Map<string, ProfileRecord> {
  const links = new Map<string, ProfileRecord>()
  for (const record of records.filter(({ remoteId }) => remoteId === null)) {
    const key = naturalKeyOf(record.local, kind)
    if (key === undefined) continue
    const [hit, ...others] = unmatched.filter(found => naturalKeyOf(found.settings, kind) === key)
    if (hit && others.length === 0) links.set(hit.remoteId, record)
  }
  return links
}

function adoptFound({ store, clock }: PullDeps, accountId: string, kind: Kind, found: RemoteProfile): string {
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
    nowMs
  })
  return record.id
}

/** A complete list tells what became of requests whose outcome was not known. */
function settleUnknown(deps: PullDeps, accountId: string, kind: Kind, listed: RemoteProfile[]): void {
  const left = deps.store.runs.operationsIn(['inflight', 'unknown'])
  for (const operation of left.filter(one => one.accountId === accountId && one.change.kind === kind.card.id)) {
    settleOne(deps, operation, kind, hitsOf(deps.store, operation.change, listed, kind))
  }
}

function settleOne(deps: PullDeps, operation: Operation, kind: Kind, hits: RemoteProfile[]): void {
  const { journal, store, clock, tuning } = deps
  const of = { store, clock, journal, kind }
  const standing = weighHits(operation, hits, of)
  if (standing.state === 'at-target') conclude(of, operation, hits[0])
  else if (standing.state === 'other') turnAway(of, operation, hits[0], otherWhy(operation))
  else if (standing.state === 'several') journal.unknown(operation, operation.fault, severalNote)
  else if (operation.change.action !== 'create' || clock.now() >= (operation.inflightMs ?? 0) + tuning.lostAfterMs) {
    const why = {
      note: 'It did not arrive at the provider; the edit stays.',
      ...(operation.fault && { fault: operation.fault })
    }
    journal.finish(operation, 'skipped', why, () => dropIfNothing(store, operation.profileId))
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

function recordsOf({ store }: PullDeps, accountId: string, kind: Kind): ProfileRecord[] {
  return store.profiles.list({ accountId }).filter(record => record.kind === kind.card.id)
}

function add(counts: Counts, more: Counts): void {
  counts.seen += more.seen
  counts.adopted += more.adopted
  counts.changed += more.changed
  counts.removed += more.removed
}
