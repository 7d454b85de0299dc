import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account } from '../../src/shared/model/account.ts'
import type { BackupSaved, ConfigStep, Restored } from '../../src/shared/model/backup.ts'
import type { Plan } from '../../src/shared/model/plan.ts'
import type { Profile } from '../../src/shared/model/profile.ts'
import { createCli, type Cli } from '../helpers/cli.ts'
import { tracesIn } from '../helpers/traces.ts'

// Backup and configuration as a person handles them in a shell, on this computer and another one. The tests build on each other.

const secret = 'a-secret-c4n4ry-"&<\'>+/=% ü'
const word = 'the word of the backup'
const value = 'https://crm.example.com/calls'

let here: Cli
let there: Cli
const at = (name: string) => join(here.folder, name)

beforeAll(async () => {
  here = await createCli({ APP_SECRET: secret, BACKUP_WORD: word, WRONG_WORD: 'another word' })
  there = await createCli({ BACKUP_WORD: word })
  const base = ['--base-url', 'https://exotel.example.test', '--set', 'appId=app-1']
  await here.value(['accounts', 'add', 'exotel', '--label', 'Main', ...base, '--secret-env', 'appSecret=APP_SECRET'])
  await here.value(['profiles', 'create', 'Main', 'app-setting', 'key=callback', `value=${value}`])
})
afterAll(async () => {
  await here.remove()
  await there.remove()
})

test('a backup is made with its passphrase from a variable or from standard input, never from an argument', async () => {
  const create = ['backup', 'create']
  const full = await here.value<BackupSaved>([
    ...create,
    at('full.backup'),
    '--with-secrets',
    '--passphrase-env',
    'BACKUP_WORD'
  ])
  expect(full).toMatchObject({ secrets: 1, missing: [], fileName: 'full.backup' })
  const bare = await here.value<BackupSaved>(
    [...create, at('bare.backup'), '--secrets-stdin'],
    JSON.stringify({ passphrase: word })
  )
  expect(bare).toMatchObject({ secrets: null })
  expect(await here.fault([...create, at('bare.backup'), '--passphrase-env', 'BACKUP_WORD'])).toMatchObject({
    code: 'already-exists',
    exit: 1
  })
  expect(await here.fault([...create, at('none.backup')])).toMatchObject({
    code: 'invalid-input',
    exit: 2,
    field: 'passphrase'
  })
  const short = await here.fault([...create, at('none.backup'), '--secrets-stdin'], '{"passphrase":"short"}')
  expect(short).toMatchObject({ code: 'invalid-input', field: 'passphrase' })
  expect((await readdir(here.folder)).filter(name => name.includes('backup')).sort()).toEqual([
    'bare.backup',
    'full.backup'
  ])
})

test('it is restored into another data folder, where the account is as it was', async () => {
  const restore = ['backup', 'restore', at('full.backup'), '--passphrase-env']
  expect(await here.fault([...restore, 'WRONG_WORD', '--yes'])).toMatchObject({
    code: 'backup-wrong-passphrase',
    exit: 1
  })
  expect(await there.value<Restored>([...restore, 'BACKUP_WORD'])).toMatchObject({
    accounts: 1,
    profiles: 1,
    secrets: 1
  })
  expect(await there.value<Profile[]>(['profiles', 'list'])).toMatchObject([{ local: { key: 'callback', value } }])
  expect(await there.value<Account>(['accounts', 'show', 'Main'])).toMatchObject({ state: 'untested' })
})

test('what would be replaced is confirmed, and accounts without their secrets say so', async () => {
  const restore = ['backup', 'restore', at('bare.backup'), '--passphrase-env', 'BACKUP_WORD']
  expect(await here.fault(restore)).toMatchObject({ code: 'needs-confirmation', exit: 2 })
  await rm(there.dataDir, { recursive: true })
  const restored = await there.run(restore)
  expect(restored).toMatchObject({ code: 0 })
  expect(restored.stdout).toContain('Not in the vault, to be entered again: appSecret of Main.')
  const account = await there.value<Account>(['accounts', 'show', 'Main'])
  expect(account).toMatchObject({ state: 'parked', parkedFault: { code: 'secret-missing' } })
  expect(await there.fault(['accounts', 'test', 'Main'])).toMatchObject({ code: 'secret-missing' })
  expect((await there.value<Plan>(['plan'])).held).toMatchObject([{ message: expect.stringContaining('are not here') }])
})

test('configuration is written as files without secrets, and an export that changes nothing writes nothing', async () => {
  const first = await here.value<{ written: string[] }>(['export', at('config')])
  expect(first.written).toEqual(['accounts/main.json', 'profiles/main/app-setting/outbound-call-status.json'])
  expect(await here.value(['export', at('config')])).toMatchObject({ written: [], removed: [] })
  expect(tracesIn(at('config'), secret)).toEqual([])
  expect(tracesIn(at('config'), value)).toEqual(['profiles/main/app-setting/outbound-call-status.json'])
})

test('it is imported into an empty folder as edits, and comes out byte for byte', async () => {
  await rm(there.dataDir, { recursive: true })
  const dry = await there.value<{ steps: ConfigStep[] }>(['import', at('config'), '--dry-run'])
  expect(dry.steps.map(({ what }) => what)).toEqual(['account-created', 'profile-created'])
  expect(await there.value(['accounts', 'list'])).toEqual([])
  const done = await there.value<{ steps: ConfigStep[] }>(['import', at('config')])
  expect(done.steps).toEqual(dry.steps)
  expect(await there.value(['history'])).toMatchObject([{ what: 'local-created', who: 'command line' }])
  await there.value(['export', at('again')])
  for (const file of await readdir(at('config'), { recursive: true })) {
    if (!file.endsWith('.json')) continue
    expect(await readFile(join(at('again'), file))).toEqual(await readFile(join(at('config'), file)))
  }
})

test('a file that says something wrong is named, with the place in it, and nothing is imported', async () => {
  const path = 'profiles/main/app-setting/outbound-call-status.json'
  const good = await readFile(join(at('config'), path), 'utf8')
  const wrong = async (from: string, to: string) => {
    await rm(at('wrong'), { recursive: true, force: true })
    await cp(at('config'), at('wrong'), { recursive: true })
    await writeFile(join(at('wrong'), path), good.replace(from, to))
    await mkdir(join(at('wrong'), 'notes'), { recursive: true })
    return here.fault(['import', at('wrong')])
  }
  const cases: [from: string, to: string, says: RegExp][] = [
    ['"kind": "app-setting"', '"kind": "nothing"', /kind: .*nothing/],
    ['"value":', '"valu":', /valu: .*not a setting/],
    [value, 'no address', /value: /],
    ['"version": 1', '"version": 2', /newer Plugboard/],
    ['"account": "Main"', '"account": "Other"', /account: there is no account “Other”/],
    ['"kind"', '"colour": 1, "kind"', /colour/],
    ['{', '', /not JSON/]
  ]
  for (const [from, to, says] of cases) {
    const fault = await wrong(from, to)
    expect(fault.message).toMatch(says)
    expect(fault.message).toContain(path)
  }
  expect(await here.value(['profiles', 'list'])).toMatchObject([{ local: { value } }])
})

test('an edit in a file is an edit here; what has no file stays; an account is never led elsewhere', async () => {
  const [file, account] = ['profiles/main/app-setting/outbound-call-status.json', 'accounts/main.json']
  const replace = async (path: string, from: string, to: string) => {
    const text = await readFile(join(at('config'), path), 'utf8')
    await writeFile(join(at('config'), path), text.replace(from, to))
  }
  await here.value(['profiles', 'create', 'Main', 'app-setting', 'key=missedCall', `value=${value}`])
  await replace(file, '/calls', '/changed')
  await replace(account, 'exotel.example.test', 'elsewhere.example.test')
  const { steps } = await here.value<{ steps: ConfigStep[] }>(['import', at('config')])
  expect(steps).toMatchObject([
    { what: 'account-unlike', unlike: ['baseUrl'] },
    { what: 'profile-edited', settings: [{ setting: 'value', to: 'https://crm.example.com/changed' }] }
  ])
  expect(await here.value<Profile[]>(['profiles', 'list'])).toHaveLength(2)
  expect(await here.value(['accounts', 'show', 'Main'])).toMatchObject({ baseUrl: 'https://exotel.example.test' })
})

test('an export removes the files of what is gone, and no other', async () => {
  await here.value(['profiles', 'delete', 'Outbound call status'])
  await writeFile(join(at('config'), 'profiles', 'mine.json'), '{"mine":true}')
  const { removed } = await here.value<{ removed: string[] }>(['export', at('config')])
  expect(removed).toEqual(['profiles/main/app-setting/outbound-call-status.json'])
  expect(await readFile(join(at('config'), 'profiles', 'mine.json'), 'utf8')).toBe('{"mine":true}')
})

test('where the file system takes letters apart, an export keeps the file that it has just written', async () => {
  const taken = join(at('taken'), 'accounts')
  await mkdir(taken, { recursive: true })
  const text = await readFile(join(at('config'), 'accounts/main.json'), 'utf8')
  await writeFile(join(taken, 'café.json'.normalize('NFD')), text.replace('Main', 'Café'))
  await there.value(['import', at('taken')])
  const { written, removed } = await there.value<{ written: string[]; removed: string[] }>(['export', at('taken')])
  expect(written.filter(path => path.startsWith('accounts/caf'))).toEqual([])
  expect(removed).toEqual([])
})

test('a file that is too large for one of ours is not read: an import names it, an export leaves it alone', async () => {
  const large = join(at('taken'), 'profiles', 'video.json')
  await mkdir(join(at('taken'), 'profiles'), { recursive: true })
  await writeFile(large, '{"plugboard":"profile"}'.padEnd(4_000_001))
  expect(await there.fault(['import', at('taken')])).toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/^profiles\/video\.json: .*too large/)
  })
  expect(await there.value(['export', at('taken')])).toMatchObject({ removed: [] })
  expect((await stat(large)).size).toBe(4_000_001)
})
