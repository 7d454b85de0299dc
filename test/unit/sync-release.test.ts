import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import type { Kind, Provider, ProviderApi } from '../../src/main/providers/contract.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { SyncDeps } from '../../src/main/sync/sync.ts'
import { applyPlan, openCoreOn, reportIn } from '../helpers/core-child.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { hookKind, tinyProvider } from '../helpers/tiny-provider.ts'

/** A provider with one kind, whose profiles cannot be listed; `onUpdate` and `onGet` are what it does then. */
function namedProvider(does: { onUpdate?: () => void; onGet?: () => void } = {}) {
  const kind: Kind = { ...hookKind, card: { ...hookKind.card, listing: 'by-name' } }
  const provider: Provider = {
    ...tinyProvider,
    card: { ...tinyProvider.card, kinds: [kind.card] },
    kinds: { [kind.card.id]: kind }
  }
  const registry: SyncDeps['registry'] = { get: () => provider, kind: () => kind }
  const calls: string[] = []
  const api: ProviderApi = {
    test: async () => 'fine',
    list: async () => Promise.reject(new Error('not to be listed')),
    get: async (_kind, remoteId) => {
      calls.push('get')
      await Promise.resolve()
      does.onGet?.()
      return { kind: kind.card.id, remoteId, settings: { name: remoteId, note: 'theirs' } }
    },
    create: async () => Promise.reject(new Fault('unsupported')),
    update: async () => {
      calls.push('update')
      does.onUpdate?.()
    },
    remove: async () => Promise.reject(new Fault('unsupported'))
  }
  return { api, calls, registry }
}

test('a released profile is gone here with its edits, nothing is asked of the provider, and the history tells who did it', async () => {
  const { api, calls, registry } = namedProvider()
  await withFolder({ 'acc-one': api }, async ({ store, sync }) => {
    const engine = sync({ registry })
    const [one] = await engine.adopt('acc-one', 'JOE')
    const id = one?.id ?? ''
    engine.set(id, { note: 'mine' })
    calls.length = 0
    engine.release(id)
    expect(calls).toEqual([])
    expect(store.profiles.list()).toEqual([])
    expect((await engine.plan()).changes).toEqual([])
    const [entry] = engine.history({ profileId: id, limit: 1 })
    expect(entry).toMatchObject({ what: 'local-released', kind: 'hook', after: null, who: 'Plugboard holder-0' })
    expect(entry?.settings).toContainEqual(expect.objectContaining({ setting: 'note', from: 'mine' }))
    expect(await engine.pull()).toMatchObject([{ seen: 0, adopted: 0, fault: null }])
    expect(() => engine.release(id)).toThrow(Fault)
  })
})

test('a profile that the provider lists is not released: the next pull would bring it back', async () => {
  const { api } = namedProvider()
  await withFolder({ 'acc-one': api }, ({ store, sync }) => {
    const engine = sync()
    const { id } = engine.create('acc-one', 'hook', { name: 'JOE' })
    expect(() => engine.release(id)).toThrow(expect.objectContaining({ code: 'unsupported' }))
    expect(store.profiles.get(id)).toBeDefined()
  })
})

test('while it is not known what became of a request, the profile stays', async () => {
  const does: { onUpdate?: () => void; onGet?: () => void } = {}
  const { api, registry } = namedProvider(does)
  await withFolder({ 'acc-one': api }, async ({ store, sync }) => {
    const engine = sync({ registry })
    const [one] = await engine.adopt('acc-one', 'JOE')
    const id = one?.id ?? ''
    engine.set(id, { note: 'mine' })
    does.onUpdate = () => {
      does.onGet = () => {
        throw new Fault('forbidden')
      }
      throw new Fault('outcome-unknown')
    }
    const { hash, guards } = await engine.plan()
    await (
      await engine.apply({ hash, confirm: guards.flatMap(({ confirm }) => confirm ?? []) })
    ).finished
    expect(store.runs.operationsIn(['unknown'])).toHaveLength(1)
    expect(() => engine.release(id)).toThrow(expect.objectContaining({ code: 'outcome-unknown' }))
    expect(store.profiles.get(id)).toMatchObject({ local: { note: 'mine' } })
  })
})

test('what is released while it is read is not taken over again', async () => {
  const does: { onGet?: () => void } = {}
  const { api, registry } = namedProvider(does)
  await withFolder({ 'acc-one': api }, async ({ store, sync }) => {
    const engine = sync({ registry })
    const [one] = await engine.adopt('acc-one', 'JOE')
    does.onGet = () => engine.release(one?.id ?? '')
    expect(await engine.pull()).toMatchObject([{ adopted: 0, fault: null }])
    expect(store.profiles.list()).toEqual([])
  })
})

test('through the whole app: one kind of a keyword is let go with its secret, the others stay, and it can be adopted again', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-release-'))
  const core = await openCoreOn(dataDir)
  let isOpen = true
  const close = async () => {
    if (isOpen) await core.close()
    isOpen = false
  }
  onTestFinished(async () => {
    await close()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { client } = core
  const { id: accountId } = await client.sandbox.start({ provider: 'textmarks' })
  const listed = async () => (await client.profiles.list({ accountId })).map(({ kind }) => kind).sort()
  const kinds = await listed()
  expect(kinds).toContain('integration-config')
  const config = (await client.profiles.list({ accountId })).find(({ kind }) => kind === 'integration-config')
  const id = config?.id ?? ''
  const saved = await client.profiles.set({ id, settings: { privateToken: 'canary-token-1' } })
  expect(saved.local?.['privateToken']).toEqual({ $secret: 1 })
  expect((await applyPlan(core))?.state).toBe('done')

  expect(await client.profiles.release({ id })).toEqual({ done: true })
  expect(await listed()).toEqual(kinds.filter(kind => kind !== 'integration-config'))
  await client.profiles.pull({ accountId })
  expect(await listed()).toEqual(kinds.filter(kind => kind !== 'integration-config'))
  expect((await client.history.list({ profileId: id, limit: 1 }))[0]).toMatchObject({
    what: 'local-released',
    kind: 'integration-config'
  })
  expect(await client.profiles.get({ id }).catch(reportIn)).toMatchObject({ code: 'not-found' })

  const again = await client.profiles.adopt({ accountId, name: 'PLUGDEMO' })
  expect(again.map(({ kind, state }) => [kind, state])).toEqual([['integration-config', 'in-sync']])
  expect(await listed()).toEqual(kinds)
  await close()
  const store = await openStore({ dataDir, clock: systemClock })
  const known = [...store.secrets.all(), ...store.secrets.strays()].filter(({ owner }) => owner === id)
  store.close()
  expect(known).toEqual([])
})
