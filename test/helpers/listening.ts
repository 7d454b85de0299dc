import { mkdtempSync, rmSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach } from 'vitest'
import { createBus, type Bus } from '../../src/main/base/bus.ts'
import { systemClock } from '../../src/main/base/clock.ts'
import { createListener, type Listener, type ListenerDeps } from '../../src/main/listener/listener.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { Store } from '../../src/main/store/store.ts'
import { inventedRegistry } from './invented-provider.ts'
import { accountRow } from './store-rows.ts'

export type Setting = { folder: string; store: Store; listener: Listener; bus: Bus }
export type SettingOptions = Partial<ListenerDeps> & {
  folder?: string
  wrap?: (store: Store) => Store
  stopped?: boolean
  /** The engine in a thread of its own, as in the app. */
  inThread?: boolean
}

/** Listeners of one test file, each on a folder of its own, started on a free port, and gone when its test ends, or the file. */
export function listening(until: 'test' | 'file' = 'test'): {
  folder: () => string
  open: (options?: SettingOptions) => Promise<Setting & { port: number; path: string; endpointId: string }>
} {
  const settings: Setting[] = []
  const folders: string[] = []
  const atEnd = until === 'test' ? afterEach : afterAll
  atEnd(async () => {
    for (const { listener, store } of settings.splice(0)) {
      await listener.close()
      store.close()
    }
    for (const each of folders.splice(0)) rmSync(each, { recursive: true, force: true })
  })

  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'plugboard-listener-'))
    folders.push(path)
    return path
  }

  return {
    folder,
    async open(options = {}) {
      const setting = await openSetting(options.folder ?? folder(), options)
      settings.push(setting)
      const { store, listener } = setting
      if (!store.accounts.get('acc-1')) store.accounts.add(accountRow({ provider: 'invented' }))
      const endpoint = listener.endpoints()[0] ?? listener.addEndpoint({ accountId: 'acc-1', label: 'Main' })
      const port = options.stopped ? 0 : ((await listener.start({ port: 0 })).port ?? 0)
      return { ...setting, port, path: `/in/${endpoint.key}`, endpointId: endpoint.id }
    }
  }
}

const inventedThread = join(import.meta.dirname, 'invented-thread.ts')

let holders = 0

async function openSetting(folder: string, options: SettingOptions): Promise<Setting> {
  const real = await openStore({ dataDir: folder, clock: systemClock })
  const store = options.wrap?.(real) ?? real
  const bus = options.bus ?? createBus(() => Date.now())
  const listener = createListener({
    store,
    registry: inventedRegistry,
    clock: systemClock,
    bus,
    secretsFor: async () => ({ word: 'plugh' }),
    keyFor: async () => undefined,
    holder: { id: `test-${process.pid}-${++holders}`, pid: process.pid, machine: hostname(), about: 'A test' },
    ...(options.inThread && { thread: { dataDir: folder, entry: inventedThread } }),
    ...options
  })
  return { folder, store, listener, bus }
}

/** Waits for a row that the watcher is told of and that holds. To be made before what causes it. */
export async function nextOf<T>(rows: AsyncIterable<T>, holds: (row: T) => boolean): Promise<T> {
  for await (const row of rows) if (holds(row)) return row
  throw new Error('the watch ended before such a row came')
}
