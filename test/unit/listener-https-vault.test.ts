import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Fault, type FaultCode } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Core, CoreOptions } from '../../src/main/core.ts'
import type { Identities } from '../../src/main/listener/https/https.ts'
import { createIdentities } from '../../src/main/methods/listener-https.ts'
import { makeCheapVault, openCoreOn, passphrase } from '../helpers/core-child.ts'
import { listeningHttps } from '../helpers/listening-https.ts'

// https that the vault kept from opening: what it says meanwhile, and that it opens by itself.

let dataDir: string
const cores: Core[] = []
const { folder, open, secretsIn } = listeningHttps()

beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'plugboard-https-')), 'data')
  await mkdir(dataDir)
})
afterEach(async () => {
  for (const core of cores.splice(0).toReversed()) await core.close()
  await rm(join(dataDir, '..'), { recursive: true, force: true })
})

async function opened(more: Partial<CoreOptions>): Promise<Core> {
  const core = await openCoreOn(dataDir, `test ${cores.length}`, systemClock, undefined, more)
  cores.push(core)
  return core
}
const https = async ({ client }: Core) => {
  const { state, port, fault } = await client.listener.https()
  return { state, hasPort: port !== null, fault: fault?.code ?? null }
}
const soon = { timeout: 10_000 }
const kept = (fault: FaultCode) => ({ state: 'failed', hasPort: false, fault })
const isOpen = { state: 'listening', hasPort: true, fault: null }

test('it opens once the passphrase file is unlocked, and every Plugboard on the folder says why it does not before', async () => {
  await makeCheapVault(dataDir)
  const core = await opened({ passphrase: undefined })
  const other = await opened({ passphrase: undefined })
  await core.client.listener.configure({ https: true })
  await core.client.listener.start({ port: 0 })
  await expect.poll(() => https(core), soon).toEqual(kept('vault-locked'))
  await expect.poll(() => https(other), soon).toEqual(kept('vault-locked'))
  expect(await core.client.listener.status()).toMatchObject({ state: 'listening', fault: null })

  await core.client.vaults.unlock({ passphrase })
  await expect.poll(() => https(core), soon).toEqual(isOpen)
  await expect.poll(() => https(other), soon).toEqual({ ...isOpen, state: 'elsewhere' })
  await core.client.vaults.lock()
  await expect.poll(() => https(core), soon).toEqual(isOpen)
})

test('it opens once a vault is chosen, also by another Plugboard on the folder', async () => {
  const core = await opened({ vault: undefined, passphrase: undefined })
  const other = await opened({ vault: undefined, passphrase: undefined })
  await core.client.listener.configure({ https: true })
  await core.client.listener.start({ port: 0 })
  await expect.poll(() => https(core), soon).toEqual(kept('vault-not-chosen'))
  await other.client.vaults.choose({ driver: 'session' })
  await expect.poll(() => https(core), soon).toEqual(isOpen)
})

test('it opens once its keys were moved out of a locked vault, also by another Plugboard on the folder', async () => {
  await makeCheapVault(dataDir)
  const first = await opened({})
  await first.client.listener.configure({ https: true })
  await first.client.listener.start({ port: 0 })
  await expect.poll(() => https(first), soon).toEqual(isOpen)
  await first.client.vaults.choose({ driver: 'session' })
  await first.close()
  const core = await opened({ vault: undefined, passphrase: undefined })
  const other = await opened({ vault: undefined })
  await core.client.listener.start({ port: 0 })
  await expect.poll(() => https(core), soon).toEqual(kept('vault-locked'))
  // The session that it goes into is the other process's own: what is not there is made anew.
  await other.client.vaults.move({ from: 'file', to: 'session' })
  await expect.poll(() => https(core), soon).toEqual(isOpen)
})

test('a keychain that gives a secret again is tried, and a person who refused the key is not asked for every secret', async () => {
  const place = folder()
  const held = await secretsIn(place)
  let fault: FaultCode | null = 'vault-denied'
  let asked = 0
  const real = createIdentities({ ...held, clock: systemClock, dataDir: place })
  const identities: Identities = {
    ...real,
    async server(hosts, anew) {
      asked += 1
      if (fault) throw new Fault(fault)
      return real.server(hosts, anew)
    }
  }
  const { listener, bus } = await open({ folder: place, identities })
  expect((await listener.https.status()).fault?.code).toBe('vault-denied')
  listener.https.vaultGave()
  await listener.https.check()
  expect(asked).toBe(2)
  fault = 'vault-locked'
  bus.tell('vault')
  await expect.poll(async () => (await listener.https.status()).fault?.code, soon).toBe('vault-locked')
  fault = null
  listener.https.vaultGave()
  await expect.poll(async () => (await listener.https.status()).state, soon).toBe('listening')
  expect(asked).toBe(4)
  // Nothing is wrong any more, so that nothing is asked.
  listener.https.vaultGave()
  bus.tell('vault')
  await listener.stop()
  expect(asked).toBe(4)
})
