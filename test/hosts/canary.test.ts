import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '#shared/contract/index.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import { forkNode } from '../../src/main/base/child.ts'
import { findLayout } from '../../src/main/base/layout.ts'
import { createLog } from '../../src/main/base/log.ts'
import { logFileIn } from '../../src/main/base/paths.ts'
import { openCore, type Core } from '../../src/main/core.ts'
import { everyAnswer } from '../helpers/every-answer.ts'
import { echoes, startEchoProvider, type EchoProvider } from '../helpers/echo-provider.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

// Distinctive secrets are put in wherever one can come in, through the real core, against a provider that repeats them in
// its failures. Then every answer, event, log line and byte on the disk is searched for them, in every form.

/** With characters that JSON, HTML and URLs write in another way. */
const newSecret = (name: string) => `${name}-${randomBytes(9).toString('hex')}-"&<'>+/=% ü`

let folder: string
let provider: EchoProvider
let core: Core
let isOpen: boolean
let said: string[]
let stop: AbortController

const secrets = {
  first: newSecret('first'),
  second: newSecret('second'),
  wrong: newSecret('wrong'),
  misplaced: newSecret('misplaced'),
  passphrase: newSecret('passphrase'),
  wrongPassphrase: newSecret('wrong-passphrase'),
  userInfo: `user-info-${randomBytes(9).toString('hex')}`,
  token: `token-${randomBytes(12).toString('hex')}`
}
const appId = `app-${randomBytes(9).toString('hex')}`

async function open(vault: VaultDriver, passphrase = secrets.passphrase): Promise<Core> {
  const { sandboxEntry, version } = findLayout(join(import.meta.dirname, '../../src/main'))
  isOpen = true
  return openCore({
    dataDir: folder,
    vault,
    passphrase,
    host: { about: 'test', abilities: [] },
    fork: forkNode,
    sandboxEntry,
    version,
    log: createLog({ file: logFileIn(folder), level: 'debug' })
  })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plugboard-canary-'))
  provider = await startEchoProvider(secrets.token)
  said = []
  stop = new AbortController()
})

afterEach(async () => {
  stop.abort()
  await close()
  await provider.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Once: a test may have closed it already. */
async function close(): Promise<void> {
  if (!isOpen) return
  isOpen = false
  await core.close()
}

/** Keeps what a call came to, value or error, as a transport would send it. */
async function hear(work: Promise<unknown>): Promise<void> {
  try {
    said.push(JSON.stringify((await work) ?? null))
  } catch (error) {
    said.push(JSON.stringify({ ...(error as object), text: String(error), stack: (error as Error).stack }))
  }
}

async function hearAll(stream: Promise<AsyncIterable<unknown>>): Promise<void> {
  try {
    for await (const event of await stream) said.push(JSON.stringify(event))
  } catch (error) {
    said.push(String(error))
  }
}

function watchEverything({ app, callbacks }: Client): void {
  void hearAll(app.watch(undefined, { signal: stop.signal }))
  void hearAll(callbacks.watch(undefined, { signal: stop.signal }))
}

async function addAccount(client: Client, secret: string, label = 'A'): Promise<string> {
  const input = { provider: 'exotel', label, baseUrl: provider.url, fields: { appId }, secrets: { appSecret: secret } }
  const account = await client.accounts.add(input)
  said.push(JSON.stringify(account))
  return account.id
}

function expectNoTrace(): void {
  for (const [name, secret] of Object.entries(secrets)) {
    const answers = said.filter(text => isTraceIn(text, secret)).map(text => text.slice(0, 300))
    expect({ name, answers: answers.slice(0, 3), files: tracesIn(folder, secret) }).toEqual({
      name,
      answers: [],
      files: []
    })
  }
}

/** The search itself works: what is no secret is found in the answers, in the database and in a log. */
function expectSearchWorks(): void {
  expect(said.some(text => isTraceIn(text, appId))).toBe(true)
  expect(tracesIn(folder, appId)).not.toEqual([])
}

describe.each(['file', 'session'] as const)('with the vault "%s"', vault => {
  test('a secret that a provider repeats, in any form, is in no answer, event, log or file', async () => {
    core = await open(vault)
    const { client } = core
    watchEverything(client)
    const id = await addAccount(client, secrets.first)
    for (const echo of echoes) {
      provider.speak(echo, 'login')
      await hear(client.accounts.test({ id }))
    }
    // The second secret replaces the first; the third is refused.
    await hear(client.accounts.update({ id, secrets: { appSecret: secrets.wrong } }))
    await hear(client.accounts.test({ id }))
    await hear(client.accounts.update({ id, secrets: { appSecret: secrets.second } }))
    provider.speak(null, 'login')
    for (const echo of echoes.filter(({ name }) => !name.endsWith('429') && !name.endsWith('503'))) {
      provider.speak(echo, 'list')
      await hear(client.accounts.test({ id }))
    }
    await hear(client.profiles.pull({}))
    said.push(...(await everyAnswer(client)))
    expect(provider.seen).toEqual([secrets.first, secrets.wrong, secrets.second])
    expectNoTrace()
    expectSearchWorks()
    await close()
    expectNoTrace()
  }, 90_000)

  test('a write that fails with what was sent is journalled without it', async () => {
    core = await open(vault)
    const { client } = core
    watchEverything(client)
    await addAccount(client, secrets.first)
    await client.profiles.pull({})
    const [profile] = await client.profiles.list({})
    const id = profile?.id ?? ''
    for (const echo of echoes.filter(({ name }) => /40[09]|page|another form|hex/.test(name))) {
      provider.speak(echo, 'write')
      await hear(client.profiles.set({ id, settings: { value: `https://crm.example.com/${said.length}` } }))
      const plan = await client.plans.make({})
      const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
      await hearAll(client.runs.apply({ hash: plan.hash, confirm }))
    }
    const runs = await client.runs.list({})
    expect(runs.flatMap(run => run.operations).some(operation => operation.fault !== null)).toBe(true)
    said.push(...(await everyAnswer(client)))
    expectNoTrace()
    expectSearchWorks()
  }, 90_000)

  test('a secret in the wrong place is refused without repeating it', async () => {
    core = await open(vault)
    const { client } = core
    const { misplaced } = secrets
    const account = { provider: 'exotel', label: 'A', baseUrl: provider.url, fields: { appId }, secrets: {} }
    await hear(client.accounts.add({ ...account, fields: { appId, appSecret: misplaced } }))
    await hear(client.accounts.add({ ...account, fields: { appId, password: misplaced } }))
    await hear(client.accounts.add({ ...account, secrets: { appId: misplaced } }))
    await hear(client.accounts.add({ ...account, secrets: { appSecret: misplaced.repeat(100) } }))
    await hear(client.accounts.add({ ...account, secrets: misplaced as unknown as Record<string, string> }))
    await hear(client.accounts.add({ ...account, secrets: { appSecret: [misplaced] as unknown as string } }))
    for (const baseUrl of [
      `https://user:${secrets.userInfo}@x.example`,
      `https://${secrets.userInfo}@x.example/path`,
      `https://x.example/?key=${secrets.userInfo}`,
      `https://x.example/#${secrets.userInfo}`
    ]) {
      await hear(client.accounts.add({ ...account, baseUrl, secrets: { appSecret: secrets.first } }))
    }
    expect(await client.accounts.list()).toEqual([])
    expect(said.every(text => text.includes('invalid-input'))).toBe(true)
    said.push(...(await everyAnswer(client)))
    expectNoTrace()
  })
})

test('a passphrase, right or wrong, is in no answer and in no file', async () => {
  core = await open('file')
  const id = await addAccount(core.client, secrets.first)
  await close()
  core = await open('file', secrets.wrongPassphrase)
  const { client } = core
  await hear(client.accounts.test({ id }))
  await hear(client.vaults.choose({ driver: 'file', passphrase: secrets.wrongPassphrase }))
  await hear(client.vaults.choose({ driver: 'file', passphrase: [secrets.passphrase] as unknown as string }))
  expect(said.join()).toContain('vault-wrong-passphrase')
  await hear(client.vaults.choose({ driver: 'file', passphrase: secrets.passphrase }))
  await hear(client.accounts.test({ id }))
  said.push(...(await everyAnswer(client)))
  expect(provider.seen).toEqual([secrets.first])
  expectNoTrace()
})

test('an account that was removed leaves nothing of its secret', async () => {
  core = await open('file')
  const id = await addAccount(core.client, secrets.first)
  await core.client.accounts.remove({ id })
  said.push(...(await everyAnswer(core.client)))
  expectNoTrace()
})
