import { expect, test } from 'vitest'
import { createRegistry } from '../../src/main/providers/registry.ts'
import { listening, nextOf } from '../helpers/listening.ts'
import { accountRow, profileRow } from '../helpers/store-rows.ts'

const { open } = listening()

test('a callback that looks as its owner says is decoded by the settings of the account’s own profiles', async () => {
  const { listener, store, port } = await open({ registry: createRegistry() })
  for (const id of ['acc-2', 'acc-3']) store.accounts.add(accountRow({ id, provider: 'textmarks', label: id }))
  const url = String.raw`https://tunnel.example/in/KEY?wer=\p&was=\0`
  const [own, other] = ['acc-2', 'acc-3'].map(accountId => listener.addEndpoint({ accountId, label: 'SMS' }))
  const remote = { keyword: 'JOE', type: 'dynamic', url: url.replace('KEY', own?.key ?? '') }
  store.profiles.add(profileRow({ accountId: 'acc-2', kind: 'request-handler', local: null, remote }))
  const caught = async (key = '') => {
    const rows = listener.watch()
    await fetch(`http://127.0.0.1:${port}/in/${key}?wer=%2B14151234567&was=two%20words`)
    return await nextOf(rows, row => row.verdict !== null && row.target.includes(key))
  }
  expect((await caught(own?.key)).decoded).toMatchObject({ event: 'request', title: '+14151234567 texted “two words”' })
  expect((await caught(other?.key)).decoded).toBeNull()
})

test('a sample that is a GET carries its values in the query, after the query of the address', async () => {
  const { listener, store, port } = await open({ registry: createRegistry() })
  store.accounts.add(accountRow({ id: 'acc-2', provider: 'textmarks', label: 'tm' }))
  const { key } = listener.addEndpoint({ accountId: 'acc-2', label: 'SMS' })
  const rows = listener.watch()
  const to = `http://127.0.0.1:${port}/in/${key}?own=1`
  expect(await listener.simulate({ provider: 'textmarks', sample: 'join', to, fields: {} })).toMatchObject({
    status: 200
  })
  const row = await nextOf(rows, one => one.verdict !== null)
  expect(row).toMatchObject({ method: 'GET', bodyBytes: 0, verdict: 'not-offered', decoded: { event: 'join' } })
  expect(row.target).toMatch(/^\/in\/\w+\?own=1&action=SUB&phone=%2B12025550123&/)
})
