import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Account } from '#shared/model/account.ts'
import type { BackupSaved, Restored } from '#shared/model/backup.ts'
import { systemClock, type Clock } from '../base/clock.ts'
import { within } from '../base/within.ts'
import type { LeaseHolder, SecretPlace, Store } from '../store/store.ts'
import type { ChosenVault } from '../vault/chosen.ts'
import { ensureWritable } from '../vault/drivers/durable-file.ts'
import type { ScryptCost } from '../vault/drivers/sealed-file.ts'
import { backupName } from './backup-name.ts'
import { createBackup, type CreateOrder } from './create.ts'
import { createHandover, type Handover } from './handover.ts'
import { restoreBackup } from './restore.ts'

/** Where a test may end the process. */
export type Step =
  | 'copied'
  | 'written'
  | 'created'
  | 'unpacked'
  | 'checked'
  | 'secrets-put'
  | 'prepared'
  | 'kept'
  | 'replacing'
  | 'replaced'

export type BackupDeps = {
  store: Store
  vault: Pick<ChosenVault, 'open' | 'driver'>
  clock: Clock
  holder: LeaseHolder
  app: { version: string; dataDir: string }
  /** Does the work while nobody else changes secrets. faults: in-use-elsewhere. */
  secretTurn: <T>(work: () => Promise<T>) => Promise<T>
  /** The secrets in use, and the older versions that the history may come back to. */
  secretPlaces(): SecretPlace[]
  /** out: opens it again where it was open. */
  restListener(): Promise<() => Promise<void>>
  /** Whether the account can do nothing without its secrets. */
  needsSecrets(account: Account): boolean
  /** Everything is another one now: whoever shows something reads it again. */
  changed(): void
  /** For tests alone: called at each step, before it goes on. */
  onStep?: ((step: Step) => void) | undefined
  /** Less than the default is for tests. */
  scryptCost?: ScryptCost | undefined
}

/** What takes a path is for programs on this computer alone; no page names one. */
export type Backups = {
  /** faults: already-exists, not-found, store-*, vault-*. */
  create(order: CreateOrder): Promise<BackupSaved>
  /** Into the data folder's `backups`, under a name of its own. */
  save(order: Omit<CreateOrder, 'file'>): Promise<BackupSaved>
  /** faults: backup-*, in-use-elsewhere, already-exists, not-found, vault-*, store-*. */
  restore(order: { file: string; passphrase: string }): Promise<Restored>
  /** For whoever cannot name a path: piece by piece. */
  handover: Handover
  close(): Promise<void>
}

/** How long closing waits for what is being written; it is whole or not there, also when it is cut off. */
const closePatienceMs = 30_000

/** Backups of one data folder. */
export function createBackups(deps: BackupDeps): Backups {
  const { dataDir } = deps.app
  async function create(order: CreateOrder): Promise<BackupSaved> {
    const made = await createBackup(deps, order)
    return { ...made, file: order.file, fileName: basename(order.file) }
  }
  const underWay = new Set<Promise<unknown>>()

  /** Closing waits for it. */
  function noted<Order, Made>(work: (order: Order) => Promise<Made>): (order: Order) => Promise<Made> {
    return async order => {
      const made = work(order)
      underWay.add(made)
      try {
        return await made
      } finally {
        underWay.delete(made)
      }
    }
  }

  const createNoted = noted(create)
  const restore = noted((order: { file: string; passphrase: string }) => restoreBackup(deps, order))
  const handover = createHandover({ dataDir, create: createNoted, restore, clock: deps.clock })
  return {
    create: createNoted,
    restore,
    handover,
    async save(order) {
      const folder = join(dataDir, 'backups')
      await ensureWritable(folder)
      return createNoted({ ...order, file: freeName(folder, deps.clock.now()) })
    },
    async close() {
      await within(systemClock, closePatienceMs, Promise.allSettled(underWay))
      await handover.close()
    }
  }
}

/** A name that nothing in the folder has yet. */
function freeName(folder: string, nowMs: number): string {
  for (let nth = 1; ; nth += 1) {
    const file = join(folder, backupName(nowMs, nth))
    if (!existsSync(file)) return file
  }
}
