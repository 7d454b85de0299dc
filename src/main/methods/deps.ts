import type { HostAbility } from '#shared/model/app.ts'
import type { Backups } from '../backup/backups.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import type { Desktop } from '../base/desktop.ts'
import type { Log } from '../base/log.ts'
import type { Listener } from '../listener/listener.ts'
import type { Registry } from '../providers/registry.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { Store } from '../store/store.ts'
import type { Schedules } from '../sync/schedule.ts'
import type { Sync } from '../sync/sync.ts'
import type { AutoLocking } from '../vault/auto-lock.ts'
import type { ChosenVault } from '../vault/chosen.ts'
import type { Connections } from './connections.ts'
import type { LockOrders } from './lock-orders.ts'
import type { SecretTurn } from './secret-turn.ts'

/** All that the methods work with; `core` hands it in. */
export type MethodDeps = {
  store: Store
  vault: ChosenVault
  autoLocking: AutoLocking
  lockOrders: LockOrders
  registry: Registry
  connections: Connections
  sync: Sync
  schedules: Schedules
  listener: Listener
  sandbox: Sandbox
  backups: Backups
  bus: Bus
  secretTurn: SecretTurn
  clock: Clock
  log: Log
  app: { version: string; dataDir: string; hostAbilities: HostAbility[] }
  /** Of a host that has one. */
  desktop: Desktop | undefined
}
