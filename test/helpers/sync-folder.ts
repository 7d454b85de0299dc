import { mkdtemp, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createBus } from '../../src/main/base/bus.ts'
import type { Clock } from '../../src/main/base/clock.ts'
import type { ProviderApi } from '../../src/main/providers/contract.ts'
import { openStore } from '../../src/main/store/open.ts'
import type { Store } from '../../src/main/store/store.ts'
import { createSync } from '../../src/main/sync/sync.ts'
import type { Sync, SyncDeps } from '../../src/main/sync/sync.ts'
import { hookKind, tinyProvider } from './tiny-provider.ts'

/** Time that passes only when somebody sleeps. */
export function steppedClock(): Clock & { slept: number[] } {
  let nowMs = 1_700_000_000_000
  const slept: number[] = []
  return {
    slept,
    now: () => nowMs,
    elapsedMs: () => nowMs,
    async sleep(ms, signal) {
      slept.push(ms)
      nowMs += ms
      await Promise.resolve()
      if (signal?.aborted) throw new Error('aborted')
    }
  }
}

export function addAccount(store: Store, id = 'acc-one'): void {
  store.accounts.add({
    id,
    provider: 'tiny',
    label: id,
    baseUrl: 'https://example.test',
    fields: {},
    state: 'untested',
    parkedFault: null,
    createdMs: 1,
    updatedMs: 1,
    pulledMs: null
  })
}

export type Folder = {
  dataDir: string
  store: Store
  clock: Clock & { slept: number[] }
  sync: (more?: Partial<SyncDeps>) => Sync
}

/** A data folder with a real database; its syncs talk to the given connections, by account. */
export async function withFolder(
  apis: Record<string, ProviderApi>,
  work: (folder: Folder) => Promise<void> | void
): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plugboard-sync-'))
  const clock = steppedClock()
  const store = await openStore({ dataDir, clock })
  const syncs: Sync[] = []
  for (const id of Object.keys(apis)) addAccount(store, id)
  try {
    await work({
      dataDir,
      store,
      clock,
      sync(more) {
        const sync = createSync({ ...syncDeps(store, clock, apis), holder: holder(`holder-${syncs.length}`), ...more })
        syncs.push(sync)
        return sync
      }
    })
  } finally {
    await Promise.all(syncs.map(sync => sync.close()))
    store.close()
    await rm(dataDir, { recursive: true, force: true })
  }
}

export function holder(id: string): SyncDeps['holder'] {
  return { id, pid: process.pid, machine: hostname(), about: `Plugboard ${id}` }
}

export function syncDeps(store: Store, clock: Clock, apis: Record<string, ProviderApi>): Omit<SyncDeps, 'holder'> {
  return {
    store,
    clock,
    registry: { kind: () => hookKind, get: () => tinyProvider },
    bus: createBus(() => clock.now()),
    connect: async account => {
      const api = apis[account.id]
      if (!api) throw new Error(`no connection for ${account.id}`)
      return api
    },
    secretSetting: async (_, setting, version) => `${setting}-value-${version}`
  }
}
