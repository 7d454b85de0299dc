import { createHmac, createPrivateKey, randomBytes, sign } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import type { CallbackSummary, EndpointView } from '#shared/model/callback.ts'
import type { Core } from '../../src/main/core.ts'
import { openVault } from '../../src/main/vault/vault.ts'
import { openCoreOn, passphrase, reportIn } from '../helpers/core-child.ts'
import { nextOf } from '../helpers/listening.ts'
import { ask, rawPost } from '../helpers/raw-http.ts'
import { isTraceIn, tracesIn } from '../helpers/traces.ts'

// The whole circle through the real core. What senders sign is signed here with code of its own.

// RFC 8032 §7.1, test 1.
const telnyxPrivate = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const telnyxPublic = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='

const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`
const seconds = (skewSeconds = 0) => Math.floor(Date.now() / 1000) + skewSeconds

function standardHeaders(secret: string, body: string, atSeconds = seconds()): string[] {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signature = createHmac('sha256', key).update(`msg_1.${atSeconds}.${body}`).digest('base64')
  return ['Webhook-Id: msg_1', `Webhook-Timestamp: ${atSeconds}`, `Webhook-Signature: v1,${signature}`]
}

function telnyxHeaders(body: string, atSeconds = seconds()): string[] {
  const der = Buffer.from(`302e020100300506032b657004220420${telnyxPrivate}`, 'hex')
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const signature = sign(null, Buffer.from(`${atSeconds}|${body}`), key).toString('base64')
  return [`telnyx-timestamp: ${atSeconds}`, `telnyx-signature-ed25519: ${signature}`]
}

type App = { core: Core; client: Client; dataDir: string; accountId: string; port: number }

/** A core with an account whose provider signs nothing, and its listener. */
async function openApp(): Promise<App> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-endpoints-'))
  const core = await openCoreOn(dataDir)
  onTestFinished(async () => {
    await core.close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { client } = core
  const fields = { appId: 'app' }
  const account = await client.accounts.add({
    provider: 'exotel',
    label: 'A',
    fields,
    secrets: { appSecret: 'secret-a' }
  })
  const { port } = await client.listener.start({ port: 0 })
  return { core, client, dataDir, accountId: account.id, port: port ?? 0 }
}

/** What came of the next callback that is looked at. */
async function verdictOf(client: Client, cause: () => Promise<unknown>): Promise<CallbackSummary> {
  const stop = new AbortController()
  const rows = await client.callbacks.watch(undefined, { signal: stop.signal })
  await cause()
  const row = await nextOf(rows, each => each.verdict !== null)
  stop.abort()
  return row
}

function post({ client, port }: App, { key }: EndpointView, body: string, headers: string[], host?: string) {
  const bytes = rawPost(port, `/in/${key}`, body, headers).toString('latin1')
  const sent = host === undefined ? bytes : bytes.replace(`Host: 127.0.0.1:${port}`, `Host: ${host}`)
  return verdictOf(client, async () => expect((await ask(port, sent)).status).toBe(200))
}

const simulate = (client: Client, endpointId: string, provider = 'exotel', sample = 'call-finished') =>
  verdictOf(client, () => client.callbacks.simulate({ provider, sample, endpointId }))

type Held = (owner: string) => Promise<(string | undefined)[]>

/** Gives what the vault holds of an endpoint's key, versions 1 to 3. */
async function openHeld(dataDir: string): Promise<Held> {
  const vault = await openVault({ driver: 'file', dataDir, passphrase })
  onTestFinished(() => vault.close())
  const read = (owner: string, version: number) =>
    vault.read(owner, 'key', version).catch((error: unknown) => {
      if (error instanceof Fault && error.code === 'secret-missing') return undefined
      throw error
    })
  return owner => Promise.all([1, 2, 3].map(version => read(owner, version)))
}

test('Standard Webhooks: a sample is valid, a changed, late or foreign callback is not, and each verdict says why', async () => {
  const app = await openApp()
  const { client, accountId } = app
  const key = newSecret()
  const endpoint = await client.endpoints.add({ accountId, label: 'SW', scheme: 'standard-webhooks', secrets: { key } })
  expect(endpoint).toMatchObject({ scheme: 'standard-webhooks', hasKey: true })
  const sample = await simulate(client, endpoint.id)
  expect(sample).toMatchObject({ verdict: 'valid', decoded: { event: 'call-finished' }, origin: 'simulate' })

  const caught = await client.callbacks.get({ id: sample.id })
  const headers = caught.headers.filter(([name]) => /^(webhook|content-type)/i.test(name)).map(pair => pair.join(': '))
  const body = caught.bodyText ?? ''
  expect(await post(app, endpoint, body, headers)).toMatchObject({ verdict: 'valid', origin: 'network' })
  const flipped = String.fromCharCode(body.charCodeAt(0) ^ 1) + body.slice(1)
  expect(await post(app, endpoint, flipped, headers)).toMatchObject({
    verdict: 'invalid',
    verdictText: expect.stringContaining('the body was changed on the way')
  })
  const cases = [
    [standardHeaders(key, 'x'), 'valid', 'fits the id, the time and the whole body'],
    [standardHeaders(newSecret(), 'x'), 'invalid', 'signed with another secret'],
    [standardHeaders(key, 'x', seconds(-420)), 'invalid', 'was 7 minutes old'],
    [standardHeaders(key, 'x', seconds(7200)), 'invalid', 'ahead of this clock'],
    [[], 'missing', 'webhook-id']
  ] as const
  for (const [signed, verdict, words] of cases) {
    const row = await post(app, endpoint, 'x', [...signed])
    expect(row).toMatchObject({ verdict, verdictText: expect.stringContaining(words) })
  }
})

test('Telnyx: its own signature and a sample are told apart, changed and late callbacks are invalid', async () => {
  const app = await openApp()
  const { client } = app
  const secrets = { key: telnyxPublic }
  const endpoint = await client.endpoints.add({ label: 'T', scheme: 'telnyx', secrets })
  const sample = await simulate(client, endpoint.id)
  expect(sample).toMatchObject({
    verdict: 'valid',
    verdictText: expect.stringContaining('a sample of Plugboard’s own')
  })
  const row = await post(app, endpoint, 'x', telnyxHeaders('x'))
  expect(row.verdict).toBe('valid')
  expect(row.verdictText).not.toContain('sample')
  expect(await post(app, endpoint, 'y', telnyxHeaders('x'))).toMatchObject({
    verdict: 'invalid',
    verdictText: expect.stringContaining('the body was changed on the way')
  })
  expect(await post(app, endpoint, 'x', telnyxHeaders('x', seconds(-420)))).toMatchObject({
    verdict: 'invalid',
    verdictText: expect.stringContaining('7 minutes old')
  })
})

test('without a key the verdict says where to enter one; once it is there the next callback is valid', async () => {
  const app = await openApp()
  const { client } = app
  const key = newSecret()
  const endpoint = await client.endpoints.add({ label: 'SW', scheme: 'standard-webhooks' })
  expect(endpoint.hasKey).toBe(false)
  expect(await post(app, endpoint, 'x', standardHeaders(key, 'x'))).toMatchObject({
    verdict: 'no-secret',
    verdictText: expect.stringContaining('Enter it at the endpoint: under “Endpoints”')
  })
  expect(await simulate(client, endpoint.id)).toMatchObject({ verdict: 'missing' })
  await client.endpoints.update({ id: endpoint.id, secrets: { key } })
  expect(await post(app, endpoint, 'x', standardHeaders(key, 'x'))).toMatchObject({ verdict: 'valid' })
})

test('a Twilio call through a tunnel is valid with the public URL, and without it the verdict names the URL', async () => {
  const app = await openApp()
  const { client } = app
  const { id: accountId } = await client.sandbox.start({ provider: 'jframework' })
  const profile = (await client.profiles.list({ accountId })).find(one => one.title === 'Newsletter')
  await client.profiles.set({ id: profile?.id ?? '', settings: { password: 'twilio-token' } })
  const endpoint = await client.endpoints.add({ accountId, label: 'Tunnel' })
  const body = 'Body=Hi&MessageSid=SM00000000000000000000000000000001'
  const form = 'Content-Type: application/x-www-form-urlencoded'
  const signedFor = (url: string) => {
    const text = `${url}BodyHiMessageSidSM00000000000000000000000000000001`
    return [form, `X-Twilio-Signature: ${createHmac('sha1', 'twilio-token').update(text).digest('base64')}`]
  }
  const origin = 'https://x.ngrok.example'
  const called = `${origin}/in/${endpoint.key}`

  const refused = rawPost(app.port, `/in/${endpoint.key}`, body, signedFor(called)).toString('latin1')
  const foreign = refused.replace(`127.0.0.1:${app.port}`, 'x.ngrok.example')
  expect((await ask(app.port, foreign)).status).toBe(421)
  const forwarded = [...signedFor(called), 'X-Forwarded-Host: x.ngrok.example']
  expect(await post(app, endpoint, body, forwarded)).toMatchObject({
    verdict: 'invalid',
    verdictText: expect.stringContaining(`It would be valid with the URL ${called}`)
  })

  for (const publicUrl of [`${origin}/`, called, `${origin}/hooks`]) {
    const updated = await client.endpoints.update({ id: endpoint.id, publicUrl })
    const address = publicUrl.endsWith('hooks') ? publicUrl : called
    expect(updated.publicUrl).toBe(publicUrl.replace(/\/$/, ''))
    for (const host of [undefined, 'x.ngrok.example']) {
      const row = await post(app, endpoint, body, signedFor(address), host)
      expect(row).toMatchObject({ verdict: 'valid', verdictText: expect.stringContaining(`URL ${address}.`) })
    }
    const sample = await simulate(client, endpoint.id, 'jframework', 'inbound-sms')
    expect(sample).toMatchObject({ verdict: 'valid', verdictText: expect.stringContaining(address) })
  }
  const local = `http://127.0.0.1:${app.port}/in/${endpoint.key}`
  expect(await post(app, endpoint, body, signedFor(local))).toMatchObject({
    verdict: 'invalid',
    verdictText: expect.stringContaining(`It would be valid with the URL ${local}`)
  })
  expect((await ask(app.port, foreign.replace('x.ngrok.example', 'y.ngrok.example'))).status).toBe(421)
  await client.endpoints.update({ id: endpoint.id, publicUrl: null })
  expect((await ask(app.port, foreign)).status).toBe(421)
})

test('the key is in the vault alone: in no answer, no file, and gone with its scheme, its endpoint or its account', async () => {
  const { client, dataDir, accountId } = await openApp()
  const held = await openHeld(dataDir)
  const said: unknown[] = []
  const keys = { first: newSecret(), second: newSecret(), third: newSecret(), refused: `${newSecret()}!` }
  const add = async (key: string) => {
    const added = await client.endpoints.add({ accountId, label: 'SW', scheme: 'standard-webhooks', secrets: { key } })
    said.push(added)
    return added
  }
  const [one, two] = [await add(keys.first), await add(keys.second)]
  said.push(await client.endpoints.update({ id: one.id, label: 'New', secrets: { key: keys.third } }))
  said.push(await client.endpoints.update({ id: one.id, secrets: { key: keys.refused } }).catch(reportIn))
  said.push(await client.endpoints.list())
  expect(await held(one.id)).toEqual([undefined, keys.third, undefined])
  expect(await held(two.id)).toEqual([keys.second, undefined, undefined])

  const forgotten = await client.endpoints.update({ id: one.id, scheme: 'provider' })
  expect(forgotten).toMatchObject({ label: 'New', scheme: 'provider', hasKey: false })
  expect(await held(one.id)).toEqual([undefined, undefined, undefined])
  await client.endpoints.update({ id: one.id, scheme: 'telnyx', secrets: { key: telnyxPublic } })
  expect(await held(one.id)).toContain(telnyxPublic)
  await client.endpoints.remove({ id: one.id })
  expect(await held(one.id)).toEqual([undefined, undefined, undefined])
  await client.accounts.remove({ id: accountId })
  expect(await held(two.id)).toEqual([undefined, undefined, undefined])

  for (const key of Object.values(keys).map(each => each.slice('whsec_'.length))) {
    expect(isTraceIn(JSON.stringify(said), key)).toBe(false)
    expect(tracesIn(dataDir, key)).toEqual([])
  }
  expect(tracesIn(dataDir, one.id).length).toBeGreaterThan(0)
})

test('a key that cannot be one of its scheme is refused, and is not repeated', async () => {
  const { client } = await openApp()
  const cases = [
    ['standard-webhooks', 'whsec_short', 'no signing secret'],
    ['standard-webhooks', `whsec_${'ä'.repeat(40)}`, 'no signing secret'],
    ['standard-webhooks', `whsk_${telnyxPublic}`, 'private key'],
    ['standard-webhooks', 'whpk_11qYAYKx', 'no public key'],
    ['telnyx', 'KEY0123456789_abc', 'no public key of Telnyx'],
    ['telnyx', '   ', 'empty'],
    ['provider', newSecret(), 'takes no key']
  ] as const
  for (const [scheme, key, words] of cases) {
    const refusal = await client.endpoints.add({ label: 'X', scheme, secrets: { key } }).catch(reportIn)
    expect(refusal).toMatchObject({ code: 'invalid-input', field: 'key', message: expect.stringContaining(words) })
    expect(JSON.stringify(refusal)).not.toContain(key)
  }
  expect((await client.endpoints.list()).map(endpoint => endpoint.label)).toEqual(['A'])
})

test('what belongs to nothing is refused, and nothing is left in the vault', async () => {
  const { client, dataDir } = await openApp()
  const held = await openHeld(dataDir)
  const key = newSecret()
  const checks = { scheme: 'standard-webhooks', secrets: { key } } as const
  const strange = { label: 'X', publicUrl: 'ftp://x', ...checks }
  expect(await client.endpoints.add(strange).catch(reportIn)).toMatchObject({ field: 'publicUrl' })
  const nobody = { accountId: 'acc-none', label: 'X', ...checks }
  expect(await client.endpoints.add(nobody).catch(reportIn)).toMatchObject({ code: 'not-found' })
  expect(await client.endpoints.update({ id: 'end-none', ...checks }).catch(reportIn)).toMatchObject({
    code: 'not-found'
  })
  expect(await held('end-none')).toEqual([undefined, undefined, undefined])
  expect(await client.endpoints.add({ label: key, ...checks }).catch(reportIn)).toMatchObject({ field: 'key' })
  expect(await client.endpoints.list()).toHaveLength(1)
})
