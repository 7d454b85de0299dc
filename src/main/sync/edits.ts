import { Fault } from '#shared/faults.ts'
import type { HistoryEntry } from '#shared/model/history.ts'
import type { Settings } from '#shared/model/field.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import { newId } from '../base/ids.ts'
import type { Kind } from '../providers/contract.ts'
import type { Store } from '../store/store.ts'
import { addEntry, putRecord } from './ledger.ts'
import type { Names } from './names.ts'
import { naturalKeyOf, titleOf, wasOf } from './profile-view.ts'
import { identical, withValues } from './trees.ts'
import { checkEdit, checkSaid, withoutNulls } from './validate.ts'

export type EditDeps = {
  store: Store
  names: Names
  clock: Clock
  bus: Bus
  /** For the history. */
  who: string
  kindOf: (record: Pick<ProfileRecord, 'accountId' | 'kind'>) => Kind
  /** The ids of the kinds that the account's provider has. */
  kindsOf: (accountId: string) => string[]
}

export type Edits = {
  set(id: string, settings: Settings): void
  unset(id: string, names: string[]): void
  /** in: id: where its secrets are in the vault under it already. out: the id of the new profile. */
  create(accountId: string, kind: string, settings: Settings, id?: string): string
  /** One that exists at the provider as somebody says, and that was never read here. out: its id. */
  expect(order: Expected): string
  remove(id: string): void
  revert(id: string): void
}

/** in: remoteId: null where it is to be created. */
export type Expected = { accountId: string; kind: string; settings: Settings; remoteId: string | null }

/**
 * The user's edits of local trees. Each is one transaction with its history entry; nothing that is not valid is saved.
 * faults: invalid-input (with the field), not-found, already-exists, unsupported.
 */
export function createEdits(deps: EditDeps): Edits {
  const { store, clock, kindOf } = deps

  function change(id: string, names: string[], values: Settings): void {
    inOneGo(deps, () => {
      const record = recordOf(store, id)
      const kind = kindOf(record)
      const local = existing(deps, record)
      const next = withValues(
        local,
        names.map(name => [name, values[name] ?? undefined])
      )
      if (identical(next, local)) return
      const existsThere = record.remote !== null
      if (existsThere) able(kind.card.update, `${kind.card.label} cannot be changed at the provider.`)
      // What a create under way has sent may be there already: what cannot change there cannot change now.
      checkEdit(kind, next, { edited: names, existsThere: existsThere || isInFlight(store, id) })
      if (!existsThere) checkUnique(deps, record, next)
      saveEdit(deps, { before: record, after: { ...record, local: next }, what: 'local-edited' })
    })
  }

  function add({ accountId, kind: kindId, settings, remoteId }: Expected, id: string): string {
    inOneGo(deps, () => {
      if (!deps.kindsOf(accountId).includes(kindId)) {
        throw new Fault('invalid-input', { message: `The provider has no kind “${kindId}”.`, field: 'kind' })
      }
      const kind = kindOf({ accountId, kind: kindId })
      if (remoteId === null) able(kind.card.create, `${kind.card.label} cannot be created at the provider.`)
      const local = withoutNulls(settings)
      checkSaid(kind, local, remoteId)
      const fresh = newRecord({ id, accountId, kind: kindId, local, nowMs: clock.now() })
      // Nothing is planned for what is said to be there before it was read; the provider may have several of one name.
      const record = remoteId === null ? fresh : { ...fresh, remoteId, remoteKnown: false }
      if (remoteId === null) checkUnique(deps, record, local)
      saveEdit(deps, { before: undefined, after: record, what: 'local-created' })
    })
    return id
  }

  return {
    set: (id, settings) => change(id, Object.keys(settings), settings),
    unset: (id, names) => change(id, names, {}),

    create: (accountId, kind, settings, id = newId('pro')) => add({ accountId, kind, settings, remoteId: null }, id),
    expect: order => add(order, newId('pro')),

    remove(id) {
      inOneGo(deps, () => {
        const record = recordOf(store, id)
        const kind = kindOf(record)
        if (record.local === null) return
        if (record.remote !== null) able(kind.card.remove, `${kind.card.label} cannot be deleted at the provider.`)
        saveEdit(deps, { before: record, after: withoutLocal(store, record), what: 'local-deleted' })
      })
    },

    revert(id) {
      inOneGo(deps, () => {
        const record = recordOf(store, id)
        const there = record.remote
        if (there === null && isInFlight(store, id)) throw inFlight(titleHere(deps, record))
        const after = there === null ? undefined : { ...record, base: there, local: there }
        saveEdit(deps, { before: record, after, what: 'local-reverted' })
      })
    }
  }
}

/** One transaction, and then word of it. */
export function inOneGo<T>({ store, bus }: Pick<EditDeps, 'store' | 'bus'>, write: () => T): T {
  const out = store.together(write)
  bus.tell('profiles')
  return out
}

/** Saves an edit with its history entry. `settings`: where the entry tells of something else than the local tree. */
export function saveEdit(
  { store, clock, kindOf, who }: EditDeps,
  edit: {
    before: ProfileRecord | undefined
    after: ProfileRecord | undefined
    what: HistoryEntry['what']
    settings?: SettingChange[]
  }
): void {
  const { before, what, settings } = edit
  const profile = edit.after ?? before
  if (!profile) return
  const nowMs = clock.now()
  const after = edit.after && { ...edit.after, updatedMs: nowMs }
  const to = after?.local ?? null
  putRecord(store, before, after)
  const from = before?.local ?? null
  addEntry(store, { what, profile, kind: kindOf(profile), from, to, settings, after: to, who, nowMs })
}

export function recordOf(store: Store, id: string): ProfileRecord {
  const record = store.profiles.get(id)
  if (!record) throw new Fault('not-found', { message: `There is no profile ${id}.` })
  return record
}

export function newRecord(of: {
  id: string
  accountId: string
  kind: string
  local: Settings
  nowMs: number
}): ProfileRecord {
  const { nowMs, ...own } = of
  const trees = { remoteId: null, base: null, remote: null, remoteKnown: true, remoteSeenMs: null, policies: {} }
  return { ...own, ...trees, createdMs: nowMs, updatedMs: nowMs }
}

/** Two profiles with one natural key would overwrite each other at the provider. faults: already-exists. */
export function checkUnique({ store, names, kindOf }: EditDeps, record: ProfileRecord, settings: Settings): void {
  const kind = kindOf(record)
  const key = naturalKeyOf(settings, kind)
  const other = key === undefined ? undefined : names.takenBy(key, record)
  if (!other) return
  const advice =
    other.local === null ? 'It is marked for deletion: revert that and edit it.' : 'Edit the one that exists.'
  throw new Fault('already-exists', {
    message: `“${titleOf(other, kind, wasOf(store, other))}” exists already in this account.`,
    advice
  })
}

export function able(capability: { state: string; reason?: string }, otherwise: string): void {
  if (capability.state === 'cannot') throw new Fault('unsupported', { message: capability.reason ?? otherwise })
}

/** The record marked for deletion; undefined where it was only here. */
export function withoutLocal(store: Store, record: ProfileRecord): ProfileRecord | undefined {
  // While it is not known whether a create arrived, the record must stay to recognise what it made.
  return record.remote === null && !isInFlight(store, record.id) ? undefined : { ...record, local: null }
}

/** Whether a request of the profile is under way or its outcome is not known. */
export function isInFlight(store: Store, profileId: string): boolean {
  return store.runs.operationsIn(['inflight', 'unknown']).some(operation => operation.profileId === profileId)
}

function existing(deps: EditDeps, record: ProfileRecord): Settings {
  if (record.local !== null) return record.local
  const message = `“${titleHere(deps, record)}” is marked for deletion. Revert that to edit it.`
  throw new Fault('not-found', { message })
}

function titleHere({ store, kindOf }: EditDeps, record: ProfileRecord): string {
  return titleOf(record, kindOf(record), wasOf(store, record))
}

function inFlight(title: string): Fault {
  const message = `It is not known yet whether “${title}” was created at the provider. Pull to find out.`
  return new Fault('outcome-unknown', { message })
}
