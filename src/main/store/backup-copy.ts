import Database from 'better-sqlite3'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import { backupTo } from './backup.ts'
import { storeFault } from './faults.ts'
import { inspect } from './inspect.ts'
import { migrate } from './migrate.ts'
import { ledger } from './migrations/ledger.ts'
import { databaseFile, storeOver } from './open.ts'
import type { Store } from './store.ts'

/** How long another writer is waited for. */
const patienceMs = 5_000
const pauseMs = 25
/** What processes say to each other is about those that ran when the copy was made. */
const ofProcesses = ['DELETE FROM leases', "DELETE FROM options WHERE name = 'vault-lock-order'"]
/** 16 MB, after which everything else has its turn. */
const pagesAtOnce = 2_000

/**
 * Copies the database of a data folder as it is at one moment into a new file, however much is written meanwhile.
 * faults: already-exists, store-*.
 */
export async function copyDatabase(dataDir: string, file: string): Promise<void> {
  const db = new Database(databaseFile(dataDir), { readonly: true, timeout: patienceMs })
  try {
    // One moment: without it the copy would begin anew whenever somebody writes.
    db.exec('BEGIN')
    db.prepare('SELECT count(*) FROM sqlite_schema').get()
    await backupTo(db, file)
  } catch (error) {
    throw storeFault(error) ?? error
  } finally {
    db.close()
  }
}

/** Looks at a copy, all of it, without changing a byte. faults: store-newer, store-damaged. */
export function checkCopy(file: string): void {
  try {
    const version = inspect(file, ledger.length, patienceMs, Number.POSITIVE_INFINITY)
    if (version === 0) throw new Fault('store-damaged', { message: 'The database is empty' })
  } catch (error) {
    throw storeFault(error) ?? error
  }
}

/**
 * Makes a copy fit to take the place of a database whose pages are so large: brought to the newest version, without leases,
 * in one file. `change` works on it before. out: what it gives. faults: store-*.
 */
export function prepareCopy<T>(file: string, pageBytes: number, change: (copy: Store) => T): T {
  const db = new Database(file)
  try {
    db.pragma('foreign_keys = ON')
    migrate(db, ledger)
    for (const sql of ofProcesses) db.exec(sql)
    const out = change(storeOver(db))
    // Only a file without a log can have other pages.
    db.pragma('journal_mode = DELETE')
    if (db.pragma('page_size', { simple: true }) !== pageBytes) {
      db.pragma(`page_size = ${pageBytes}`)
      db.exec('VACUUM')
    }
    return out
  } catch (error) {
    throw storeFault(error) ?? error
  } finally {
    db.close()
  }
}

/**
 * Replaces all of a folder's database by a prepared copy, as one transaction of SQLite's own: whatever ends it before its
 * end leaves everything as it was, and whoever has the database open sees all of the one or all of the other. `keep`
 * begins once nobody can write any more, and nothing is replaced before it has ended.
 * It is durable with the next write through a store. in: onStep: called now and then on the way. faults: store-busy, store-full, store-*, those of `keep`.
 */
export async function replaceDatabase(
  dataDir: string,
  copy: string,
  { keep, clock, onStep }: { keep: () => Promise<void>; clock: Clock; onStep?: () => void }
): Promise<void> {
  const db = new Database(copy, { readonly: true })
  try {
    const startedMs = clock.elapsedMs()
    for (;;) {
      const { totalPages } = await db.backup(databaseFile(dataDir), { progress: paced(keep, onStep) })
      // None at all: another connection was writing, and this one does not wait by itself.
      if (totalPages > 0) break
      if (clock.elapsedMs() - startedMs > patienceMs) throw new Fault('store-busy')
      await clock.sleep(pauseMs)
    }
  } catch (error) {
    throw storeFault(error) ?? error
  } finally {
    db.close()
  }
}

/** How many pages come next: none before all is kept. What is thrown here takes everything back. */
function paced(keep: () => Promise<void>, onStep: (() => void) | undefined): () => number {
  let kept: 'no' | 'under-way' | 'yes' | { failed: unknown } = 'no'
  const begin = () => {
    kept = 'under-way'
    keep().then(
      () => (kept = 'yes'),
      (failed: unknown) => (kept = { failed })
    )
  }
  return () => {
    if (kept === 'no') begin()
    if (typeof kept === 'object') throw kept.failed
    if (kept !== 'yes') return 0
    onStep?.()
    return pagesAtOnce
  }
}
