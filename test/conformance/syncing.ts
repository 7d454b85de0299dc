import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Settings } from '#shared/model/field.ts'
import type { Profile } from '#shared/model/profile.ts'
import { createLog } from '../../src/main/base/log.ts'
import { textOfField } from '../../src/main/providers/kit/callback-body.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import type { Sync } from '../../src/main/sync/sync.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { listFaults, type PlannedFault } from './faults.ts'
import type { Rig } from './rig.ts'
import type { Subject } from './subject.ts'
import { placeFresh } from './writing.ts'

const account = 'acc-one'

type With = { sync: Sync; dataDir: string }

/** The real sync on a real database: it settles, it never takes a failure for an empty list, and it stores no secret. */
export function checkSyncing(subject: Subject, rig: Rig, absentId: string): void {
  const { kind, requests } = subject
  const { simulator } = rig

  test('after an apply there is nothing left to plan, not even after reading afresh', async () => {
    await withSync(subject, rig, async ({ sync }) => {
      const id = requests.create
        ? sync.create(account, kind, marked(subject, subject.fresh, 1)).id
        : await adopted(subject, rig, sync)
      if (requests.create) await expectSettled(sync, await applyAll(sync))
      await edit(sync, subject, id)
      const run = await applyAll(sync)
      expect(run.operations.map(one => one.state)).toEqual(['done'])
      await expectSettled(sync, run)
      if (!requests.remove) return
      sync.remove(id)
      await expectSettled(sync, await applyAll(sync))
      expect(sync.list().filter(one => one.id === id)).toEqual([])
    })
  })

  for (const planned of failures) {
    test(`a pull that meets ${planned.name} changes nothing and plans nothing`, async () => {
      await withSync(subject, rig, async ({ sync }) => {
        if (!requests.list) await adopted(subject, rig, sync)
        const before = treesOf(sync.list())
        expect(before.length).toBeGreaterThan(0)
        await simulator().control('POST', 'faults', { times: 200, fault: planned.fault })
        const results = await sync.pull()
        expect(results.map(one => one.fault?.code ?? 'none')).not.toEqual(['none'])
        await simulator().control('DELETE', 'faults')
        expect(treesOf(sync.list())).toEqual(before)
        expect((await sync.plan()).changes).toEqual([])
      })
    })
  }

  test('neither the database nor a log of all that was met holds a secret', async () => {
    await withSync(subject, rig, async ({ sync, dataDir }) => {
      const log = createLog({ file: join(dataDir, 'log'), level: 'debug' })
      const id = requests.create
        ? sync.create(account, kind, marked(subject, subject.fresh, 1)).id
        : await adopted(subject, rig, sync)
      if (requests.create) log.info({ run: await applyAll(sync) }, 'applied')
      await edit(sync, subject, id)
      await rig.plant(requests.update, { fault: { type: 'status', status: 400, message: 'not so' } })
      log.info({ run: await applyAll(sync) }, 'refused')
      await rig.plant(requests.update, { fault: { type: 'reset-after' } })
      log.info({ plan: await sync.plan(), run: await applyAll(sync) }, 'applied')
      log.info({ profiles: sync.list(), history: sync.history({ limit: 50 }) }, 'kept')
      log.info({ fault: await rig.faultOf(rig.connect().get('no-such-kind', absentId)) }, 'fault')
      const bytes = (await filesOf(dataDir)).join('\n')
      expect(bytes).toContain('applied')
      for (const secret of rig.secretsSeen()) expect(bytes).not.toContain(secret)
    })
  })
}

const failures: ({ name: string } & PlannedFault)[] = listFaults.filter(({ name }) =>
  ['401', '403', '404', '500', 'a web page', 'half a document', 'a reset'].includes(name)
)

async function withSync(subject: Subject, rig: Rig, work: (of: With) => Promise<void>): Promise<void> {
  const { provider, fresh, changed } = subject
  const registry = createRegistry([provider])
  const api = rig.connect()
  await withFolder({ [account]: api }, async folder => {
    const sync = folder.sync({
      registry: { kind: (_id, kind) => registry.kind(provider.card.id, kind), get: () => provider },
      connect: async () => api,
      secretSetting: async (_id, setting, version) => textOfField((version === 1 ? fresh : changed)[setting])
    })
    await sync.pull()
    await work({ sync, dataDir: folder.dataDir })
  })
}

/** What cannot be created is made by another client and taken over by its name. out: the profile of the subject's kind. */
async function adopted(subject: Subject, rig: Rig, sync: Sync): Promise<string> {
  const name = await placeFresh(subject, rig, rig.connect())
  const found = (await sync.adopt(account, name)).find(one => one.kind === subject.kind)
  if (!found) throw new Error(`${name} has no ${subject.kind}`)
  return found.id
}

async function edit(sync: Sync, subject: Subject, id: string): Promise<void> {
  const planned = Object.entries(marked(subject, subject.planned ?? subject.changed, 2))
  const isImmutable = (name: string) => subject.fresh[name] === subject.changed[name]
  const given = planned.filter(([name, value]) => value !== null && !isImmutable(name))
  const cleared = planned.flatMap(([name, value]) => (value === null ? [name] : []))
  sync.set(id, Object.fromEntries(given))
  if (cleared.length > 0) sync.unset(id, cleared)
}

async function applyAll(sync: Sync) {
  const { hash, guards } = await sync.plan()
  const confirm = guards.flatMap(one => one.confirm ?? [])
  return await (
    await sync.apply({ hash, confirm })
  ).finished
}

async function expectSettled(sync: Sync, run: { state: string }): Promise<void> {
  expect(run.state).toBe('done')
  expect((await sync.plan()).changes).toEqual([])
  expect((await sync.pull()).map(one => one.fault ?? null)).toEqual([null])
  expect((await sync.plan()).changes).toEqual([])
  expect(sync.list().filter(one => one.state !== 'in-sync')).toEqual([])
}

/** With the versions of the secret settings in place of their values, as the core hands them to sync. */
function marked({ secretSettings = [] }: Subject, settings: Settings, version: number): Settings {
  const marks = secretSettings.filter(name => typeof settings[name] === 'string')
  return { ...settings, ...Object.fromEntries(marks.map(name => [name, { $secret: version }])) }
}

/** Without the state: what could not be read is of unknown state, and nothing more. */
function treesOf(profiles: Profile[]): unknown[] {
  return profiles.map(({ id, local, remote }) => ({ id, local, remote }))
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter(one => one.isFile())
  return Promise.all(files.map(one => readFile(join(one.parentPath, one.name), 'latin1')))
}
