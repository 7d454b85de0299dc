import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { Fault } from '#shared/faults.ts'
import { storeFault } from './faults.ts'

/**
 * Copies the whole database, also while it is written to, into a new file that only its owner can read. A copy that was cut
 * short leaves nothing under the name. faults: already-exists, store-full, store-read-only, store-damaged.
 */
export async function backupTo(db: Database.Database, file: string): Promise<void> {
  try {
    if (existsSync(file)) throw new Fault('already-exists', { message: `The file ${file} exists already` })
    const partial = `${file}.partial`
    closeSync(openSync(partial, 'w', 0o600))
    await copyTo(db, partial)
    renameSync(partial, file)
  } catch (error) {
    throw storeFault(error) ?? error
  }
}

async function copyTo(db: Database.Database, partial: string): Promise<void> {
  try {
    await db.backup(partial)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
}
