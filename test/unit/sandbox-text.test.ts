import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Core } from '../../src/main/core.ts'
import { applyPlan, codeFrom, makeCheapVault, openCoreOn } from '../helpers/core-child.ts'

async function withSandbox(provider: string): Promise<{ core: Core; accountId: string; address: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-text-'))
  await makeCheapVault(dataDir)
  const core = await openCoreOn(dataDir)
  onTestFinished(async () => {
    await core.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { id: accountId } = await core.client.sandbox.start({ provider })
  await core.client.listener.start({ port: 0 })
  const endpoint = (await core.client.endpoints.list()).find(one => one.accountId === accountId)
  return { core, accountId, address: endpoint?.url ?? '' }
}

async function setAndApply(core: Core, title: string, settings: Record<string, string>): Promise<void> {
  const found = (await core.client.profiles.list({})).find(one => one.title === title)
  await core.client.profiles.set({ id: found?.id ?? '', settings })
  expect((await applyPlan(core))?.state).toBe('done')
}

async function eventsOf(core: Core): Promise<(string | undefined)[]> {
  const caught = await core.client.callbacks.list({})
  return caught.map(one => one.decoded?.event).toReversed()
}

test('a phone texts a keyword and then STOP: the circle from the settings to the listener closes', async () => {
  const { core, address } = await withSandbox('textmarks')
  await setAndApply(core, 'PLUGDEMO request handler', { url: String.raw`${address}?action=\a&phone=\p&text=\0` })
  await setAndApply(core, 'PLUGDEMO integration config', {
    groupCallbackUrl: String.raw`${address}?action=\a&phone=\p`
  })
  const joined = await core.client.sandbox.text({ provider: 'textmarks', text: ' PLUGDEMO hello & more ' })
  expect(joined.deliveries.map(one => one.status)).toEqual([200, 200])
  const left = await core.client.sandbox.text({ provider: 'textmarks', text: 'STOP' })
  expect(left).toMatchObject({ replies: [expect.stringContaining('PLUGDEMO')], deliveries: [{ status: 200 }] })
  await expect.poll(() => eventsOf(core)).toEqual(['request', 'join', 'leave'])
  const [, , request] = await core.client.callbacks.list({})
  expect(request?.decoded?.title).toContain('hello & more')
})

test('a text to a number of a messaging profile arrives at its address', async () => {
  const { core, address } = await withSandbox('opentact')
  await setAndApply(core, 'Order updates', { callbackUrl: address })
  const { deliveries } = await core.client.sandbox.text({ provider: 'opentact', text: 'Hello?', to: '+12013046585' })
  expect(deliveries).toMatchObject([{ url: address, status: 200 }])
  await expect.poll(() => eventsOf(core)).toEqual(['sms-received'])
})

test('what a sandbox cannot do is said, and its status tells what it can', async () => {
  const { core } = await withSandbox('exotel')
  const { text, call, list } = core.client.sandbox
  expect(await codeFrom(text({ provider: 'exotel', text: 'hi' }))).toBe('unsupported')
  expect(await codeFrom(call({ provider: 'textmarks' }))).toBe('unsupported')
  expect(await codeFrom(text({ provider: 'textmarks', text: 'hi', from: 'nobody' }))).toBe('invalid-input')
  expect(await codeFrom(text({ provider: 'nobody', text: 'hi' }))).toBe('not-found')
  const able = (await list()).map(one => `${one.provider}: ${one.calls} ${one.phone !== null}`)
  expect(able.filter(one => one.includes('true')).sort()).toEqual([
    'exotel: true false',
    'opentact: false true',
    'textmarks: false true'
  ])
})
