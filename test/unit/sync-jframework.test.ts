import { createHash } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { Run } from '#shared/model/plan.ts'
import { createHttp } from '../../src/main/base/http.ts'
import type { Kind } from '../../src/main/providers/contract.ts'
import { jframework } from '../../src/main/providers/jframework/index.ts'
import { sandboxCredentials } from '../../src/main/sandbox/jframework/account.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { withFolder } from '../helpers/sync-folder.ts'

const account = 'acc-one'
const kind = kindOf('sms-integration')

type There = { name: string; description: string | null; passwordDigest: string; isDefault: boolean }

/** What stands at the provider, by name. */
async function there(simulator: Simulator, name: string): Promise<There | undefined> {
  const { integrations } = await simulator.control<{ integrations: There[] }>('GET', 'state')
  return integrations.find(one => one.name === name)
}

async function puts(simulator: Simulator): Promise<number> {
  const { counters } = await simulator.control<{ counters: { requests: Record<string, number> } }>('GET', 'state')
  return counters.requests['PUT /api/v1/app-integrations/sms/{id}'] ?? 0
}

/** The real sync on a real database with the real client, and a vault that the test fills: by profile and version. */
async function withSync(
  work: (of: { sync: Sync; simulator: Simulator; vault: Map<string, string> }) => Promise<void>
): Promise<void> {
  const simulator = await startSimulator(0, 'jframework')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    await simulator.stop()
  })
  const vault = new Map<string, string>()
  await withFolder({ [account]: { ...unused } }, async folder => {
    const credentials = { ...sandboxCredentials.fields, ...sandboxCredentials.secrets }
    const api = jframework.connect({ baseUrl: simulator.url, credentials, http: client.send, clock: folder.clock })
    const sync = folder.sync({
      registry: { kind: () => kind, get: () => jframework },
      connect: async () => api,
      async secretSetting(profileId, setting, version) {
        const value = vault.get(`${profileId} ${setting} ${version}`)
        if (value === undefined) throw new Fault('secret-missing', { field: setting })
        return value
      }
    })
    await sync.pull()
    await work({ sync, simulator, vault })
  })
}

const unused = jframework.connect({
  baseUrl: 'http://127.0.0.1:9',
  credentials: {},
  http: () => Promise.reject(new Error('not used')),
  clock: { now: () => 0, elapsedMs: () => 0, sleep: () => Promise.resolve() }
})

function kindOf(id: string): Kind {
  const found = jframework.kinds[id]
  if (!found) throw new Error(`no kind ${id}`)
  return found
}

function named(sync: Sync, name: string): Profile {
  const found = sync.list().find(one => one.title === name)
  if (!found) throw new Error(`no profile ${name}`)
  return found
}

async function applyAll(sync: Sync): Promise<Run> {
  return await (
    await sync.apply({ hash: (await sync.plan()).hash, confirm: [] })
  ).finished
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

test('a profile whose password is not in the vault is not pushed and says so; the others are pushed with theirs', async () => {
  await withSync(async ({ sync, simulator, vault }) => {
    const [codes, news] = [named(sync, 'One-time passwords'), named(sync, 'Newsletter')]
    expect(JSON.stringify(sync.list())).not.toContain('sandbox-twilio-token')
    sync.set(codes.id, { description: 'changed here' })
    vault.set(`${news.id} password 1`, 'canary-one')
    sync.set(news.id, { description: 'changed here', password: { $secret: 1 } })

    const plan = await sync.plan()
    expect(plan.changes.map(change => change.title)).toEqual(['Newsletter'])
    expect(plan.guards).toMatchObject([
      {
        code: 'cannot',
        profileId: codes.id,
        confirm: null,
        message:
          'Password at the service of “One-time passwords” is not in the vault. It goes along with every change: enter it first.'
      }
    ])
    await expect(sync.apply({ hash: plan.hash, only: [codes.id], confirm: [] })).rejects.toThrow(/is not in the vault/)

    const run = await applyAll(sync)
    expect([run.state, run.writes]).toEqual(['done', 1])
    expect(await there(simulator, 'Newsletter')).toMatchObject({
      description: 'changed here',
      passwordDigest: digestOf('canary-one')
    })
    expect(await there(simulator, 'One-time passwords')).toMatchObject({ description: 'Log-in codes' })
    expect(named(sync, 'Newsletter').state).toBe('in-sync')
    expect(named(sync, 'One-time passwords').state).toBe('edited')
  })
})

test('once it is in the vault the password goes along with every change, also one that is not of it', async () => {
  await withSync(async ({ sync, simulator, vault }) => {
    const { id } = named(sync, 'Newsletter')
    vault.set(`${id} password 1`, 'canary-one')
    sync.set(id, { password: { $secret: 1 } })
    await applyAll(sync)
    sync.set(id, { description: 'and again' })
    expect((await sync.plan()).changes[0]?.settings.map(one => one.setting)).toEqual(['description'])
    expect((await applyAll(sync)).state).toBe('done')
    expect(await there(simulator, 'Newsletter')).toMatchObject({
      description: 'and again',
      passwordDigest: digestOf('canary-one')
    })
    expect((await sync.plan()).changes).toEqual([])
    await sync.pull()
    expect(named(sync, 'Newsletter').state).toBe('in-sync')
  })
})

test('a vault that has lost one password holds back that profile alone, and nothing of it is sent', async () => {
  await withSync(async ({ sync, simulator, vault }) => {
    const [codes, news] = [named(sync, 'One-time passwords'), named(sync, 'Newsletter')]
    for (const { id } of [codes, news]) {
      vault.set(`${id} password 1`, `canary-of-${id}`)
      sync.set(id, { password: { $secret: 1 } })
    }
    await applyAll(sync)
    vault.delete(`${news.id} password 1`)
    for (const { id } of [codes, news]) sync.set(id, { description: 'later' })
    const before = await puts(simulator)

    const run = await applyAll(sync)
    const byTitle = Object.fromEntries(run.operations.map(one => [one.change.title, one]))
    expect(run.state).toBe('incomplete')
    expect(byTitle['One-time passwords']?.state).toBe('done')
    expect(byTitle['Newsletter']).toMatchObject({
      state: 'skipped',
      note: 'Nothing was sent.',
      fault: { code: 'secret-missing', message: 'Password at the service of “Newsletter” is not in the vault' }
    })
    expect((await puts(simulator)) - before).toBe(1)
    expect(named(sync, 'Newsletter').state).toBe('edited')

    vault.set(`${news.id} password 2`, 'canary-anew')
    sync.set(news.id, { password: { $secret: 2 } })
    expect((await applyAll(sync)).state).toBe('done')
    expect((await there(simulator, 'Newsletter'))?.passwordDigest).toBe(digestOf('canary-anew'))
  })
})

test('a new default ends the old one there, which the next pull shows as drift', async () => {
  await withSync(async ({ sync, simulator, vault }) => {
    const { id } = named(sync, 'Newsletter')
    vault.set(`${id} password 1`, 'canary-one')
    sync.set(id, { isDefault: true, password: { $secret: 1 } })
    expect((await applyAll(sync)).state).toBe('done')
    expect((await there(simulator, 'One-time passwords'))?.isDefault).toBe(false)
    await sync.pull()
    const old = named(sync, 'One-time passwords')
    expect(old.state).toBe('drifted')
    expect(old.decisions.filter(one => one.decision !== 'equal')).toMatchObject([
      { setting: 'isDefault', local: true, remote: false, decision: 'edited-there-then-ask' }
    ])
    sync.resolve(old.id, 'isDefault', 'remote')
    expect(named(sync, 'One-time passwords').state).toBe('in-sync')
    expect((await sync.plan()).changes).toEqual([])
  })
})

test('created, changed and deleted through sync, the plan is empty each time', async () => {
  await withSync(async ({ sync, simulator, vault }) => {
    const settings = {
      name: 'Alerts',
      appIntegrationId: 'sTwl7GhKq2Pz9RmVw4',
      username: 'AC00000000000000000000000000000005',
      password: { $secret: 1 },
      phoneNumber: '+1 202 555 0185',
      status: 'Active'
    }
    vault.set('pro-alerts password 1', 'canary-alerts')
    expect(() => sync.create(account, 'sms-integration', { ...settings, phoneNumber: '0185' })).toThrow(/country code/)
    sync.create(account, 'sms-integration', { ...settings, phoneNumber: '+12025550185' }, 'pro-alerts')
    expect((await applyAll(sync)).state).toBe('done')
    expect((await sync.plan()).changes).toEqual([])
    expect((await there(simulator, 'Alerts'))?.passwordDigest).toBe(digestOf('canary-alerts'))
    sync.set('pro-alerts', { name: 'Alarms', description: 'x' })
    expect((await applyAll(sync)).state).toBe('done')
    sync.unset('pro-alerts', ['description'])
    expect((await applyAll(sync)).state).toBe('done')
    expect((await there(simulator, 'Alarms'))?.description).toBeNull()
    expect((await sync.plan()).changes).toEqual([])
    sync.remove('pro-alerts')
    const plan = await sync.plan()
    await (
      await sync.apply({ hash: plan.hash, confirm: plan.guards.flatMap(one => one.confirm ?? []) })
    ).finished
    expect(await there(simulator, 'Alarms')).toBeUndefined()
    expect((await sync.plan()).changes).toEqual([])
  })
})
