import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { backupTo } from '../../src/main/store/backup.ts'
import { migrate } from '../../src/main/store/migrate.ts'
import { ledger, type Migration } from '../../src/main/store/migrations/ledger.ts'
import { databaseFile } from '../../src/main/store/open.ts'
import { storeFolders } from '../helpers/store-folder.ts'
import { accountRow, endpointRow } from '../helpers/store-rows.ts'

const { folder, open } = storeFolders()
const fixtures = join(import.meta.dirname, '../fixtures/store')
const versions = ledger.map((_, index) => index + 1)
const clock = { ...systemClock, now: () => Date.UTC(2024, 1, 29, 12, 30, 15, 7) }

const nextMigration: Migration = db => {
  db.exec(`ALTER TABLE accounts ADD COLUMN colour TEXT; UPDATE accounts SET label = 'migrated'`)
}

test('every version has its frozen database', () => {
  expect(readdirSync(fixtures).toSorted()).toEqual(versions.map(version => `version-${version}.sql`).toSorted())
})

test.each(versions)('the migrations make the database of version %i as it was released', version => {
  const released = new Database(':memory:')
  released.exec(frozen(version))
  const made = new Database(':memory:')
  migrate(made, ledger.slice(0, version))
  expect(schemaOf(made)).toEqual(schemaOf(released))
})

test.each(versions)('a database of version %i opens with everything in it', async version => {
  const dataDir = folderOf(version)
  const store = await open({ dataDir })
  expect(store.accounts.list()).toMatchObject([
    { id: 'acc-1', label: 'Main ü', fields: { accountSid: 'sid' }, parkedFault: { code: 'auth' }, pulledMs: 3 },
    { id: 'acc-2', baseUrl: 'sandbox:exotel', state: 'ready', pulledMs: null }
  ])
  expect(store.accounts.get('acc-1')?.secrets).toEqual([{ name: 'appSecret', version: 2, vault: 'keychain' }])
  expect(store.profiles.list()).toMatchObject([
    {
      id: 'pro-1',
      base: { value: 'a' },
      local: { value: 'b' },
      remote: { value: 'a' },
      policies: { value: 'managed' }
    },
    { id: 'pro-2', base: null, local: { key: 'new' }, remoteId: null, remoteKnown: false }
  ])
  expect(store.history.list({ limit: 9 })).toMatchObject([{ id: 'his-1', settings: [{ from: 'a', to: 'b' }] }])
  expect(store.runs.unfinished()).toMatchObject([{ id: 'run-1', operations: [{ id: 'op-1', state: 'inflight' }] }])
  expect(store.endpoints.byKey('key1')).toEqual(endpointRow({ createdMs: 15 }))
  expect(store.callbacks.list({ limit: 9 })).toMatchObject([
    { id: 2, truncated: true, verdict: null },
    { id: 1, verdict: 'not-offered', decoded: { event: 'call' }, bodyBytes: 4 }
  ])
  expect([...(store.callbacks.raw(1)?.body ?? [])]).toEqual([0, 0x41, 0xff, 0x80])
  expect(store.callbacks.raw(1)?.headers).toEqual([
    ['X-A', 'ÿ'],
    ['x-a', '']
  ])
  expect(store.options.get('vault')).toBe('keychain')
})

test.each(versions)('a database of version %i is backed up before it is migrated', async version => {
  const dataDir = folderOf(version)
  const store = await open({ dataDir, clock, migrations: [...ledger, nextMigration] })
  expect(store.accounts.get('acc-1')?.label).toBe('migrated')
  const backups = readdirSync(join(dataDir, 'backups'))
  expect(backups).toEqual([`plugboard-v${version}-2024-02-29T12-30-15-007Z-${process.pid}.db`])
  const backup = new Database(join(dataDir, 'backups', backups[0] ?? ''), { readonly: true })
  expect(backup.pragma('user_version', { simple: true })).toBe(version)
  expect(backup.pragma('integrity_check', { simple: true })).toBe('ok')
  expect(backup.prepare('SELECT label FROM accounts ORDER BY id').pluck().all()).toEqual(['Main ü', 'Second'])
  backup.close()
})

test('a new or current database is not backed up', async () => {
  const dataDir = folder()
  for (const _ of [1, 2]) (await open({ dataDir })).close()
  expect(readdirSync(dataDir)).not.toContain('backups')
})

test('a migration that fails leaves the database as it was', async () => {
  const dataDir = folderOf(ledger.length)
  const failing: Migration = db => {
    nextMigration(db)
    throw new Error('failed in the middle')
  }
  await expect(open({ dataDir, migrations: [...ledger, failing] })).rejects.toThrow('failed in the middle')
  const store = await open({ dataDir })
  expect(store.accounts.get('acc-1')?.label).toBe('Main ü')
})

test('a backup is a whole database and never replaces a file', async () => {
  const dataDir = folder()
  const store = await open({ dataDir })
  store.accounts.add(accountRow())
  const db = new Database(databaseFile(dataDir))
  const file = databaseFile(folder())
  await backupTo(db, file)
  await expect(backupTo(db, file)).rejects.toMatchObject({ code: 'already-exists' })
  await expect(backupTo(db, join(file, 'beneath'))).rejects.toMatchObject({ code: 'store-read-only' })
  db.close()
  expect((await open({ dataDir: join(file, '..') })).accounts.list()).toEqual(store.accounts.list())
  expect(readdirSync(join(file, '..')).filter(name => name.includes('partial'))).toEqual([])
})

function frozen(version: number): string {
  return readFileSync(join(fixtures, `version-${version}.sql`), 'utf8')
}

function folderOf(version: number): string {
  const dataDir = folder()
  const db = new Database(databaseFile(dataDir))
  db.exec(frozen(version))
  db.close()
  return dataDir
}

function schemaOf(db: Database.Database): string[] {
  const texts = db.prepare<[], string>('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').pluck().all()
  return texts.map(text => text.replaceAll(/\s+/g, ' ').replaceAll(/ ?([(),]) ?/g, '$1'))
}
