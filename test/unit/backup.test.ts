import { createReadStream, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { contentsOf, readContents } from '../../src/main/backup/contents.ts'
import { seal, unseal } from '../../src/main/backup/seal.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { ledger } from '../../src/main/store/migrations/ledger.ts'
import { openStore } from '../../src/main/store/open.ts'
import { addExample, backupFolders, filesIn } from '../helpers/backup-folder.ts'
import { backupWord as passphrase, scryptCost } from '../helpers/backup-word.ts'
import { reportIn } from '../helpers/core-child.ts'
import { callbackRow } from '../helpers/store-rows.ts'
import { tracesIn } from '../helpers/traces.ts'

const { folder, open } = backupFolders()
const setting = (value: string) => ({ key: 'callback', value })

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Fault ? error.code : reportIn(error).code
  }
}

test('a backup with secrets brings everything to another data folder, and nothing is left behind on the way', async () => {
  const [from, to] = [await open(), await open()]
  const account = await addExample(from, 'Main', 'the secret of Main')
  const made = await from.client.profiles.create({
    accountId: account.id,
    kind: 'app-setting',
    settings: setting('https://a.test')
  })
  await from.client.listener.configure({ keepCount: 4321 })
  const file = join(folder(), 'all.backup')
  const saved = await from.backups.create({ file, passphrase, withSecrets: true })
  expect(saved).toMatchObject({ file, fileName: 'all.backup', secrets: 1, missing: [], bytes: statSync(file).size })
  expect(statSync(file).mode & 0o777).toBe(0o600)

  const restored = await to.backups.restore({ file, passphrase })
  expect(restored).toMatchObject({ accounts: 1, profiles: 1, secrets: 1, missing: [] })
  expect((await to.client.profiles.get({ id: made.id })).local).toEqual(made.local)
  expect(await to.client.listener.settings()).toMatchObject({ keepCount: 4321 })
  expect(await to.client.accounts.get({ id: account.id })).toMatchObject({ state: 'untested', parkedFault: null })
  await to.backups.create({ file: join(to.dataDir, 'again.backup'), passphrase, withSecrets: true })
  expect(await secretsIn(join(to.dataDir, 'again.backup'))).toEqual(['the secret of Main'])
  expect(filesIn(from.dataDir)).toEqual(['plugboard.db', 'vault.json'])
  const kept = restored.kept.slice(to.dataDir.length + 1)
  expect(filesIn(to.dataDir)).toEqual(['again.backup', 'backups', kept, 'plugboard.db', 'vault.json'])
})

test('a backup without secrets brings accounts that say what they lack, and work offline all the same', async () => {
  const [from, to] = [await open(), await open()]
  const account = await addExample(from, 'Main', 'the secret of Main')
  const file = join(folder(), 'bare.backup')
  expect(await from.backups.create({ file, passphrase, withSecrets: false })).toMatchObject({ secrets: null })
  expect(await secretsIn(file)).toBeNull()
  expect(await to.backups.restore({ file, passphrase })).toMatchObject({ missing: [{ of: 'Main', name: 'appSecret' }] })
  const there = await to.client.accounts.get({ id: account.id })
  expect(there).toMatchObject({ state: 'parked', parkedFault: { code: 'secret-missing' } })
  await to.client.profiles.create({ accountId: account.id, kind: 'app-setting', settings: setting('https://b.test') })
  expect((await to.client.plans.make({})).held).toMatchObject([{ reason: 'account-parked' }])
  const again = await to.client.accounts.update({ id: account.id, secrets: { appSecret: 'entered again' } })
  expect(again).toMatchObject({ state: 'untested', parkedFault: null })
  expect((await to.client.plans.make({})).changes).toHaveLength(1)
})

test('where the backup came from, accounts keep the secrets that are in the vault, the newest ones', async () => {
  const core = await open()
  const account = await addExample(core, 'Main', 'the first secret')
  const file = join(folder(), 'bare.backup')
  await core.backups.create({ file, passphrase, withSecrets: false })
  await core.client.accounts.update({ id: account.id, label: 'Renamed', secrets: { appSecret: 'the second secret' } })
  const gone = await addExample(core, 'Later', 'of an account that goes')
  expect(await core.backups.restore({ file, passphrase })).toMatchObject({ accounts: 1, missing: [] })
  expect(await core.client.accounts.get({ id: account.id })).toMatchObject({ label: 'Main', state: 'untested' })
  expect(await codeOf(core.client.accounts.get({ id: gone.id }))).toBe('not-found')
  const again = join(folder(), 'again.backup')
  await core.backups.create({ file: again, passphrase, withSecrets: true })
  expect(await secretsIn(again)).toContain('the second secret')
})

test('an old backup with secrets brings the old ones back, and a number is never used for two of them', async () => {
  const core = await open()
  const { dataDir } = core
  const account = await addExample(core, 'Main', 'the first secret')
  const [first, second, third] = ['1', '2', '3'].map(name => join(folder(), `${name}.backup`)) as [
    string,
    string,
    string
  ]
  await core.backups.create({ file: first, passphrase, withSecrets: true })
  await core.client.accounts.update({ id: account.id, secrets: { appSecret: 'the second secret' } })
  await core.backups.create({ file: second, passphrase, withSecrets: true })
  await core.backups.restore({ file: first, passphrase })
  await core.close()
  // The start has swept what nothing points at any more, so that its number looks free.
  const again = await open(dataDir)
  await again.client.accounts.update({ id: account.id, secrets: { appSecret: 'the third secret' } })
  await again.backups.create({ file: third, passphrase, withSecrets: true })
  for (const [file, secret] of [
    [first, 'first'],
    [third, 'third'],
    [second, 'second']
  ] as const) {
    await again.backups.restore({ file, passphrase })
    const now = join(folder(), 'now.backup')
    await again.backups.create({ file: now, passphrase, withSecrets: true })
    expect(await secretsIn(now)).toContain(`the ${secret} secret`)
  }
})

test('a copy is of one moment while another process writes, and is found to be sound', async () => {
  const core = await open()
  const other = await openStore({ dataDir: core.dataDir, clock: systemClock })
  const pairs = Array.from({ length: 200 }, () => callbackRow({ body: Buffer.alloc(20_000) }))
  other.callbacks.addAll(pairs)
  const done = new AbortController()
  const writing = (async () => {
    while (!done.signal.aborted) {
      other.callbacks.addAll([callbackRow(), callbackRow()])
      await new Promise(resolve => setImmediate(resolve))
    }
  })()
  const file = join(folder(), 'busy.backup')
  await core.backups.create({ file, passphrase, withSecrets: false }).finally(() => done.abort())
  await writing
  other.close()
  const copy = join(folder(), 'copy.db')
  writeFileSync(copy, (await openedBackup(file)).database)
  const db = new Database(copy)
  const count = Number(db.prepare('SELECT count(*) FROM callbacks').pluck().get())
  expect(count % 2, 'two are written at once').toBe(0)
  expect(count).toBeGreaterThanOrEqual(200)
  expect(db.pragma('quick_check', { simple: true })).toBe('ok')
  db.close()
})

test('a backup takes nobody’s place, and is not made where there is no folder', async () => {
  const core = await open()
  const file = join(folder(), 'mine.txt')
  writeFileSync(file, 'mine')
  expect(await codeOf(core.backups.create({ file, passphrase, withSecrets: false }))).toBe('already-exists')
  expect(readFileSync(file, 'utf8')).toBe('mine')
  const nowhere = join(folder(), 'missing', 'x.backup')
  expect(await codeOf(core.backups.create({ file: nowhere, passphrase, withSecrets: false }))).toBe('not-found')
  expect(filesIn(core.dataDir)).toEqual(['plugboard.db', 'vault.json'])
})

test('what is not to be restored is refused by name, and everything stays as it was', async () => {
  const core = await open()
  const account = await addExample(core, 'Main', 'the secret of Main')
  const good = join(folder(), 'good.backup')
  await core.backups.create({ file: good, passphrase, withSecrets: true })
  const bytes = readFileSync(good)
  const bad = join(folder(), 'bad.backup')
  const restoring = (file: Buffer, word = passphrase) => {
    writeFileSync(bad, file)
    return codeOf(core.backups.restore({ file: bad, passphrase: word }))
  }
  await core.client.accounts.update({ id: account.id, label: 'Changed since' })
  const changed = Buffer.from(bytes)
  changed[bytes.length - 100] = (bytes[bytes.length - 100] ?? 0) ^ 1
  expect(await restoring(bytes, 'another word')).toBe('backup-wrong-passphrase')
  expect(await restoring(changed)).toBe('backup-damaged')
  expect(await restoring(bytes.subarray(0, -20))).toBe('backup-incomplete')
  expect(await codeOf(core.backups.restore({ file: join(folder(), 'none'), passphrase }))).toBe('not-found')
  expect(await core.client.accounts.list()).toMatchObject([{ label: 'Changed since' }])
  expect(filesIn(core.dataDir)).toEqual(['plugboard.db', 'vault.json'])
})

test('a database of a newer version inside is a backup of a newer Plugboard', async () => {
  const [from, to] = [await open(), await open()]
  const db = new Database(join(from.dataDir, 'plugboard.db'))
  db.pragma('user_version = 999')
  const file = join(folder(), 'newer.backup')
  await from.backups.create({ file, passphrase, withSecrets: false })
  db.pragma(`user_version = ${ledger.length}`)
  db.close()
  expect(await codeOf(to.backups.restore({ file, passphrase }))).toBe('backup-newer')
})

test('a backup of an older version is brought up to date, and its pages get the size of those here', async () => {
  const to = await open()
  const old = join(folder(), 'old.db')
  const db = new Database(old)
  db.pragma('page_size = 1024')
  db.exec(readFileSync(join(import.meta.dirname, '../fixtures/store/version-1.sql'), 'utf8'))
  const accounts = Number(db.prepare('SELECT count(*) FROM accounts').pluck().get())
  db.close()
  const own = { madeBy: '0.0.1', madeMs: 1, databaseBytes: statSync(old).size, secrets: null }
  const { bytes, plain } = contentsOf(own, createReadStream(old))
  const file = join(folder(), 'old.backup')
  const parts: Buffer[] = []
  for await (const part of seal(plain, { bytes, passphrase, cost: scryptCost })) parts.push(part)
  writeFileSync(file, Buffer.concat(parts))
  expect(accounts).toBeGreaterThan(0)
  expect(await to.backups.restore({ file, passphrase })).toMatchObject({ accounts, madeBy: '0.0.1', madeMs: 1 })
  expect(await to.client.accounts.list()).toHaveLength(accounts)
  await to.close()
  const now = new Database(join(to.dataDir, 'plugboard.db'), { readonly: true })
  expect([now.pragma('user_version', { simple: true }), now.pragma('page_size', { simple: true })]).toEqual([
    ledger.length,
    8192
  ])
  now.close()
})

test('nothing is restored while another Plugboard runs the listener or talks to a provider', async () => {
  const core = await open()
  const file = join(folder(), 'x.backup')
  await core.backups.create({ file, passphrase, withSecrets: false })
  const other = await openStore({ dataDir: core.dataDir, clock: systemClock })
  const holder = { id: 'other', pid: process.pid, machine: 'elsewhere', about: 'window' }
  for (const name of ['listener', 'sync'] as const) {
    if (name === 'sync') await core.client.listener.start({ port: 0 })
    other.leases.take(name, holder, 60_000, Date.now())
    expect(await codeOf(core.backups.restore({ file, passphrase }))).toBe('in-use-elsewhere')
    other.leases.release(name, 'other')
  }
  other.close()
  expect(await core.client.listener.status(), 'nothing was changed').toMatchObject({ state: 'listening' })
  expect(await codeOf(core.backups.restore({ file, passphrase }))).toBe('done')
  expect(await core.client.listener.status()).toMatchObject({ state: 'stopped' })
})

test('whoever has the folder open sees all of it at once, and goes on', async () => {
  const core = await open()
  const [first, file] = [await addExample(core, 'First', 'one'), join(folder(), 'x.backup')]
  await core.backups.create({ file, passphrase, withSecrets: true })
  const other = await open(core.dataDir)
  await other.client.accounts.remove({ id: first.id })
  const second = await addExample(other, 'Second', 'two')
  await core.backups.restore({ file, passphrase })
  expect((await other.client.accounts.list()).map(({ label }) => label)).toEqual(['First'])
  const settings = setting('https://a.test')
  await other.client.profiles.create({ accountId: first.id, kind: 'app-setting', settings })
  expect(await core.client.profiles.list({})).toHaveLength(1)
  expect(await codeOf(core.client.accounts.get({ id: second.id }))).toBe('not-found')
})

test('handed over in pieces and taken in pieces, it is the same; a page is never given one with secrets in it', async () => {
  const [from, to] = [await open(), await open()]
  await addExample(from, 'Main', 'the secret of Main')
  const { id, bytes, fileName } = await from.client.backup.begin({ passphrase })
  expect(fileName).toMatch(/^plugboard-.*\.backup$/)
  const parts: Buffer[] = []
  for (let position = 0; position < bytes; position += parts.at(-1)?.length ?? bytes) {
    parts.push(Buffer.from((await from.client.backup.read({ id, position })).base64, 'base64'))
  }
  const whole = Buffer.concat(parts)
  writeFileSync(join(to.dataDir, 'whole.backup'), whole)
  expect(await secretsIn(join(to.dataDir, 'whole.backup'))).toBeNull()
  const half = Math.trunc(whole.length / 2)
  const first = await to.client.backup.put({ base64: whole.subarray(0, half).toString('base64') })
  await to.client.backup.put({ id: first.id, base64: whole.subarray(half).toString('base64') })
  expect(await codeOf(to.client.backup.restore({ id: first.id, passphrase: 'wrong word' }))).toBe(
    'backup-wrong-passphrase'
  )
  expect(await to.client.backup.restore({ id: first.id, passphrase })).toMatchObject({ accounts: 1 })
  expect(await codeOf(to.client.backup.restore({ id: first.id, passphrase }))).toBe('not-found')
  expect(await codeOf(from.client.backup.begin({ passphrase: 'short' }))).toBe('invalid-input')
  await from.close()
  expect(filesIn(from.dataDir)).toEqual(['plugboard.db', 'vault.json'])
})

test('no secret is readable in a backup, and none is in one that was made without', async () => {
  const core = await open()
  const secret = `canary-"&<'>+/=% ü-${Math.random()}`
  await addExample(core, 'Known label', secret)
  const [full, bare, opened] = [folder(), folder(), folder()]
  await core.backups.create({ file: join(full, 'x.backup'), passphrase, withSecrets: true })
  await core.backups.create({ file: join(bare, 'x.backup'), passphrase, withSecrets: false })
  await core.client.backup.save({ passphrase, withSecrets: true })
  const { own, database } = await openedBackup(join(bare, 'x.backup'))
  writeFileSync(join(opened, 'database'), database)
  writeFileSync(join(opened, 'manifest'), JSON.stringify(own))
  for (const path of [full, bare, opened, core.dataDir]) expect(tracesIn(path, secret)).toEqual([])
  for (const path of [full, bare]) expect(tracesIn(path, 'Known label')).toEqual([])
  expect(tracesIn(opened, 'Known label'), 'the search finds what is there').toEqual(['database'])
  expect(await secretsIn(join(full, 'x.backup'))).toEqual([secret])
})

async function openedBackup(file: string) {
  const bytes = readFileSync(file)
  const readAt = async (position: number, length: number) => bytes.subarray(position, position + length)
  const { own, database } = await readContents(unseal({ bytes: bytes.length, readAt }, passphrase))
  const parts: Buffer[] = []
  for await (const part of database) parts.push(part)
  return { own, database: Buffer.concat(parts) }
}

async function secretsIn(file: string): Promise<string[] | null> {
  return (await openedBackup(file)).own.secrets?.map(({ value }) => value) ?? null
}

test('closing waits for a backup that is being written and for a restore that is under way', async () => {
  const from = await open()
  await addExample(from, 'Main', 'the secret of Main')
  const file = join(folder(), 'late.backup')
  const saving = from.backups.create({ file, passphrase, withSecrets: true })
  await from.close()
  expect(await saving).toMatchObject({ secrets: 1 })
  const to = await open()
  const restoring = to.backups.restore({ file, passphrase })
  await to.close()
  expect(await restoring).toMatchObject({ accounts: 1, secrets: 1 })
  expect(filesIn(to.dataDir).filter(name => name.includes('work'))).toEqual([])
})

test('two backups of one second are two files', async () => {
  const core = await open()
  const save = () => core.backups.save({ passphrase, withSecrets: false })
  const names = [await save(), await save(), await save()].map(({ fileName }) => fileName)
  expect(new Set(names).size).toBe(3)
  expect(filesIn(join(core.dataDir, 'backups'))).toEqual(names.toSorted())
})
