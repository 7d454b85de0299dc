import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { link, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createBackups } from '../../src/main/backup/backups.ts'
import { putFile, reading } from '../../src/main/backup/files.ts'
import { makeWorkFolder } from '../../src/main/backup/work-folder.ts'
import { backupFolders } from '../helpers/backup-folder.ts'
import { backupWord as passphrase, scryptCost } from '../helpers/backup-word.ts'
import { systemClock as clock } from '../../src/main/base/clock.ts'
import { openStore } from '../../src/main/store/open.ts'
import { syncFolder } from '../../src/main/vault/drivers/durable-file.ts'

const cores = backupFolders()
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function* parts(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('all of it')
}
const refusing = (code: string) => async () => {
  throw Object.assign(new Error(`${code}: not here`), { code })
}
const put = (file: string, give: (draft: string, file: string) => Promise<void> = link) =>
  putFile(file, parts(), async () => {}, give)
const faultOf = async (work: Promise<unknown>): Promise<Fault> => {
  const error = await work.then(
    () => 'done',
    (thrown: unknown) => thrown
  )
  if (error instanceof Fault) return error
  throw error
}

test.each(['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR'])(
  'on a disk without links (%s) it is put there all the same, and takes nobody’s place',
  async code => {
    const file = join(folder, 'x.backup')
    await put(file, refusing(code))
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['all of it', 0o600])
    writeFileSync(file, 'of somebody else')
    expect(await faultOf(put(file, refusing(code)))).toMatchObject({ code: 'already-exists' })
    expect(readFileSync(file, 'utf8')).toBe('of somebody else')
    expect(readdirSync(folder)).toEqual(['x.backup'])
  }
)

test('what the person said may go is replaced in one step, and only by what is whole', async () => {
  const file = join(folder, 'x.backup')
  writeFileSync(file, 'the one before', { mode: 0o644 })
  const unsound = putFile(file, parts(), () => Promise.reject(new Fault('backup-damaged')), rename)
  expect((await faultOf(unsound)).code).toBe('backup-damaged')
  expect(readFileSync(file, 'utf8')).toBe('the one before')
  await put(file, rename)
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['all of it', 0o600])
  mkdirSync(join(folder, 'folder.backup'))
  expect(await faultOf(put(join(folder, 'folder.backup'), rename))).toMatchObject({ code: 'already-exists' })
  expect(readdirSync(folder).sort()).toEqual(['folder.backup', 'x.backup'])
})

test('a disk that refuses it otherwise is named, and nothing is left there', async () => {
  const readOnly = await faultOf(put(join(folder, 'x.backup'), refusing('EROFS')))
  expect([readOnly.code, readOnly.message]).toEqual(['store-read-only', 'The folder of x.backup cannot be written'])
  expect(await faultOf(put(join(folder, 'x.backup'), refusing('ENOSPC')))).toMatchObject({ code: 'store-full' })
  expect(readdirSync(folder)).toEqual([])
})

test('what a killed process left of the same file is removed, and no other file', async () => {
  const gone = '4194999-abcdefgh.partial'
  const others = [`y.backup.${gone}`, `x.backup.${process.ppid}-abcdefgh.partial`, 'x.backup.mine.partial']
  for (const name of [`x.backup.${gone}`, ...others]) writeFileSync(join(folder, name), '')
  await put(join(folder, 'x.backup'))
  expect(readdirSync(folder).sort()).toEqual([...others, 'x.backup'].sort())
})

test('a folder that an earlier process of the same number left is removed, and not the one of this process', async () => {
  const left = join(folder, `backup-work-${process.pid}-abcdefgh`)
  mkdirSync(left)
  utimesSync(left, 1, 1)
  const first = await makeWorkFolder(folder)
  const second = await makeWorkFolder(folder)
  expect(
    readdirSync(folder)
      .map(name => join(folder, name))
      .sort()
  ).toEqual([first.path, second.path].sort())
})

test('half a copy that a killed restore left in the clear goes with the next one', async () => {
  const { backups, dataDir } = await cores.open()
  const file = join(folder, 'x.backup')
  await backups.create({ file, passphrase, withSecrets: false })
  mkdirSync(join(dataDir, 'backups'))
  const half = join(dataDir, 'backups', 'plugboard-before-restore-2026-01-01T00-00-00-000Z-abcd.db.partial')
  writeFileSync(half, 'half')
  const { kept } = await backups.restore({ file, passphrase })
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([basename(kept)])
})

test('where it cannot be seen whether the database was replaced, what was kept of it stays', async () => {
  const dataDir = cores.folder()
  const store = await openStore({ dataDir, clock })
  const { options } = store
  const get = (name: Parameters<typeof options.get>[0]) => {
    if (name === 'restored') throw new Fault('store-busy')
    return options.get(name)
  }
  const backups = createBackups({
    store: { ...store, options: { ...options, get } },
    vault: { open: () => expect.fail('no secret is needed'), driver: () => null },
    clock,
    holder: { id: 'test', pid: process.pid, machine: 'test', about: 'test' },
    app: { version: '0.0.0', dataDir },
    secretTurn: work => work(),
    secretPlaces: () => [],
    restListener: async () => async () => {},
    needsSecrets: () => false,
    changed: () => {},
    scryptCost
  })
  const file = join(folder, 'x.backup')
  await backups.create({ file, passphrase, withSecrets: false })
  expect(await faultOf(backups.restore({ file, passphrase }))).toMatchObject({ code: 'store-busy' })
  store.close()
  expect(readdirSync(join(dataDir, 'backups'))).toEqual([expect.stringMatching(/^plugboard-before-restore-.*\.db$/)])
})

test.skipIf(process.platform === 'win32')(
  'what is no file is refused at once, also a pipe that nobody writes into; nor is a file a folder',
  async () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const path of [pipe, folder]) {
      expect(await faultOf(reading(path, async () => {}))).toMatchObject({ code: 'backup-damaged' })
    }
    const file = join(folder, 'file')
    writeFileSync(file, '')
    expect(await faultOf(reading(join(file, 'x'), async () => {}))).toMatchObject({ code: 'not-found' })
    expect(await faultOf(put(join(file, 'x')))).toMatchObject({ code: 'not-found' })
  }
)

test.skipIf(process.platform !== 'linux')('a file system that cannot sync folders is no obstacle', async () => {
  await expect(syncFolder('/proc')).resolves.toBeUndefined()
})
