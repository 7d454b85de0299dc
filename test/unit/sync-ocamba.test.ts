import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Profile } from '#shared/model/profile.ts'
import { createHttp, type HttpRequest } from '../../src/main/base/http.ts'
import { ocamba } from '../../src/main/providers/ocamba/index.ts'
import { sandboxCredentials } from '../../src/main/sandbox/ocamba/account.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { startSimulator, type Simulator } from '../helpers/simulator.ts'
import { withFolder } from '../helpers/sync-folder.ts'

const account = 'acc-one'
const [kind] = Object.values(ocamba.kinds)
const twilio = {
  provider: 'twilio_sms',
  name: 'Alerts',
  status: 'active',
  account_sid: 'AC1',
  default_phone_number: '+14155552671'
}

type With = { sync: Sync; simulator: Simulator; vault: Map<string, string>; bodies: () => unknown[] }

/** The real sync on a real database with the real client, and a vault that the test fills: by profile and version. */
async function withSync(work: (of: With) => Promise<void>): Promise<void> {
  if (!kind) throw new Error('Ocamba has no kind')
  const simulator = await startSimulator(0, 'ocamba')
  const client = createHttp()
  onTestFinished(async () => {
    await client.close()
    await simulator.stop()
  })
  const sent: HttpRequest[] = []
  const http = (request: HttpRequest) => {
    sent.push(request)
    return client.send(request)
  }
  const credentials = sandboxCredentials.secrets
  const clock = { now: () => Date.now(), elapsedMs: () => 0, sleep: async () => {} }
  const api = ocamba.connect({ baseUrl: simulator.url, credentials, http, clock })
  const vault = new Map<string, string>()
  await withFolder({ [account]: api }, async folder => {
    const sync = folder.sync({
      registry: { kind: () => kind, get: () => ocamba },
      connect: async () => api,
      async secretSetting(profileId, setting, version) {
        const value = vault.get(`${profileId} ${setting} ${version}`)
        if (value === undefined) throw new Fault('secret-missing', { field: setting })
        return value
      }
    })
    await sync.pull()
    const bodies = () =>
      sent.splice(0).flatMap(one => (one.body === undefined ? [] : (JSON.parse(one.body) as unknown)))
    await work({ sync, simulator, vault, bodies })
  })
}

function named(sync: Sync, name: string): Profile {
  const found = sync.list().find(one => one.title === name)
  if (!found) throw new Error(`no profile ${name}`)
  return found
}

async function applyAll(sync: Sync) {
  return await (
    await sync.apply({ hash: (await sync.plan()).hash, confirm: [] })
  ).finished
}

test('what is pulled is in sync, holds no secret, and shows what Ocamba makes of the status', async () => {
  await withSync(async ({ sync }) => {
    expect(sync.list().map(one => [one.title, one.state])).toEqual([
      ['Order updates', 'in-sync'],
      ['Newsletter', 'in-sync'],
      ['Pigeon post', 'in-sync']
    ])
    expect(JSON.stringify(sync.list())).not.toMatch(/sandbox-twilio-token|sandbox-sendgrid-key|sandbox-loft-key/)
    expect((await sync.plan()).changes).toEqual([])
  })
})

test('without its secret an integration takes a new name and status, and no other setting until the secret is there', async () => {
  await withSync(async ({ sync, vault, bodies }) => {
    const { id } = named(sync, 'Order updates')
    sync.set(id, { name: 'Order news', status: 'inactive' })
    expect((await applyAll(sync)).state).toBe('done')
    expect(bodies()).toEqual([{ name: 'Order news', status: 'inactive' }])

    sync.set(id, { default_phone_number: '+14155550100' })
    expect(await sync.plan()).toMatchObject({
      changes: [],
      guards: [{ code: 'cannot', profileId: id, message: expect.stringContaining('Auth token of “Order news”') }]
    })

    vault.set(`${id} auth_token 1`, 'canary')
    sync.set(id, { auth_token: { $secret: 1 } })
    expect((await applyAll(sync)).state).toBe('done')
    const whole = { account_sid: `AC${'5'.repeat(32)}`, auth_token: 'canary', default_phone_number: '+14155550100' }
    expect(bodies()).toEqual([{ settings: whole }])

    sync.set(id, { account_sid: 'AC2' })
    await applyAll(sync)
    expect(bodies()).toEqual([{ settings: { ...whole, account_sid: 'AC2' } }])
    expect(named(sync, 'Order news').state).toBe('in-sync')
    await sync.pull()
    expect((await sync.plan()).changes).toEqual([])
  })
})

test('a vault that has lost a secret holds back its settings, not its name', async () => {
  await withSync(async ({ sync, vault, bodies, simulator }) => {
    const id = sync.create(account, 'integration', { ...twilio, auth_token: { $secret: 1 } }).id
    vault.set(`${id} auth_token 1`, 'canary')
    expect((await applyAll(sync)).state).toBe('done')
    vault.clear()
    bodies()
    sync.set(id, { name: 'Alarms' })
    expect((await applyAll(sync)).operations[0]?.state).toBe('done')
    sync.set(id, { account_sid: 'AC2' })
    const run = await applyAll(sync)
    expect(run.operations[0]).toMatchObject({
      state: 'skipped',
      fault: { code: 'secret-missing', field: 'auth_token' }
    })
    expect(bodies()).toEqual([{ name: 'Alarms' }])
    const { values } = await simulator.control<{ values: Record<string, { account_sid: string }> }>('GET', 'state')
    expect(Object.values(values).map(one => one.account_sid)).toContain('AC1')
  })
})

test('a create whose answer was lost is found by its name and made once', async () => {
  await withSync(async ({ sync, vault, simulator }) => {
    const id = sync.create(account, 'integration', { ...twilio, auth_token: { $secret: 1 } }).id
    vault.set(`${id} auth_token 1`, 'canary')
    const match = { route: 'POST /v1/hood/integrations' }
    await simulator.control('POST', 'faults', { match, fault: { type: 'reset-after' } })
    expect((await applyAll(sync)).state).toBe('done')
    const { values } = await simulator.control<{ values: Record<string, { name: string }> }>('GET', 'state')
    expect(Object.values(values).filter(one => one.name === 'Alerts')).toHaveLength(1)
    expect(named(sync, 'Alerts').state).toBe('in-sync')
  })
})

test('somebody else’s edit shows as drift, a changed effective status does not', async () => {
  await withSync(async ({ sync, simulator }) => {
    const { id, remoteId } = named(sync, 'Order updates')
    await simulator.control('PATCH', 'integrations', { id: remoteId, effective_status: 'inactive' })
    await sync.pull()
    expect(sync.get(id)).toMatchObject({ state: 'in-sync', remote: { effective_status: 'inactive' } })
    await simulator.control('PATCH', 'integrations', {
      id: remoteId,
      settings: { default_phone_number: '+14155550111' }
    })
    await sync.pull()
    expect(sync.get(id).state).toBe('drifted')
  })
})
