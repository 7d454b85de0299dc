import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newCanary, newSecret, type Canary } from '../helpers/canary.ts'
import { everyAnswer } from '../helpers/every-answer.ts'
import { tracesIn } from '../helpers/traces.ts'

// Secrets of accounts and passphrases, in backups with and without secrets, in exported configuration and in what is said of them.

const passphrase = newSecret()
let canary: Canary

beforeEach(() => {
  canary = newCanary()
})

afterEach(async () => {
  await canary.remove()
})

test('a backup shows nothing, and exported configuration has no secret', async () => {
  const { client } = await canary.open('file', passphrase)
  const { hear, said } = canary
  const secrets = { credential: newSecret(), setting: newSecret(), backup: newSecret(), wrong: newSecret(), passphrase }
  const known = `label-${randomBytes(9).toString('hex')}`
  const fields = { appId: 'app' }
  const input = { provider: 'exotel', label: known, baseUrl: 'http://127.0.0.1:9', fields }
  await client.accounts.add({ ...input, secrets: { appSecret: secrets.credential } })
  const { id: accountId } = await client.sandbox.start({ provider: 'jframework' })
  const [profile] = await client.profiles.list({ accountId })
  await hear(client.profiles.set({ id: profile?.id ?? '', settings: { password: secrets.setting } }))
  for (const withSecrets of [true, false]) await hear(client.backup.save({ passphrase: secrets.backup, withSecrets }))
  const { files } = await client.config.export()
  for (const { path, text } of files) {
    mkdirSync(join(canary.folder, 'exported', path, '..'), { recursive: true })
    writeFileSync(join(canary.folder, 'exported', path), text)
  }
  await hear(client.config.import({ files, dryRun: true }))
  const saved = tracesIn(join(canary.folder, 'backups'), '').map(name =>
    readFileSync(join(canary.folder, 'backups', name))
  )
  expect(saved).toHaveLength(2)
  const base64 = saved[0]?.subarray(0, 1_000_000).toString('base64') ?? ''
  for (const word of [secrets.wrong, secrets.backup]) {
    const { id } = await client.backup.put({ base64 })
    await hear(client.backup.restore({ id, passphrase: word }))
  }
  said.push(...(await everyAnswer(client)))
  canary.expectNoTrace(secrets)
  canary.expectFound(known)
  expect(tracesIn(join(canary.folder, 'exported'), known)).not.toEqual([])
  // The database as it was before a restore is kept beside them, as it is.
  expect(tracesIn(join(canary.folder, 'backups'), known).filter(name => !name.endsWith('.db'))).toEqual([])
}, 60_000)
