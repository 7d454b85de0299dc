import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import type { Clock } from '../base/clock.ts'
import { backupTo } from './backup.ts'
import { atOnce } from './db.ts'
import { applicationId, refuseNewer, versionOf } from './inspect.ts'
import type { Migration } from './migrations/ledger.ts'

/**
 * Brings the database to the newest version, in one transaction. The version is read under the write lock: of several
 * processes that start at once, one migrates and the others find it done. faults: store-newer.
 */
export function migrate(db: Database.Database, ledger: readonly Migration[]): void {
  atOnce(db, () => {
    const version = versionOf(db)
    refuseNewer(version, ledger.length)
    if (version === ledger.length) return
    for (const migration of ledger.slice(version)) migration(db)
    db.pragma(`application_id = ${applicationId}`)
    db.pragma(`user_version = ${ledger.length}`)
  })
}

/** Copies a database of an older version into the folder's `backups`. out: the copy's path. */
export async function backUpBeforeMigrating(
  db: Database.Database,
  options: { dataDir: string; version: number; clock: Clock }
): Promise<string> {
  const folder = join(options.dataDir, 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const when = new Date(options.clock.now()).toISOString().replaceAll(/[:.]/g, '-')
  const file = join(folder, `plugboard-v${options.version}-${when}-${process.pid}.db`)
  await backupTo(db, file)
  return file
}
