import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { replaceFile } from '../../src/main/vault/drivers/durable-file.ts'
import { createFileDriver } from '../../src/main/vault/drivers/file.ts'
import { changeFilePassphrase } from '../../src/main/vault/drivers/file-passphrase.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

const cost = { N: 2 ** 10, r: 8, p: 1 }
const passphrase = 'Canary-Old-Passphrase-17'
const newPassphrase = 'Canary-New-Passphrase-18'
const changeUrl = new URL('../../src/main/vault/drivers/file-passphrase.ts', import.meta.url).href

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plugboard-passphrase-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const opened = (dataDir: string, phrase: string) => createFileDriver({ dataDir, passphrase: phrase, cost })

async function filledFolder() {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  const driver = opened(dataDir, passphrase)
  await driver.set('acc-1/token:v1', 'first')
  await driver.set('acc-2/token:v1', 'long '.repeat(2000))
  return { dataDir, driver, path: join(dataDir, 'vault.json') }
}
const valuesIn = async (dataDir: string, phrase: string) => {
  const driver = opened(dataDir, phrase)
  return [await driver.get('acc-1/token:v1'), await driver.get('acc-2/token:v1')]
}
const values = ['first', 'long '.repeat(2000)]
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error)
  )

test('after the change everything is read with the new passphrase and nothing with the old one', async () => {
  const { dataDir, path } = await filledFolder()
  const { kdf } = JSON.parse(await readFile(path, 'utf8'))
  await changeFilePassphrase({ dataDir, passphrase, newPassphrase, cost })
  expect(await valuesIn(dataDir, newPassphrase)).toEqual(values)
  expect(await codeOf(valuesIn(dataDir, passphrase))).toBe('vault-wrong-passphrase')
  expect(JSON.parse(await readFile(path, 'utf8')).kdf.salt).not.toBe(kdf.salt)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(dataDir)).toEqual(['vault.json'])
  expect([passphrase, newPassphrase].flatMap(phrase => tracesIn(dataDir, phrase))).toEqual([])
})

test('a wrong old passphrase is told from a file that was tampered with, and neither changes anything', async () => {
  const { dataDir, path } = await filledFolder()
  const whole = await readFile(path, 'utf8')
  const wrong = { dataDir, passphrase: 'Canary-Wrong-19', newPassphrase, cost }
  const fault = await changeFilePassphrase(wrong).catch((error: unknown) => error)
  expect(fault).toMatchObject({ code: 'vault-wrong-passphrase', detail: { field: 'passphrase' } })
  expect(isTraceIn(String(fault), wrong.passphrase)).toBe(false)
  expect(await readFile(path, 'utf8')).toBe(whole)

  const tampered = whole.replace(/"tag": "./, text => `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`)
  await writeFile(path, tampered)
  expect(await codeOf(changeFilePassphrase({ dataDir, passphrase, newPassphrase, cost }))).toBe('vault-damaged')
  expect(await readFile(path, 'utf8')).toBe(tampered)
  expect(await readdir(dataDir)).toEqual(['vault.json'])
})

test('there is nothing to change where there is no file', async () => {
  const dataDir = await mkdtemp(join(folder, 'data-'))
  expect(await codeOf(changeFilePassphrase({ dataDir, passphrase, newPassphrase, cost }))).toBe('not-found')
  expect(await readdir(dataDir)).toEqual([])
})

test('whoever holds the file open with the old passphrase is locked out, and overwrites nothing', async () => {
  const { dataDir, driver, path } = await filledFolder()
  await changeFilePassphrase({ dataDir, passphrase, newPassphrase, cost })
  const after = await readFile(path)
  const calls = [
    () => driver.get('acc-1/token:v1'),
    () => driver.set('acc-1/token:v2', 'x'),
    () => driver.remove('acc-1/token:v1')
  ]
  for (const call of calls) {
    await expect(call()).rejects.toMatchObject({
      code: 'vault-locked',
      message: expect.stringContaining('was changed')
    })
  }
  expect(await driver.probe()).toMatchObject({ code: 'vault-locked' })
  expect(await readFile(path)).toEqual(after)
  // Changed back, the old passphrase is right again.
  await changeFilePassphrase({ dataDir, passphrase: newPassphrase, newPassphrase: passphrase, cost })
  expect(await driver.get('acc-1/token:v1')).toBe('first')
})

test('what is written while the passphrase is changed is not lost', async () => {
  const { dataDir, driver } = await filledFolder()
  const writes = Array.from({ length: 5 }, (_, index) => driver.set(`acc-3/token:v${index}`, 'x').then(() => index))
  const settled = Promise.allSettled(writes)
  await changeFilePassphrase({ dataDir, passphrase, newPassphrase, cost })
  const kept = (await settled).filter(({ status }) => status === 'fulfilled').length
  expect(await opened(dataDir, newPassphrase).names()).toHaveLength(2 + kept)
})

test('killed between the new file and its taking the place, the old passphrase holds and the rest is swept', async () => {
  const { dataDir } = await filledFolder()
  const script = `
    import { changeFilePassphrase } from ${JSON.stringify(changeUrl)}
    const [dataDir, passphrase, newPassphrase] = process.argv.slice(1)
    await changeFilePassphrase({ dataDir, passphrase, newPassphrase })`
  const args = ['--input-type=module', '-e', script, dataDir, passphrase, newPassphrase]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = new Promise(resolve => child.once('exit', (_, signal) => resolve(signal)))
  const drafts = async () => (await readdir(dataDir)).filter(name => name.endsWith('.tmp'))
  // The check of the new file takes as long as its key does: there is time to see it.
  while ((await drafts()).length === 0) await sleep(2)
  child.kill('SIGKILL')
  expect(await ended).toBe('SIGKILL')
  expect(await drafts()).toHaveLength(1)
  expect(await valuesIn(dataDir, passphrase)).toEqual(values)
  await changeFilePassphrase({ dataDir, passphrase, newPassphrase, cost })
  expect(await readdir(dataDir)).toEqual(['vault.json'])
  expect(await valuesIn(dataDir, newPassphrase)).toEqual(values)
})

test('a new file that does not stand the check does not take the place of the old one', async () => {
  const { dataDir, path } = await filledFolder()
  const refuse = async (draft: string) => {
    expect(await readFile(draft, 'utf8')).toBe('cut')
    throw new Error('not as it should be')
  }
  await expect(replaceFile(path, 'cut', refuse)).rejects.toThrow('not as it should be')
  expect(await valuesIn(dataDir, passphrase)).toEqual(values)
  expect(await readdir(dataDir)).toEqual(['vault.json'])
})

test('a driver that was closed has forgotten the passphrase, also in the middle of a call', async () => {
  const { dataDir, driver } = await filledFolder()
  const fresh = opened(dataDir, passphrase)
  const reading = codeOf(fresh.get('acc-1/token:v1'))
  await Promise.all([fresh.close(), driver.close()])
  expect(await reading).toBe('vault-locked')
  expect(await codeOf(driver.get('acc-1/token:v1'))).toBe('vault-locked')
})
