import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { createCallbackSecrets } from '../../src/main/methods/callback-secrets.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { accountRow, profileRow, secretRow } from '../helpers/store-rows.ts'

const { open } = listening()
const secrets = { apiKey: 'key', 'settings.pro-1.auth_token': 'twilio-token' }
const stored = new Map([
  ['pro-1 auth_token 2', 'twilio-token'],
  ['pro-1 api_key 1', 'not-asked-for'],
  ['pro-2 auth_token 1', 'bot-token']
])

function withOcamba(secretsFor: (accountId: string) => Promise<Record<string, string>>) {
  return open({ registry: createRegistry(), secretsFor })
}

test('a sample goes signed through the listener and is found valid', async () => {
  const asked: string[] = []
  const { listener, store } = await withOcamba(async accountId => {
    asked.push(accountId)
    return secrets
  })
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba', label: 'Ocamba' }))
  const rows = listener.watch()
  const sent = await listener.simulate({ provider: 'ocamba', sample: 'inbound-sms', fields: { body: 'Hi & bye' } })
  expect(sent.status).toBe(200)
  const row = await nextOf(rows, each => each.verdict !== null)
  expect(row).toMatchObject({ provider: 'ocamba', verdict: 'valid', decoded: { event: 'inbound-sms' } })
  expect(row.decoded?.title).toContain('Hi & bye')
  expect(new Set(asked)).toEqual(new Set(['acc-2']))
  expect(JSON.stringify(listener.get(row.id))).not.toContain('twilio-token')
})

test('with no token or a locked vault the sample goes unsigned, and the verdict says what is missing', async () => {
  const { listener, store } = await withOcamba(() => Promise.reject(new Fault('vault-locked')))
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba', label: 'Ocamba' }))
  const rows = listener.watch()
  await listener.simulate({ provider: 'ocamba', sample: 'status-failed', fields: {} })
  const row = await nextOf(rows, each => each.verdict !== null)
  expect(row).toMatchObject({ verdict: 'missing', decoded: { event: 'status-undelivered' } })
})

test('a sample for another address is signed with the provider’s first account', async () => {
  const { listener, store } = await withOcamba(async () => secrets)
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba', label: 'Ocamba' }))
  const rows = listener.watch()
  const to = `${listener.addEndpoint({ label: 'Nobody’s' }).url}?x=1`
  const sent = await listener.simulate({ provider: 'ocamba', sample: 'inbound-sms', fields: {}, to })
  expect(sent.to).toBe(to)
  const row = await nextOf(rows, () => true)
  expect(listener.get(row.id).headers.map(([name]) => name)).toContain('X-Twilio-Signature')
})

test('of the secret settings only those that the dialect asks for are taken out of the vault', async () => {
  const { store } = await withOcamba(async () => secrets)
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba', label: 'Ocamba' }))
  for (const id of ['pro-1', 'pro-2', 'pro-3']) {
    store.profiles.add(profileRow({ id, accountId: 'acc-2', kind: 'integration', local: {}, policies: {} }))
  }
  store.secrets.point(secretRow({ owner: 'pro-1', name: 'auth_token', version: 2 }))
  store.secrets.point(secretRow({ owner: 'pro-1', name: 'api_key', version: 1 }))
  store.secrets.point(secretRow({ owner: 'pro-2', name: 'auth_token', version: 1 }))
  store.secrets.point(secretRow({ owner: 'pro-3', name: 'auth_token', version: 1 }))
  const read: string[] = []
  const vault = {
    async read(owner: string, name: string, version: number) {
      read.push(`${owner} ${name} ${version}`)
      const value = stored.get(`${owner} ${name} ${version}`)
      if (value === undefined) throw new Fault('secret-missing', { field: name })
      return value
    }
  }
  const secretsFor = createCallbackSecrets({
    store,
    registry: createRegistry(),
    vault: { open: async () => vault as never },
    connections: { secretsOf: async () => ({ apiKey: 'key' }) }
  })
  expect(await secretsFor('acc-2')).toEqual({
    apiKey: 'key',
    'settings.pro-1.auth_token': 'twilio-token',
    'settings.pro-2.auth_token': 'bot-token'
  })
  expect(read.sort()).toEqual(['pro-1 auth_token 2', 'pro-2 auth_token 1', 'pro-3 auth_token 1'])
  expect(await secretsFor('acc-none')).toEqual({})
})

test('a vault from which nothing can be read is told of', async () => {
  const { store } = await withOcamba(async () => secrets)
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'ocamba', label: 'Ocamba' }))
  const locked = () => Promise.reject(new Fault('vault-locked'))
  const secretsFor = createCallbackSecrets({
    store,
    registry: createRegistry(),
    vault: { open: locked },
    connections: { secretsOf: locked }
  })
  await expect(secretsFor('acc-2')).rejects.toMatchObject({ code: 'vault-locked' })
})
