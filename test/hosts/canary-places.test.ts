import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '#shared/contract/index.ts'
import { exportFormat } from '#shared/model/lab.ts'
import { logIncident } from '../../src/main/base/log.ts'
import { logFileIn } from '../../src/main/base/paths.ts'
import { openVault } from '../../src/main/vault/vault.ts'
import { newCanary, newSecret, type Canary } from '../helpers/canary.ts'
import { everyAnswer } from '../helpers/every-answer.ts'
import { receivers } from '../helpers/receiver.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

// Distinctive secrets in every place but credentials where one comes in: settings, keys of endpoints, callbacks, https, bugs.
// Then every answer, event, log line and byte on the disk is searched for them, in every form.

const soon = { timeout: 20_000 }
/** What JFramework needs for a new one, but its password. */
const integration = {
  name: 'New',
  appIntegrationId: 'sTwl7GhKq2Pz9RmVw4',
  username: 'AC00000000000000000000000000000001',
  phoneNumber: '+12025550123',
  status: 'Active',
  isDefault: false
}
const passphrase = newSecret()
const receiver = receivers()
let canary: Canary

beforeEach(() => {
  canary = newCanary()
})

afterEach(async () => {
  await canary.remove()
})

async function applyAll(client: Client): Promise<void> {
  const plan = await client.plans.make({})
  canary.said.push(JSON.stringify(plan))
  const confirm = plan.guards.flatMap(guard => guard.confirm ?? [])
  await canary.hearAll(client.runs.apply({ hash: plan.hash, confirm }))
}

describe.each(['file', 'session'] as const)('with the vault "%s"', vault => {
  test('a secret setting is in no plan, history, journal, event or file', async () => {
    const { client } = await canary.open(vault, passphrase)
    const { hear, said } = canary
    const secrets = { set: newSecret(), again: newSecret(), created: newSecret(), refused: newSecret().repeat(30) }
    const account = await client.sandbox.start({ provider: 'jframework' })
    const [profile] = await client.profiles.list({ accountId: account.id })
    const { id = '', kind = '' } = profile ?? {}
    const name = `name-${randomBytes(9).toString('hex')}`
    await hear(client.profiles.set({ id, settings: { password: secrets.set, name } }))
    await applyAll(client)
    await hear(client.profiles.set({ id, settings: { password: secrets.refused } }))
    await hear(client.profiles.set({ id, settings: { password: [secrets.refused] as unknown as string } }))
    await hear(client.profiles.set({ id, settings: { password: secrets.again } }))
    await hear(client.plans.make({}))
    await hear(
      client.profiles.create({
        accountId: account.id,
        kind,
        settings: { ...integration, password: secrets.created }
      })
    )
    await applyAll(client)
    await hear(client.profiles.pull({}))
    await hear(client.config.export())
    said.push(...(await everyAnswer(client)))
    expect((await client.runs.list({})).flatMap(run => run.operations).map(({ fault }) => fault)).toEqual([
      null,
      null,
      null
    ])
    canary.expectNoTrace({ ...secrets, passphrase })
    canary.expectFound(name)
    await canary.close()
    canary.expectNoTrace({ ...secrets, passphrase })
  }, 60_000)

  test("an endpoint's key is in no answer and no file, whether it checks, signs, is replaced or refused", async () => {
    const { client } = await canary.open(vault, passphrase)
    const { hear, said } = canary
    const words = { first: randomWord(), second: randomWord(), bad: randomWord() }
    const keyOf = (word: string) => `whsec_${Buffer.from(word).toString('base64')}`
    const label = `hooks-${randomBytes(9).toString('hex')}`
    const endpoint = await client.endpoints.add({
      label,
      scheme: 'standard-webhooks',
      secrets: { key: keyOf(words.first) }
    })
    said.push(JSON.stringify(endpoint))
    await client.listener.start({ port: 0 })
    const order = { provider: 'exotel', sample: 'call-finished', endpointId: endpoint.id }
    await hear(client.callbacks.simulate(order))
    const verdicts = async () => (await client.callbacks.list({})).map(({ verdict }) => verdict)
    await expect.poll(verdicts, soon).toEqual(['valid'])
    const { url } = await receiver()
    await hear(client.callbacks.replay({ id: 1, to: null, resign: true }))
    await hear(client.callbacks.replay({ id: 1, to: url, resign: true }))
    await hear(client.endpoints.update({ id: endpoint.id, secrets: { key: `whsec_!${words.bad}` } }))
    await hear(client.endpoints.update({ id: endpoint.id, secrets: { key: [keyOf(words.bad)] as unknown as string } }))
    await hear(client.endpoints.update({ id: endpoint.id, secrets: { key: keyOf(words.second) } }))
    await hear(client.callbacks.simulate(order))
    await hear(client.callbacks.get({ id: 1 }))
    await hear(client.attempts.list({ callbackId: 1 }))
    for (const format of exportFormat.options) await hear(client.callbacks.export({ ids: [1, 2], format, whole: true }))
    said.push(...(await everyAnswer(client)))
    expect(said.join()).toContain('invalid-input')
    canary.expectNoTrace({ ...words, passphrase })
    canary.expectFound(label)
    await hear(client.endpoints.remove({ id: endpoint.id }))
    await canary.close()
    canary.expectNoTrace({ ...words, passphrase })
  }, 60_000)
})

test('what is secret in a callback is in the database alone: in no log and no export that is to be shared', async () => {
  const { client } = await canary.open('session')
  const secrets = { header: newSecret(), bearer: randomWord(), field: newSecret(), query: newSecret() }
  const known = `known-${randomBytes(9).toString('hex')}`
  const endpoint = await client.endpoints.add({ label: 'Hooks' })
  await client.listener.start({ port: 0 })
  const { url } = (await client.endpoints.list()).find(({ id }) => id === endpoint.id) ?? {}
  await client.targets.add({ endpointId: endpoint.id, url: 'http://127.0.0.1:9/refuses' })
  await fetch(`${url}/more?api_key=${encodeURIComponent(secrets.query)}`, {
    method: 'POST',
    headers: {
      'X-Api-Key': encodeURIComponent(secrets.header),
      authorization: `Bearer ${secrets.bearer}`,
      'content-type': 'application/json'
    },
    body: JSON.stringify({ known, account: { authToken: secrets.field, said: `again: ${secrets.field}` } })
  })
  await expect.poll(async () => (await client.callbacks.list({}))[0]?.verdict, soon).toBeTruthy()
  await expect.poll(async () => (await client.attempts.list({ callbackId: 1 }))[0]?.state, soon).toBeTruthy()
  const log = readFileSync(logFileIn(canary.folder), 'utf8')
  const shared = exportFormat.options.map(format => client.callbacks.export({ ids: [1], format }))
  const whole = await client.callbacks.export({ ids: [1], format: 'json', whole: true })
  const texts = [log, ...(await Promise.all(shared)).map(({ text }) => text)]
  for (const [name, secret] of Object.entries({ ...secrets, key: endpoint.key })) {
    expect([name, texts.map(text => isTraceIn(text, secret))]).toEqual([name, texts.map(() => false)])
    expect([name, isTraceIn(whole.text, secret)]).toEqual([name, true])
    for (const file of tracesIn(canary.folder, secret)) expect(file).toMatch(/^plugboard\.db(-wal|-shm)?$/)
  }
  expect(texts.slice(1).every(text => isTraceIn(text, known))).toBe(true)
})

test("https' private keys are in the vault alone", async () => {
  const { client } = await canary.open('file', passphrase)
  await client.listener.start({ port: 0 })
  await canary.hear(client.listener.configure({ https: true }))
  await expect.poll(async () => (await client.listener.https()).state, soon).toBe('listening')
  await canary.hear(client.listener.renewAuthority())
  canary.said.push(...(await everyAnswer(client)))
  const vault = await openVault({ driver: 'file', dataDir: canary.folder, passphrase })
  const keys = await Promise.all(['ca-key', 'server-key'].map(name => vault.read('listener', name, 2)))
  await vault.close()
  // Each line but the first, which says the algorithm and is alike in all keys.
  const lines = keys.flatMap(key =>
    key
      .split('\n')
      .filter(line => line.length > 30 && !line.includes('PRIVATE'))
      .slice(1)
  )
  expect(lines.length).toBeGreaterThan(1)
  canary.expectNoTrace(Object.fromEntries(lines.entries()))
  expect(tracesIn(canary.folder, 'BEGIN CERTIFICATE')).not.toEqual([])
  expect(tracesIn(canary.folder, 'PRIVATE KEY')).toEqual([])
})

test('a bug that has a secret in its text is logged without it', async () => {
  const { client } = await canary.open('file', passphrase)
  const secret = newSecret()
  const fields = { appId: 'app' }
  const input = {
    provider: 'exotel',
    label: 'A',
    baseUrl: 'http://127.0.0.1:9',
    fields,
    secrets: { appSecret: secret }
  }
  await client.accounts.add(input)
  for (const word of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64'), passphrase]) {
    logIncident(canary.log, new Error(`known-word ${word} in a bug`), 'test')
    logIncident(canary.log, `known-word ${word}`, 'test')
  }
  canary.expectNoTrace({ secret, passphrase })
  const log = readFileSync(logFileIn(canary.folder), 'utf8')
  expect(log.match(/known-word (?!\[redacted\])/)).toBeNull()
  expect(log).toContain('known-word [redacted] in a bug')
})

/** Distinctive, and of characters that stay as they are in headers. */
function randomWord(): string {
  return randomBytes(24).toString('base64url')
}
