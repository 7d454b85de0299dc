import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { databaseFile, openDatabase } from '../../src/main/store/open.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { accountRow, callbackRow, codeOf } from '../helpers/store-rows.ts'

const { folder, open } = storeFolders()

test('a missing data folder is made, for its owner alone', async () => {
  const dataDir = join(folder(), 'deep', 'data')
  const store = await open({ dataDir })
  store.accounts.add(accountRow())
  if (process.platform === 'win32') return
  expect(modeOf(dataDir)).toBe('700')
  for (const end of ['', '-wal', '-shm']) expect(modeOf(databaseFile(dataDir) + end)).toBe('600')
})

test('the database is durable, strict and marked as ours', async () => {
  const db = await openDatabase({ dataDir: folder(), clock: systemClock })
  const value = (pragma: string) => db.pragma(pragma, { simple: true })
  expect(value('journal_mode')).toBe('wal')
  expect(value('synchronous')).toBe(2)
  expect(value('foreign_keys')).toBe(1)
  expect(value('busy_timeout')).toBe(5_000)
  expect(value('application_id')).toBe(0x506c6742)
  const tables = db
    .prepare<[], { name: string; type: string; strict: number }>('PRAGMA table_list')
    .all()
    .filter(table => !table.name.startsWith('sqlite_') && !['virtual', 'shadow'].includes(table.type))
  expect(tables.length).toBeGreaterThan(8)
  expect(tables.filter(table => table.strict !== 1)).toEqual([])
  db.close()
})

test('an empty file, left by a crash at the very first start, is taken as new', async () => {
  const dataDir = folder()
  writeFileSync(databaseFile(dataDir), '')
  expect((await open({ dataDir })).accounts.list()).toEqual([])
})

test.each<[what: string, code: string, make: () => Promise<string> | string]>([
  ['a database of a newer version, with its log', 'store-newer', () => copyWhileOpen('PRAGMA user_version = 99')],
  ['a file that is not a database', 'store-damaged', () => folderWith('not a database, '.repeat(1_000))],
  ['the database of another program', 'store-damaged', foreignFolder],
  ['a database that was cut short', 'store-damaged', () => filledFolder(bytes => bytes.subarray(0, -3 * 4096))],
  [
    'a database with pages of noise',
    'store-damaged',
    () => filledFolder(bytes => bytes.fill(0xa5, bytes.length - 2 * 4096))
  ]
])('%s is refused as %s and left as it is', async (_, code, make) => {
  const dataDir = await make()
  const before = fingerprints(dataDir)
  await expect(open({ dataDir })).rejects.toMatchObject({ code })
  expect(fingerprints(dataDir)).toEqual(before)
  expect(existsSync(join(dataDir, 'backups'))).toBe(false)
})

test('a row that cannot be read is damage, not a mistake of ours', async () => {
  const dataDir = folder()
  const store = await open({ dataDir })
  store.accounts.add(accountRow())
  const db = new Database(databaseFile(dataDir))
  db.exec(`UPDATE accounts SET fields = '{"half":'`)
  expect(codeOf(() => store.accounts.list())).toBe('store-damaged')
  db.exec(`UPDATE accounts SET fields = '{}', state = 'unheard-of'`)
  expect(codeOf(() => store.accounts.get('acc-1'))).toBe('store-damaged')
  db.close()
})

test('a data folder that cannot be one is read-only', async () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  await expect(open({ dataDir: join(file, 'data') })).rejects.toMatchObject({ code: 'store-read-only' })
  await expect(open({ dataDir: file })).rejects.toMatchObject({ code: 'store-read-only' })
  const dataDir = folder()
  mkdirSync(databaseFile(dataDir))
  await expect(open({ dataDir })).rejects.toMatchObject({ code: 'store-read-only' })
})

test('a database that another process keeps locked is busy, and usable afterwards', async () => {
  const dataDir = folder()
  const store = await open({ dataDir, busyTimeoutMs: 20 })
  const db = new Database(databaseFile(dataDir))
  db.exec('BEGIN IMMEDIATE')
  expect(codeOf(() => store.accounts.add(accountRow()))).toBe('store-busy')
  expect(codeOf(() => store.together(() => 1))).toBe('store-busy')
  await expect(open({ dataDir, busyTimeoutMs: 20 })).rejects.toBeInstanceOf(Fault)
  expect(store.accounts.list()).toEqual([])
  db.exec('COMMIT')
  store.accounts.add(accountRow())
  db.close()
})

function folderWith(contents: string | Buffer): string {
  const dataDir = folder()
  writeFileSync(databaseFile(dataDir), contents)
  return dataDir
}

function foreignFolder(): string {
  const dataDir = folder()
  const db = new Database(databaseFile(dataDir))
  db.exec('CREATE TABLE theirs (id INTEGER)')
  db.close()
  return dataDir
}

/** A closed database of a few dozen pages, then damaged. */
async function filledFolder(damage: (bytes: Buffer) => Buffer): Promise<string> {
  const dataDir = folder()
  const store = await open({ dataDir })
  store.callbacks.addAll(Array.from({ length: 100 }, () => callbackRow({ body: Buffer.alloc(2_000, 'a') })))
  store.close()
  return folderWith(damage(readFileSync(databaseFile(dataDir))))
}

/** A folder as a killed process leaves it: the change is in the log and not yet in the database file. */
async function copyWhileOpen(change: string): Promise<string> {
  const from = folder()
  const db = await openDatabase({ dataDir: from, clock: systemClock })
  db.exec(change)
  const dataDir = folder()
  for (const end of ['', '-wal']) cpSync(databaseFile(from) + end, databaseFile(dataDir) + end)
  db.close()
  expect(statSync(`${databaseFile(dataDir)}-wal`).size).toBeGreaterThan(0)
  return dataDir
}

function fingerprints(dataDir: string): string[] {
  const files = ['', '-wal'].map(end => databaseFile(dataDir) + end).filter(file => existsSync(file))
  // Looking at a database may leave an empty log beside it.
  const contents = files.map(file => readFileSync(file)).filter(bytes => bytes.length > 0)
  return contents.map(bytes => createHash('sha256').update(bytes).digest('hex'))
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}
