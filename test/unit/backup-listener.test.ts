import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { alone } from '../../src/main/backup/alone.ts'
import type { BackupDeps, Step } from '../../src/main/backup/backups.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Core } from '../../src/main/core.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { LeaseName } from '../../src/main/store/store.ts'
import { backupFolders } from '../helpers/backup-folder.ts'
import { backupWord as passphrase } from '../helpers/backup-word.ts'

const { folder, open } = backupFolders()
const lateSteps: Step[] = ['secrets-put', 'prepared', 'kept', 'replacing']
type Opened = Core & { dataDir: string }

/** A core with its listener running, and a backup of it. What `atStep` does, a restore meets on its way. */
async function listening(atStep: (step: Step, core: Opened) => void) {
  const core: Opened = await open(folder(), step => atStep(step, core))
  const { port } = await core.client.listener.start({ port: 0 })
  const file = join(folder(), 'x.backup')
  await core.backups.create({ file, passphrase, withSecrets: false })
  return { core, port: port ?? 0, restoring: () => codeOf(core.backups.restore({ file, passphrase })) }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Fault ? error.code : String(error)
  }
}

test.each(lateSteps)('after a restore that failed at “%s” the listener runs as before, on its port', async failing => {
  const seen: string[] = []
  const { core, port, restoring } = await listening((step, { client }) => {
    if (step === failing) {
      void client.listener.status().then(({ state }) => seen.push(state))
      throw new Fault('store-full')
    }
  })
  expect(await restoring()).toBe('store-full')
  expect(seen, 'it was not listening meanwhile').toEqual(['elsewhere'])
  expect(await core.client.listener.status()).toMatchObject({ state: 'listening', port, fault: null })
  expect((await fetch(`http://127.0.0.1:${port}/in/nobody`, { method: 'POST' })).status).toBe(404)
})

test('a listener that did not run is not started by a restore that fails', async () => {
  const { core, restoring } = await listening(step => {
    if (step === 'kept') throw new Fault('store-full')
  })
  await core.client.listener.stop()
  expect(await restoring()).toBe('store-full')
  expect(await core.client.listener.status()).toMatchObject({ state: 'stopped', fault: null })
})

test('whoever stops the listener while a restore is under way finds it stopped after it failed', async () => {
  const { core, restoring } = await listening((step, { client }) => {
    if (step === 'prepared') void client.listener.stop()
    if (step === 'kept') throw new Fault('store-full')
  })
  expect(await restoring()).toBe('store-full')
  expect(await core.client.listener.status()).toMatchObject({ state: 'stopped' })
})

test(
  'where the listener cannot go on, its status says why, and it opens once it can',
  { timeout: 30_000 },
  async () => {
    const others: Server[] = []
    const { core, port, restoring } = await listening(step => {
      if (step === 'prepared') others.push(createServer().listen(port, '127.0.0.1'))
      if (step === 'kept') throw new Fault('store-full')
    })
    expect(await restoring(), 'what was wrong with the restore').toBe('store-full')
    expect(await core.client.listener.status()).toMatchObject({ state: 'failed', fault: { code: 'port-taken' } })
    for (const other of others) other.close()
    await expect
      .poll(() => core.client.listener.status(), { timeout: 20_000 })
      .toMatchObject({ state: 'listening', port })
  }
)

test('on a disk that is full, what a restore took is given back once there is room, and only then the listener goes on', async () => {
  const order: string[] = []
  const dataDir = folder()
  const store = await openStore({ dataDir, clock: systemClock })
  let room = -2
  const leases = {
    ...store.leases,
    release(name: LeaseName, id: string) {
      if (++room <= 0) throw new Fault('store-full')
      store.leases.release(name, id)
      order.push(`${name} given back`)
    }
  }
  const deps: BackupDeps = {
    store: { ...store, leases },
    vault: { open: () => expect.fail('no secret is needed'), driver: () => null },
    clock: { ...systemClock, sleep: async () => void order.push('waited') },
    holder: { id: 'test', pid: process.pid, machine: 'test', about: 'test' },
    app: { version: '0.0.0', dataDir },
    secretTurn: work => work(),
    secretPlaces: () => [],
    restListener: async () => async () => void order.push('listener goes on'),
    needsSecrets: () => false,
    changed: () => {}
  }
  const failing = () => Promise.reject(new Fault('store-full'))
  expect(await codeOf(alone(deps, failing, async () => void order.push('room is made')))).toBe('store-full')
  expect(order).toEqual([
    'room is made',
    'waited',
    'waited',
    'sync given back',
    'listener given back',
    'listener goes on'
  ])
  store.close()
})

test('a restore that fails while Plugboard is being closed starts nothing', async () => {
  const closing: Promise<void>[] = []
  const { port, restoring } = await listening((step, core) => {
    if (step === 'prepared') closing.push(core.close())
    if (step === 'kept') throw new Fault('store-full')
  })
  expect(await restoring()).toBe('store-full')
  await Promise.all(closing)
  await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow('fetch failed')
})
