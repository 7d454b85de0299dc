import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { Fault } from '#shared/faults.ts'
import { storeFault } from './faults.ts'

/**
 * Copies the whole database, also while it is written to, into a new file that only its owner can read. A copy that was cut short leaves
 * nothing under the name. faults: already-exists, store-full, store-read-only, store-damaged.
 */
export async function backupTo(db: Database.Database, file: string): Promise<void> {
  const partial = `${file}.partial`
  try {
    if (existsSync(file)) throw new Fault('already-exists', { message: `The file ${file} exists already` })
    rmSync(partial, { force: true })
    closeSync(openSync(partial, 'wx', 0o600))
    await db.backup(partial)
    renameSync(partial, file)
  } catch (error) {
    rmSync(partial, { force: true })
    throw storeFault(error) ?? error
  }
}
