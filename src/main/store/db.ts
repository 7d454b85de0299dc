import type Database from 'better-sqlite3'

/** The database for code that only asks. */
export type ReadDb = {
  prepare(sql: string): Pick<Database.Statement, 'get' | 'all'>
}

/** The database for code that changes it. */
export type WriteDb = {
  prepare(sql: string): Pick<Database.Statement, 'get' | 'all' | 'run'>
  exec(sql: string): unknown
  transaction: Database.Database['transaction']
}

/** Runs the writes as one transaction that takes the write lock first, so that what they read stays true. Nests. */
export function atOnce<T>(db: WriteDb, write: () => T): T {
  return db.transaction(write).immediate()
}
