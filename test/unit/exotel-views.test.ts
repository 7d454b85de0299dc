import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { createHttp, type HttpClient } from '../../src/main/base/http.ts'
import type { ProviderApi } from '../../src/main/providers/contract.ts'
import { exotel } from '../../src/main/providers/exotel/index.ts'
import { sandboxApp, sandboxCredentials, sandboxUsers } from '../../src/main/sandbox/exotel/account.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'

let simulator: Simulator
let http: HttpClient
let api: ProviderApi

beforeAll(async () => {
  simulator = await startSimulator()
  http = createHttp()
  const credentials = { ...sandboxCredentials.fields, ...sandboxCredentials.secrets }
  api = exotel.connect({ baseUrl: simulator.url, credentials, http: http.send, clock: systemClock })
})
afterAll(async () => {
  await http.close()
  await simulator.stop()
})

test('every view of the card can be read, and its rows have its columns', async () => {
  expect(exotel.card.views.map(view => view.id)).toEqual(['app', 'users'])
  for (const { id } of exotel.card.views) {
    const table = await api.view?.(id)
    expect(table?.rows.length).toBeGreaterThan(0)
    for (const row of table?.rows ?? []) expect(row).toHaveLength(table?.columns.length ?? 0)
  }
})

test('the app and its users are shown without the secrets that the answers hold', async () => {
  const shown = JSON.stringify([await api.view?.('app'), await api.view?.('users')])
  expect(shown).toContain(sandboxApp.AppName)
  expect(shown).toContain(sandboxUsers[1]?.AppUsername)
  const secrets = [sandboxApp.AppSecret, sandboxApp.ExotelApiKey, sandboxApp.ExotelApiToken]
  for (const secret of [...secrets, ...sandboxUsers.map(user => user.SipSecret)]) expect(shown).not.toContain(secret)
})

test('a view that does not exist is named', async () => {
  await expect(api.view?.('prices')).rejects.toMatchObject({ code: 'not-found' })
})
