import Database from 'better-sqlite3'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Plan, Run } from '#shared/model/plan.ts'
import type { ProfileRecord } from '#shared/model/profile.ts'
import { createBus } from '../../src/main/base/bus.ts'
import { migrate } from '../../src/main/store/migrate.ts'
import { ledger } from '../../src/main/store/migrations/ledger.ts'
import { storeOver } from '../../src/main/store/open.ts'
import type { Store } from '../../src/main/store/store.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { createLawClock } from './law-clock.ts'
import type { LawClock } from './law-clock.ts'
import { isKindName, lawKinds, lawProvider } from './law-kinds.ts'
import { createLawRemote } from './law-remote.ts'
import type { Fate, LawRemote, Write } from './law-remote.ts'

/** The process ended here. What it would still have done is not done. */
export class Crash extends Error {
  constructor(where: string) {
    super(`the process ended at “${where}”`)
    this.name = 'Crash'
  }
}

export type Trouble = {
  fates?: Fate[]
  /** The moment at which the process ends: a step, or before or after a write to the store or a request. */
  crashAt?: number
  /** By how much the clock jumps before each of the next requests. */
  jumps?: number[]
}

/** A data folder, a provider and the engine between them; everything is real but the wire, the disk and the time. */
export type World = {
  store: Store
  clock: LawClock
  remote: LawRemote
  sync(): Sync
  /** Requests that went out although the journal did not say so. */
  unjournalled: string[]
  /** As sync lists them, in an order that is the same in every run. */
  records(): ProfileRecord[]
  /** Another engine on the same folder, where the one before ended. */
  restart(): void
  /** Applies what is planned, with everything confirmed. undefined: it could not begin, or the process ended. */
  applyAll(trouble?: Trouble): Promise<Applied>
  /** Does some work under trouble. out: false when the process ended in it. */
  under(trouble: Trouble, work: () => Promise<unknown>): Promise<boolean>
  /** Without further trouble: recovers, pulls and applies until nothing is left to send. */
  settle(): Promise<Plan>
}

export type Applied = { plan: Plan; writes: Write[]; run?: Run }

export const accountId = 'acc-law'

const writes = new Set(['before create', 'before update', 'before remove'])
const requests = new Set([...writes, 'before list', 'before get'])

/** One database for all worlds of a process: one at a time. */
export function createWorlds(): { world(): World } {
  const db = new Database(':memory:')
  db.pragma('foreign_keys = ON')
  migrate(db, ledger)
  const store = storeOver(db)
  const names = db
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'callback_words%'"
    )
    .pluck()
    .all()
  const deletes = names.map(name => db.prepare(`DELETE FROM "${String(name)}"`))
  const clear = db.transaction(() => {
    for (const all of deletes) all.run()
  })
  return {
    world() {
      clear()
      return createWorld(store)
    }
  }
}

function createWorld(store: Store): World {
  const clock = createLawClock()
  const remote = createLawRemote(clock)
  let life = { over: false, moments: 0, crashAt: 0 }
  let jumps: number[] = []
  let sync = boot()
  addAccount(store)

  function boot(): Sync {
    life = { over: false, moments: 0, crashAt: 0 }
    const own = life
    const moment = (name: string) => {
      if (!own.over && ++own.moments === own.crashAt) own.over = true
      if (own.over) throw new Crash(name)
      if (requests.has(name)) clock.jump(jumps.shift() ?? 0)
      if (writes.has(name) && store.runs.operationsIn(['inflight']).length === 0) world.unjournalled.push(name)
    }
    return createSync({
      store: mortal(store, moment),
      clock,
      registry: { kind: (_, kind) => lawKinds[isKindName(kind) ? kind : 'line'], get: () => lawProvider },
      bus: createBus(() => clock.now()),
      connect: async () => remote.api(moment),
      secretSetting: async (_, setting, version) => secretValue(setting, version),
      holder: { id: 'holder-law', pid: process.pid, machine: 'law', about: 'the laws' },
      onStep: moment,
      // A mistake of the engine's must not pass for a fault of the provider's.
      onBug(error) {
        if (!(error instanceof Crash)) throw error
        return 'crash'
      }
    })
  }

  /** What a person is asked for where several there could be what was sent: all but one are removed. */
  function removeTwins(): void {
    const known = new Set(world.records().map(({ remoteId }) => remoteId))
    const alike = Map.groupBy(
      [...remote.there].filter(([id]) => !known.has(id)),
      ([, { kind, settings }]) => JSON.stringify([kind, settings['name']])
    )
    for (const [, ...twins] of alike.values()) for (const [id] of twins) remote.there.delete(id)
  }

  const world: World = {
    store,
    clock,
    remote,
    unjournalled: [],
    sync: () => sync,
    records: () => store.profiles.list().toSorted((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1)),
    restart() {
      life.over = true
      sync = boot()
    },
    async under({ fates = [], crashAt = 0, ...more }, work) {
      remote.fates = [...fates]
      jumps = [...(more.jumps ?? [])]
      life.moments = 0
      life.crashAt = crashAt
      try {
        await work()
      } catch (error) {
        if (!(error instanceof Fault) && !(error instanceof Crash)) throw error
      }
      remote.fates = []
      jumps = []
      life.crashAt = 0
      if (!life.over) return true
      world.restart()
      return false
    },
    async applyAll(trouble = {}) {
      const plan = await sync.plan()
      const from = remote.writes.length
      let run: Run | undefined
      await world.under(trouble, async () => {
        const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
        run = await (await sync.apply({ hash: plan.hash, confirm })).finished
      })
      return { plan, writes: remote.writes.slice(from), ...(run && { run }) }
    },
    async settle() {
      for (let round = 0; round < 6; round += 1) {
        unpark(store)
        if (round === 0) await world.under({}, () => sync.recover())
        await world.under({}, () => sync.pull())
        await world.applyAll()
        const isOpen = store.runs.operationsIn(['inflight', 'unknown']).length > 0
        // At first at once, while a request that was lost may still arrive; then when it cannot any more.
        clock.pass(100_000)
        const plan = await sync.plan()
        if (plan.changes.length === 0 && !isOpen) return plan
        if (round > 1) removeTwins()
      }
      throw new Error('it does not come to rest')
    }
  }
  return world
}

/** What the vault has for a version of a secret setting. */
export function secretValue(setting: string, version: number): string {
  return `${setting}-value-${version}`
}

/** Settings as they go over the wire. */
export function wire(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && !Array.isArray(value) ? secretValue(name, value.$secret) : value
    ])
  )
}

/** Credentials that were rejected are entered again. */
export function unpark(store: Store): void {
  const account = store.accounts.get(accountId)
  if (account?.state !== 'parked') return
  const { secrets: _, ...row } = account
  store.accounts.update({ ...row, state: 'ready', parkedFault: null })
}

function addAccount(store: Store): void {
  const times = { createdMs: 1, updatedMs: 1, pulledMs: null }
  const own = { id: accountId, provider: 'law', label: 'Law', baseUrl: 'https://example.test', fields: {} }
  store.accounts.add({ ...own, ...times, state: 'ready', parkedFault: null })
}

/** Ids are random: what a record is called and where it is says which one it is. */
function placeOf({ kind, local, remote, base, remoteId, createdMs }: ProfileRecord): string {
  const name = (local ?? remote ?? base)?.['name']
  return JSON.stringify([kind, name, remoteId, createdMs])
}

const reads = new Set(
  'list get all strays byKey operationsIn askedBackMs gone writtenSince unlike unfinished holder count raw'.split(' ')
)

type Noun = Record<string, (...args: never[]) => unknown>

/** The store as a process has it that may end before or after each write that becomes durable. */
function mortal(store: Store, moment: (name: string) => void): Store {
  let depth = 0

  function dying<T>(name: string, write: () => T): T {
    if (depth > 0) return write()
    moment(`before ${name}`)
    depth += 1
    let out: T
    try {
      out = write()
    } finally {
      depth -= 1
    }
    moment(`after ${name}`)
    return out
  }

  function noun<N extends object>(name: string, own: N): N {
    const calls = Object.entries(own as Noun).map(([call, work]) => [
      call,
      reads.has(call) ? work : (...args: never[]) => dying(`${name}.${call}`, () => work(...args))
    ])
    return Object.fromEntries(calls) as N
  }

  return {
    ...store,
    accounts: noun('accounts', store.accounts),
    profiles: noun('profiles', store.profiles),
    history: noun('history', store.history),
    runs: noun('runs', store.runs),
    leases: noun('leases', store.leases),
    together: write => dying('together', () => store.together(write))
  }
}
