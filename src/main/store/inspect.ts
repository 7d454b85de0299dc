import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Fault } from '#shared/faults.ts'

/** Marks the file as Plugboard's: "PlgB". */
export const applicationId = 0x506c6742

/** Up to this size the check reads the whole file at every start. */
const usuallyBytes = 32 * 1024 * 1024

/** What callbacks brought can be gigabytes; a damaged page there is found when it is read. */
const unbounded = /^(callbacks$|callback_|attempts$)/

/**
 * Looks at a database without changing a byte of it. in: wholeUpToBytes: larger ones are checked without what callbacks
 * brought. out: its version, 0 where it is new.
 * faults: store-newer, store-damaged, store-busy, store-read-only.
 */
export function inspect(
  file: string,
  newestVersion: number,
  busyTimeoutMs: number,
  wholeUpToBytes = usuallyBytes
): number {
  if (statSync(file).size === 0) return 0
  const db = new Database(file, { readonly: true, timeout: busyTimeoutMs })
  try {
    const version = versionOf(db)
    refuseNewer(version, newestVersion)
    refuseForeign(db, version)
    checkPages(db, statSync(file).size <= wholeUpToBytes)
    return version
  } finally {
    db.close()
  }
}

export function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

export function refuseNewer(version: number, newestVersion: number): void {
  if (version > newestVersion) throw new Fault('store-newer')
}

/** A file that was only just created has neither mark nor tables. */
function refuseForeign(db: Database.Database, version: number): void {
  if (db.pragma('application_id', { simple: true }) === applicationId) return
  if (version === 0 && tablesOf(db).length === 0) return
  throw new Fault('store-damaged', { message: 'The database in the data folder is not one of Plugboard' })
}

function checkPages(db: Database.Database, isWhole: boolean): void {
  const tables = tablesOf(db).filter(table => !unbounded.test(table))
  const checks = isWhole ? ['quick_check(1)'] : tables.map(table => `quick_check('${table}')`)
  for (const check of checks) {
    const verdict = db.pragma(check, { simple: true })
    if (verdict !== 'ok') throw new Fault('store-damaged', { excerpt: String(verdict) })
  }
}

function tablesOf(db: Database.Database): string[] {
  return db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
}
