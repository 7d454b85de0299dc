import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Clock } from '../base/clock.ts'
import { atOnce } from './db.ts'
import { guarded, guardedNoun, storeFault } from './faults.ts'
import { inspect } from './inspect.ts'
import { backUpBeforeMigrating, migrate } from './migrate.ts'
import { ledger, type Migration } from './migrations/ledger.ts'
import { readAccounts } from './read/accounts.ts'
import { readAttempts } from './read/attempts.ts'
import { readCallbacks } from './read/callbacks.ts'
import { readEndpoints } from './read/endpoints.ts'
import { readHistory } from './read/history.ts'
import { readLeases } from './read/leases.ts'
import { readOptions } from './read/options.ts'
import { readProfiles } from './read/profiles.ts'
import { readRules } from './read/rules.ts'
import { readRuns } from './read/runs.ts'
import { mentions, mentionsName } from './read/search.ts'
import { readSchedules } from './read/schedules.ts'
import { readSecrets } from './read/secrets.ts'
import { readTargets } from './read/targets.ts'
import type { Store } from './store.ts'
import { upkeepOf } from './upkeep.ts'
import { writeAccounts } from './write/accounts.ts'
import { writeAttempts } from './write/attempts.ts'
import { writeCallbacks } from './write/callbacks.ts'
import { writeEndpoints } from './write/endpoints.ts'
import { writeHistory } from './write/history.ts'
import { writeLeases } from './write/leases.ts'
import { writeOptions } from './write/options.ts'
import { writeProfiles } from './write/profiles.ts'
import { writeRules } from './write/rules.ts'
import { writeRuns } from './write/runs.ts'
import { writeSchedules } from './write/schedules.ts'
import { writeSecrets } from './write/secrets.ts'
import { writeTargets } from './write/targets.ts'
import { createWritten } from './write/written.ts'

export type OpenOptions = {
  dataDir: string
  clock: Clock
  /** How long a call waits for another process that writes. */
  busyTimeoutMs?: number
  /** Another connection of this process has the folder open already: it was looked at and migrated. */
  isKnownGood?: boolean
  /** Somebody else copies the log into the file: no write here ever waits for that. */
  leavesLog?: boolean
  /** Writes survive the end of the process at once, and of the system with the next durable write of any connection. */
  isRelaxed?: boolean
  /** Tests hand in versions that were not released. */
  migrations?: readonly Migration[]
}

/** The database's path in a data folder. */
export function databaseFile(dataDir: string): string {
  return join(dataDir, 'plugboard.db')
}

const usualBusyTimeoutMs = 5_000
const busyPauseMs = 25

/**
 * Opens the database of a data folder and makes what is missing; a database of an older version is backed up and migrated.
 * Several processes may have the same folder open.
 * faults: store-newer, store-damaged, store-read-only, store-full, store-busy.
 */
export async function openStore(options: OpenOptions): Promise<Store> {
  // Elapsed time, which no clock that jumps can stretch.
  const startedMs = performance.now()
  for (;;) {
    try {
      return storeOver(await openDatabase(options))
    } catch (error) {
      const fault = storeFault(error)
      const isPatient = performance.now() - startedMs < (options.busyTimeoutMs ?? usualBusyTimeoutMs)
      // SQLite does not wait by itself while another process turns a new database to WAL, or recovers one.
      if (fault?.code !== 'store-busy' || !isPatient) throw fault ?? error
      await options.clock.sleep(busyPauseMs)
    }
  }
}

/** Opens the file alone, brought to the newest version. faults: as `openStore`, some still as SQLite's own errors. */
export async function openDatabase(options: OpenOptions): Promise<Database.Database> {
  const { dataDir, clock, busyTimeoutMs = usualBusyTimeoutMs, migrations = ledger } = options
  const file = databaseFile(dataDir)
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  // SQLite would open a file that it may not write; this fails at once, and makes a new one private from the beginning.
  closeSync(openSync(file, 'a', 0o600))
  const version = options.isKnownGood ? migrations.length : inspect(file, migrations.length, busyTimeoutMs)
  const db = new Database(file, { timeout: busyTimeoutMs })
  try {
    makeDurable(db, options)
    if (version > 0 && version < migrations.length) await backUpBeforeMigrating(db, { dataDir, version, clock })
    if (version < migrations.length) migrate(db, migrations)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function makeDurable(db: Database.Database, { leavesLog, isRelaxed }: OpenOptions): void {
  // Both count for a new file only. Free pages can be given back after a large clearing; bodies fill larger pages better.
  db.pragma('page_size = 8192')
  db.pragma('auto_vacuum = INCREMENTAL')
  db.pragma('journal_mode = WAL')
  db.pragma(`synchronous = ${isRelaxed ? 'NORMAL' : 'FULL'}`)
  if (leavesLog) db.pragma('wal_autocheckpoint = 0')
  db.pragma('foreign_keys = ON')
  // After a flood the log file shrinks again.
  db.pragma('journal_size_limit = 67108864')
}

/** The store over an open database. */
export function storeOver(db: Database.Database): Store {
  // Asked for every callback: prepared once.
  const othersVersion = db.prepare('PRAGMA data_version').pluck()
  db.function(mentionsName, { deterministic: true }, mentions)
  const written = createWritten()

  function together<T>(write: () => T): T {
    const before = written.count()
    try {
      return guarded(() => atOnce(db, write))()
    } catch (error) {
      written.takenBack(before)
      throw error
    }
  }

  return {
    accounts: guardedNoun({ ...readAccounts(db), ...writeAccounts(db) }),
    secrets: guardedNoun({ ...readSecrets(db), ...writeSecrets(db) }),
    profiles: guardedNoun({ ...readProfiles(db), ...writeProfiles(db, written) }),
    history: guardedNoun({ ...readHistory(db), ...writeHistory(db) }),
    runs: guardedNoun({ ...readRuns(db), ...writeRuns(db) }),
    schedules: guardedNoun({ ...readSchedules(db), ...writeSchedules(db) }),
    endpoints: guardedNoun({ ...readEndpoints(db), ...writeEndpoints(db) }),
    rules: guardedNoun({ ...readRules(db), ...writeRules(db) }),
    targets: guardedNoun({ ...readTargets(db), ...writeTargets(db) }),
    attempts: guardedNoun({ ...readAttempts(db), ...writeAttempts(db) }),
    callbacks: guardedNoun({ ...readCallbacks(db), ...writeCallbacks(db) }),
    options: guardedNoun({ ...readOptions(db), ...writeOptions(db) }),
    leases: guardedNoun({ ...readLeases(db), ...writeLeases(db) }),
    upkeep: guardedNoun(upkeepOf(db)),
    together,
    atOneMoment: read => guarded(() => db.transaction(read).deferred())(),
    othersVersion: guarded(() => Number(othersVersion.get())),
    close: () => void db.close()
  }
}
