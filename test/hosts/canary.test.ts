import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '#shared/contract/index.ts'
import { newCanary, newSecret, type Canary } from '../helpers/canary.ts'
import { everyAnswer } from '../helpers/every-answer.ts'
import { echoes, startEchoProvider, type EchoProvider } from '../helpers/echo-provider.ts'

// Distinctive secrets are put in as credentials and passphrases, through the real core, against a provider that repeats them
// in its failures. Then every answer, event, log line and byte on the disk is searched for them, in every form.

let provider: EchoProvider
let canary: Canary

const secrets = {
  first: newSecret(),
  second: newSecret(),
  wrong: newSecret(),
  misplaced: newSecret(),
  passphrase: newSecret(),
  wrongPassphrase: newSecret(),
  userInfo: `user-info-${randomBytes(9).toString('hex')}`,
  token: `token-${randomBytes(12).toString('hex')}`
}
const appId = `app-${randomBytes(9).toString('hex')}`

beforeEach(async () => {
  canary = newCanary()
  provider = await startEchoProvider(secrets.token)
})

afterEach(async () => {
  await canary.remove()
  await provider.close()
})

async function addAccount(client: Client, secret: string, label = 'A'): Promise<string> {
  const input = { provider: 'exotel', label, baseUrl: provider.url, fields: { appId }, secrets: { appSecret: secret } }
  const account = await client.accounts.add(input)
  canary.said.push(JSON.stringify(account))
  return account.id
}

describe.each(['file', 'session'] as const)('with the vault "%s"', vault => {
  test('a secret that a provider repeats, in any form, is in no answer, event, log or file', async () => {
    const { client } = await canary.open(vault, secrets.passphrase)
    const { hear, said } = canary
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
    canary.expectNoTrace(secrets)
    canary.expectFound(appId)
    await canary.close()
    canary.expectNoTrace(secrets)
  }, 90_000)

  test('a write that fails with what was sent is journalled without it', async () => {
    const { client } = await canary.open(vault, secrets.passphrase)
    const { hear, hearAll, said } = canary
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
    canary.expectNoTrace(secrets)
    canary.expectFound(appId)
  }, 90_000)

  test('a secret in the wrong place is refused without repeating it', async () => {
    const { client } = await canary.open(vault, secrets.passphrase)
    const { hear, said } = canary
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
    expect(said.filter(text => !text.includes('invalid-input'))).toEqual([])
    said.push(...(await everyAnswer(client)))
    canary.expectNoTrace(secrets)
  })
})

test('a passphrase, right or wrong, is in no answer and in no file', async () => {
  const { hear, said } = canary
  const { client: first } = await canary.open('file', secrets.passphrase)
  const id = await addAccount(first, secrets.first)
  await canary.close()
  const { client } = await canary.open('file', secrets.wrongPassphrase)
  await hear(client.accounts.test({ id }))
  await hear(client.vaults.choose({ driver: 'file', passphrase: secrets.wrongPassphrase }))
  await hear(client.vaults.choose({ driver: 'file', passphrase: [secrets.passphrase] as unknown as string }))
  expect(said.join()).toContain('vault-wrong-passphrase')
  await hear(client.vaults.choose({ driver: 'file', passphrase: secrets.passphrase }))
  await hear(client.accounts.test({ id }))
  said.push(...(await everyAnswer(client)))
  expect(provider.seen).toEqual([secrets.first])
  canary.expectNoTrace(secrets)
})

test('an account that was removed leaves nothing of its secret', async () => {
  const core = await canary.open('file', secrets.passphrase)
  const id = await addAccount(core.client, secrets.first)
  await core.client.accounts.remove({ id })
  canary.said.push(...(await everyAnswer(core.client)))
  expect(await core.client.accounts.list()).toEqual([])
  canary.expectNoTrace(secrets)
})
