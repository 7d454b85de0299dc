import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { applyPlan, openCoreOn, reportIn } from '../helpers/core-child.ts'

test('through the whole app: the services are shown, and a test message takes the password out of the vault', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-jframework-'))
  const core = await openCoreOn(dataDir)
  onTestFinished(async () => {
    await core.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { client } = core
  const { id } = await client.sandbox.start({ provider: 'jframework' })
  const table = await client.accounts.view({ id, view: 'providers' })
  expect(table.rows.map(row => row[1])).toEqual(['Twilio', 'Vonage'])

  const profile = (await client.profiles.list({ accountId: id })).find(one => one.title === 'Newsletter')
  const profileId = profile?.id ?? ''
  const order = { id: profileId, action: 'test-message', values: { to: '+12025550199' } }
  const refusal = await client.profiles.act(order).catch(reportIn)
  expect(refusal).toMatchObject({ code: 'secret-missing', field: 'password' })

  await client.profiles.set({ id: profileId, settings: { password: 'canary-by-hand' } })
  expect(await client.profiles.act(order).catch(reportIn)).toMatchObject({ code: 'secret-missing' })
  expect((await applyPlan(core))?.state).toBe('done')
  expect(await client.profiles.act(order)).toEqual({ summary: 'JFramework took the test message to +12025550199' })
})
