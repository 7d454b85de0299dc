import { expect, test } from 'vitest'
import { createBus } from '../../src/main/base/bus.ts'
import { importConfig } from '../../src/main/methods/config-files.ts'
import type { Store } from '../../src/main/store/store.ts'
import { addExample, backupFolders } from '../helpers/backup-folder.ts'
import { withFolder } from '../helpers/sync-folder.ts'
import { hookKind, tinyProvider, TinyRemote } from '../helpers/tiny-provider.ts'

const { open } = backupFolders()

test(
  'what the simulators of all providers have comes out of another folder as it went in',
  { timeout: 120_000 },
  async () => {
    const [from, to] = [await open(), await open()]
    for (const { id } of await from.client.providers.list()) await from.client.sandbox.start({ provider: id })
    const textmarks = (await from.client.accounts.list()).find(({ provider }) => provider === 'textmarks')
    await from.client.profiles.adopt({ accountId: textmarks?.id ?? '', name: 'SHOP' }).catch(() => [])
    const { files } = await from.client.config.export()
    const kinds = new Set(files.map(({ path }) => path.split('/')[2]))
    expect(files.length).toBeGreaterThan(10)
    expect(kinds.size).toBeGreaterThan(4)
    await to.client.config.import({ files })
    expect((await to.client.config.export()).files).toEqual(files)
    expect((await to.client.config.import({ files })).every(({ what }) => what.endsWith('-same'))).toBe(true)
    expect((await to.client.plans.make({})).changes).toEqual([])
  }
)

test('a secret is in no file, and what needs one is asked for', async () => {
  const [from, to] = [await open(), await open()]
  await addExample(from, 'Main', 'the secret of Main')
  const { files } = await from.client.config.export()
  expect(JSON.stringify(files)).not.toContain('the secret of Main')
  expect(await to.client.config.import({ files })).toMatchObject([{ what: 'account-created', secrets: ['appSecret'] }])
  expect(await to.client.accounts.list()).toMatchObject([
    { state: 'parked', parkedFault: { code: 'secret-missing' }, secrets: [] }
  ])
})

test('files have names that every file system takes, one for each', async () => {
  const core = await open()
  for (const label of ['Shop / Süd', 'shop süd', 'CON', '???', 'x'.repeat(80)])
    await addExample(core, label, 'secret-value')
  const paths = (await core.client.config.export()).files.map(({ path }) => path)
  expect(new Set(paths.map(path => path.toLowerCase())).size).toBe(5)
  expect(paths).toEqual(
    expect.arrayContaining(['accounts/shop-süd.json', 'accounts/shop-süd-2.json', 'accounts/con-.json'])
  )
  for (const path of paths) expect(path).toMatch(/^accounts\/[\p{L}\p{N}-]{1,64}\.json$/u)
})

test('an import reads what is there once, however many profiles it changes, and each file meets what those before it did', async () => {
  await withFolder({ 'acc-one': new TinyRemote().api }, folder => {
    const { store, clock } = folder
    let lists = 0
    const list: Store['profiles']['list'] = filter => {
      lists += 1
      return store.profiles.list(filter)
    }
    const counted = { ...store, profiles: { ...store.profiles, list } }
    const deps = {
      store: counted,
      clock,
      bus: createBus(() => clock.now()),
      registry: { list: () => [tinyProvider], get: () => tinyProvider, kind: () => hookKind },
      sync: folder.sync({ store: counted })
    }
    const file = (nth: number, settings: object) => ({
      path: `profiles/${String(nth).padStart(4, '0')}.json`,
      text: JSON.stringify({ plugboard: 'profile', version: 1, account: 'acc-one', kind: 'hook', settings })
    })
    const files = Array.from({ length: 300 }, (_, nth) => file(nth, { name: `n${nth}` }))
    expect(importConfig(deps, { files, dryRun: true }).map(({ what }) => what)).toEqual(
      files.map(() => 'profile-created')
    )
    lists = 0
    const twice = [...files, file(300, { name: 'n7', url: 'https://example.test/seven' })]
    const steps = importConfig(deps, { files: twice, dryRun: false })
    expect(steps.map(({ what }) => what)).toEqual([...files.map(() => 'profile-created'), 'profile-edited'])
    expect(lists).toBeLessThan(5)
    expect(store.profiles.list({}).filter(({ local }) => local?.['name'] === 'n7')).toMatchObject([
      { local: { url: 'https://example.test/seven' } }
    ])
  })
})
