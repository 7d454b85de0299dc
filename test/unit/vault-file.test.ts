import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFileDriver } from '../../src/main/vault/drivers/file.ts'
import { newKeys, seal } from '../../src/main/vault/drivers/sealed-file.ts'
import { openVault } from '../../src/main/vault/vault.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

const run = promisify(execFile)
const driverUrl = new URL('../../src/main/vault/drivers/file.ts', import.meta.url).href
const cost = { N: 2 ** 10, r: 8, p: 1 }
const passphrase = 'correct horse Canary-Passphrase-71'
const secret = 'Canary/Secret+71=ü&"x"'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugboard-vault-file-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function filledFolder() {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  const driver = createFileDriver({ dataDir, passphrase, cost })
  await driver.set('acc-1/token:v1', secret)
  return { dataDir, driver, path: join(dataDir, 'vault.json') }
}

const reader = (dataDir: string, phrase: string | undefined = passphrase) =>
  createFileDriver({ dataDir, passphrase: phrase, cost })

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error)
  )

test('the vault file is its owner’s alone and shows neither secret nor passphrase', async () => {
  const { dataDir, path } = await filledFolder()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(tracesIn(dataDir, secret)).toEqual([])
  expect(tracesIn(dataDir, passphrase)).toEqual([])
  expect(await readdir(dataDir)).toEqual(['vault.json'])
  await writeFile(join(dataDir, 'leak.txt'), Buffer.from(secret).toString('base64'))
  expect(tracesIn(dataDir, secret)).toEqual(['leak.txt'])
})

test('opening with a passphrase makes the file; without one it stays locked until one is given', async () => {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  const locked = await openVault({ driver: 'file', dataDir })
  expect(await locked.probe()).toMatchObject({
    code: 'vault-locked',
    advice: expect.stringContaining('PLUGBOARD_PASSPHRASE')
  })
  expect(await codeOf(locked.write('acc-1', 'token', 1, secret))).toBe('vault-locked')
  expect(await readdir(dataDir)).toEqual([])
  const open = await openVault({ driver: 'file', dataDir, passphrase, scryptCost: cost })
  expect(await readdir(dataDir)).toEqual(['vault.json'])
  expect(await open.probe()).toBeNull()
  expect(await codeOf((await openVault({ driver: 'file', dataDir, passphrase: '' })).read('acc-1', 'token', 1))).toBe(
    'vault-locked'
  )
})

test('a new file takes no passphrase under eight characters, one that has one opens and is written to all the same', async () => {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  const short = () => reader(dataDir, 'sevenof')
  const refused = { code: 'invalid-input', detail: { field: 'passphrase' } }
  await expect(openVault({ driver: 'file', dataDir, passphrase: 'sevenof' })).rejects.toMatchObject(refused)
  await expect(short().set('acc-1/token:v1', secret)).rejects.toMatchObject(refused)
  expect(await short().probe(), 'another one can be entered').toMatchObject({ code: 'vault-locked' })
  expect(await short().remove('acc-1/token:v1')).toBe(false)
  expect(await readdir(dataDir)).toEqual([])
  await writeFile(
    join(dataDir, 'vault.json'),
    seal(new Map([['acc-1/token:v1', 'old']]), await newKeys('sevenof', cost))
  )
  expect(await short().probe()).toBeNull()
  expect(await short().get('acc-1/token:v1')).toBe('old')
  await short().set('acc-1/token:v2', secret)
  expect(await short().names()).toEqual(['acc-1/token:v1', 'acc-1/token:v2'])
})

test('a file goes when nothing is in it, and never with a secret, whoever writes one at that moment', async () => {
  const { dataDir, driver, path } = await filledFolder()
  expect(await reader(dataDir).removeEmpty()).toBe(false)
  for (const name of await driver.names()) await driver.remove(name)
  expect(await codeOf(reader(dataDir, 'another passphrase').removeEmpty())).toBe('vault-wrong-passphrase')
  expect(await readdir(dataDir)).toEqual(['vault.json'])
  expect(await reader(dataDir).removeEmpty()).toBe(true)
  expect(await readdir(dataDir)).toEqual([])
  expect(await reader(dataDir).removeEmpty(), 'there is none').toBe(false)
  for (let nth = 1; nth <= 20; nth += 1) {
    await Promise.all([reader(dataDir).removeEmpty(), driver.set(`acc-1/token:v${nth}`, secret)])
    expect(await driver.get(`acc-1/token:v${nth}`)).toBe(secret)
    await driver.remove(`acc-1/token:v${nth}`)
  }
  expect(JSON.parse(await readFile(path, 'utf8'))).toHaveProperty('kdf')
})

test('the default cost is 2^17 rounds, written in the header', async () => {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  await openVault({ driver: 'file', dataDir, passphrase })
  const { kdf } = JSON.parse(await readFile(join(dataDir, 'vault.json'), 'utf8'))
  expect(kdf).toMatchObject({ name: 'scrypt', N: 131072, r: 8, p: 1 })
})

test('a wrong passphrase is told from damage, changes nothing and is not repeated', async () => {
  const { dataDir, path } = await filledFolder()
  const before = await readFile(path)
  const wrong = reader(dataDir, 'Canary-Wrong-Passphrase')
  const fault = await wrong.set('acc-1/token:v2', secret).catch((error: unknown) => error)
  expect(fault).toMatchObject({ code: 'vault-wrong-passphrase' })
  expect(isTraceIn(String(fault), 'Canary-Wrong-Passphrase')).toBe(false)
  expect(await wrong.probe()).toMatchObject({ code: 'vault-wrong-passphrase' })
  expect(await readFile(path)).toEqual(before)
})

test('the same passphrase composed in two ways of Unicode opens the vault', async () => {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  await createFileDriver({ dataDir, passphrase: 'un caf\u00e9 noir', cost }).set('acc-1/token:v1', secret)
  expect(await reader(dataDir, 'un cafe\u0301 noir').get('acc-1/token:v1')).toBe(secret)
})

test('every changed field and every cut is damage, not a wrong passphrase, and nothing is overwritten', async () => {
  const { dataDir, path } = await filledFolder()
  const text = await readFile(path, 'utf8')
  const file = JSON.parse(text)
  const flip = (value: string) => `${value.startsWith('A') ? 'B' : 'A'}${value.slice(1)}`
  const damaged = [
    ...['check', 'nonce', 'tag', 'data', 'sum'].map(field => JSON.stringify({ ...file, [field]: flip(file[field]) })),
    JSON.stringify({ ...file, kdf: { ...file.kdf, salt: flip(file.kdf.salt) } }),
    JSON.stringify({ ...file, kdf: { ...file.kdf, N: file.kdf.N * 2 } }),
    JSON.stringify({ ...file, kdf: { ...file.kdf, N: 2 ** 40 } }),
    JSON.stringify({ ...file, version: 2 }),
    text.slice(0, text.length / 2),
    '',
    'null'
  ]
  for (const content of damaged) {
    await writeFile(path, content)
    expect(await codeOf(reader(dataDir).get('acc-1/token:v1'))).toBe('vault-damaged')
    expect(await codeOf(reader(dataDir).set('acc-1/token:v1', 'x'))).toBe('vault-damaged')
    expect(await readFile(path, 'utf8')).toBe(content)
  }
})

test('whoever changes the data and mends the checksum is caught by the seal', async () => {
  const { dataDir, path } = await filledFolder()
  const file = JSON.parse(await readFile(path, 'utf8'))
  const data = Buffer.from(file.data, 'base64')
  data[0] = (data[0] ?? 0) ^ 1
  file.data = data.toString('base64')
  const { name, N, r, p, salt } = file.kdf
  const summed = [name, N, r, p, salt, file.check, file.nonce, file.tag, file.data]
  file.sum = createHash('sha256').update(JSON.stringify(summed)).digest('hex')
  await writeFile(path, JSON.stringify(file))
  const fault = await reader(dataDir)
    .get('acc-1/token:v1')
    .catch((error: unknown) => error)
  expect(fault).toMatchObject({ code: 'vault-damaged', message: expect.stringContaining('seal') })
})

test('each write has a nonce of its own', async () => {
  const { driver, path } = await filledFolder()
  const nonces = new Set<string>()
  for (const value of ['one', 'two', 'three']) {
    await driver.set('acc-1/token:v1', value)
    nonces.add(JSON.parse(await readFile(path, 'utf8')).nonce)
  }
  expect(nonces.size).toBe(3)
})

test('processes that write at once lose no entry', async () => {
  const { dataDir, driver } = await filledFolder()
  const script = `
    import { createFileDriver } from ${JSON.stringify(driverUrl)}
    const [dataDir, passphrase, who] = process.argv.slice(1)
    const driver = createFileDriver({ dataDir, passphrase, cost: ${JSON.stringify(cost)} })
    for (let i = 0; i < 8; i += 1) await driver.set('acc-' + who + '/token:v' + i, who + i)`
  const writers = ['a', 'b', 'c'].map(who =>
    run(process.execPath, ['--input-type=module', '-e', script, dataDir, passphrase, who])
  )
  for (let i = 0; i < 8; i += 1) await driver.set(`acc-here/token:v${i}`, `here${i}`)
  await Promise.all(writers)
  expect(await driver.names()).toHaveLength(1 + 4 * 8)
  expect(await readdir(dataDir)).toEqual(['vault.json'])
})

test('the lock of a process that is gone, or an old one, is taken over; a live one is respected', async () => {
  const { dataDir, driver, path } = await filledFolder()
  const gone = await run(process.execPath, ['-p', 'process.pid'])
  await writeFile(`${path}.lock`, `${gone.stdout.trim()} token`)
  await driver.set('acc-1/token:v2', 'after a crash')

  await writeFile(`${path}.lock`, `${process.pid} token`)
  const hurried = createFileDriver({ dataDir, passphrase, cost, lockWaitMs: 100 })
  expect(await codeOf(hurried.set('acc-1/token:v3', 'x'))).toBe('store-busy')
  expect(await hurried.get('acc-1/token:v2')).toBe('after a crash')

  const longAgo = new Date(Date.now() - 3_600_000)
  await utimes(`${path}.lock`, longAgo, longAgo)
  await driver.set('acc-1/token:v3', 'after a long time')
  expect(await driver.names()).toEqual(['acc-1/token:v1', 'acc-1/token:v2', 'acc-1/token:v3'])
  expect(await readdir(dataDir)).toEqual(['vault.json'])
})

test('the lock of a process that was killed before it had written its name into it stops nobody', async () => {
  const { dataDir, path } = await filledFolder()
  await writeFile(`${path}.lock`, '')
  const hurried = createFileDriver({ dataDir, passphrase, cost, lockWaitMs: 100 })
  expect(await codeOf(hurried.set('acc-1/token:v2', 'x'))).toBe('store-busy')
  const justNow = new Date(Date.now() - 2_000)
  await utimes(`${path}.lock`, justNow, justNow)
  await hurried.set('acc-1/token:v2', 'after a crash')
  expect(await readdir(dataDir)).toEqual(['vault.json'])
})

const windows = process.platform === 'win32'
test.skipIf(windows)(
  `a folder that cannot be written is a fault${windows ? ' (skipped: needs POSIX modes)' : ''}`,
  async () => {
    const { dataDir, path } = await filledFolder()
    const script = `
    import { createFileDriver } from ${JSON.stringify(driverUrl)}
    const [dataDir, passphrase] = process.argv.slice(1)
    const driver = createFileDriver({ dataDir, passphrase, cost: ${JSON.stringify(cost)} })
    if (process.getuid() === 0) process.setuid(65534)
    const code = work => work.then(() => 'done', error => error.code)
    const codes = [await code(driver.get('acc-1/token:v1')), await code(driver.set('acc-1/token:v2', 'x')), await driver.probe()]
    console.log(JSON.stringify(codes))`
    // Modes do not stop root, so as root the script becomes nobody first.
    if (process.getuid?.() === 0) await chown(path, 65534, 65534)
    await chmod(folder, 0o755)
    await chmod(dataDir, 0o555)
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, dataDir, passphrase])
    await chmod(dataDir, 0o700)
    expect(JSON.parse(stdout)).toEqual([
      'done',
      'store-read-only',
      expect.objectContaining({ code: 'store-read-only' })
    ])
  }
)
