import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { guarded, storeFault } from '../../src/main/store/faults.ts'

test.each([
  ['SQLITE_FULL', 'store-full'],
  ['SQLITE_IOERR_SHMSIZE', 'store-full'],
  ['SQLITE_READONLY', 'store-read-only'],
  ['SQLITE_READONLY_DBMOVED', 'store-read-only'],
  ['SQLITE_CANTOPEN', 'store-read-only'],
  ['SQLITE_BUSY', 'store-busy'],
  ['SQLITE_BUSY_SNAPSHOT', 'store-busy'],
  ['SQLITE_LOCKED', 'store-busy'],
  ['SQLITE_CORRUPT_INDEX', 'store-damaged'],
  ['SQLITE_NOTADB', 'store-damaged'],
  ['SQLITE_IOERR_READ', 'store-damaged'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'already-exists'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'not-found']
])('%s of SQLite is %s', (code, fault) => {
  const error = new Database.SqliteError('said by SQLite', code)
  expect(storeFault(error)).toMatchObject({ code: fault, cause: error })
})

test.each([
  ['EROFS', 'store-read-only'],
  ['EACCES', 'store-read-only'],
  ['EPERM', 'store-read-only'],
  ['ENOTDIR', 'store-read-only'],
  ['ENOSPC', 'store-full'],
  ['EDQUOT', 'store-full'],
  ['EIO', 'store-damaged']
])('%s of the file system is %s', (code, fault) => {
  expect(storeFault(Object.assign(new Error('said by the system'), { code }))?.code).toBe(fault)
})

test('a mistake of ours stays an error and a fault stays itself', () => {
  const broken = new Database.SqliteError('NOT NULL', 'SQLITE_CONSTRAINT_NOTNULL')
  const fault = new Fault('cancelled')
  const throwing = (error: unknown) => () =>
    guarded(() => {
      throw error
    })()
  expect(throwing(broken)).toThrow(broken)
  expect(throwing(new TypeError('x'))).toThrow(TypeError)
  expect(throwing(fault)).toThrow(fault)
  expect(guarded((a: number, b: number) => a + b)(1, 2)).toBe(3)
})
