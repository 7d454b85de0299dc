import { hostname } from 'node:os'
import { createRouterClient } from '@orpc/server'
import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import { vaultDriver, type VaultDriver } from '#shared/model/account.ts'
import type { HostAbility } from '#shared/model/app.ts'
import { createBus, type Bus } from './base/bus.ts'
import type { ForkAnswering } from './base/answering.ts'
import type { ForkChild } from './base/child.ts'
import { systemClock, type Clock } from './base/clock.ts'
import { networkConditions, type Conditions } from './base/conditions.ts'
import type { Desktop } from './base/desktop.ts'
import { createHttp } from './base/http.ts'
import { randomWord } from './base/ids.ts'
import { logIncident, type Log } from './base/log.ts'
import { within } from './base/within.ts'
import { createBackups, type BackupDeps, type Backups } from './backup/backups.ts'
import { clearWorkFolders } from './backup/work-folder.ts'
import { createListener } from './listener/listener.ts'
import { createCallbackSecrets, createEndpointKeys } from './methods/callback-secrets.ts'
import { createConnections, isSandboxUrl } from './methods/connections.ts'
import { createLockOrders, type LockOrders } from './methods/lock-orders.ts'
import { placesInUse } from './methods/vault-moves.ts'
import { lockHere, readAutoLock } from './methods/vaults.ts'
import type { MethodDeps } from './methods/deps.ts'
import { createIdentities, listenerKeyVault } from './methods/listener-https.ts'
import { createRouter, type Router } from './methods/router.ts'
import { createBackgroundSweep } from './methods/secret-sweep.ts'
import { createSecretTurn } from './methods/secret-turn.ts'
import { readSecretSetting } from './methods/secret-settings.ts'
import { createRegistry } from './providers/registry.ts'
import { createSandbox } from './sandbox/sandbox.ts'
import type { LeaseHolder, Store } from './store/store.ts'
import { openStore } from './store/open.ts'
import { createContacts } from './sync/schedule-contacts.ts'
import { createSchedules } from './sync/schedule.ts'
import { createSync, type SyncDeps } from './sync/sync.ts'
import { createAutoLocking } from './vault/auto-lock.ts'
import { createChosenVault, type ChosenVault } from './vault/chosen.ts'
import { toldVault } from './vault/told.ts'

export type CoreOptions = {
  dataDir: string
  /** For this process; without it the remembered choice holds. */
  vault?: VaultDriver
  /** Of the passphrase file. */
  passphrase?: string
  /** `about` names this process to another one on the same data folder: "window", "browser tab", "command line". */
  host: { about: string; abilities: HostAbility[]; desktop?: Desktop }
  fork: ForkChild
  /** For the keychain's program; Node's way by default. */
  forkAnswering?: ForkAnswering
  /** The simulators' program. */
  sandboxEntry: string
  version: string
  log: Log
  clock?: Clock
  /** Of a host that lives long: there accounts do on their own what their schedules say, as these conditions allow it. */
  background?: Conditions
  /** For tests alone: called at each step of an apply, before it goes on. */
  onStep?: SyncDeps['onStep']
  /** For tests alone: the same for a backup and a restore, and what scrypt costs. */
  backup?: Pick<BackupDeps, 'onStep' | 'scryptCost'>
}

export type Core = {
  /** To be served over a transport. */
  router: Router
  /** The same methods, called directly. */
  client: Client
  /** Backups by their paths, which is nothing for a page. */
  backups: Backups
  /** Where secrets go, without trying whether it works; null while nobody has chosen. */
  vault(): VaultDriver | null
  /** For a host to call when the computer's screen was locked: locks the vault file where the person wants that. */
  screenLocked(): Promise<void>
  /** Stops the listener, lets a run stop before its next request, ends the simulators and closes the database. */
  close(): Promise<void>
}

/** How long opening waits for what a crash left to be looked up at the provider; it goes on behind. */
const patienceMs = 3_000

/**
 * Opens everything on one data folder. The only place that wires: each part gets what it may use and nothing else.
 * faults: store-*, bad-usage (a proxy's address that is none). A locked vault or a taken port is no obstacle here.
 */
export async function openCore(options: CoreOptions): Promise<Core> {
  const clock = options.clock ?? systemClock
  const http = createHttp({ userAgent: `Plugboard/${options.version}` })
  const store = await openStore({ dataDir: options.dataDir, clock })
  const bus = createBus(() => clock.now())
  const registry = createRegistry()
  const vault = rememberedVault(store, options)
  const sandbox = createSandbox({ dataDir: options.dataDir, fork: options.fork, entry: options.sandboxEntry, clock })
  const holder = holderOf(options.host.about)
  const secretTurn = createSecretTurn({ store, clock, holder })
  const sweep = createBackgroundSweep({ store, vault, log: options.log, secretTurn })
  const onOpened = (driver: VaultDriver) => {
    sweep.opened(driver)
    // The others are unlocked here, and that is told.
    if (driver === 'keychain') listener.https.vaultGave()
  }
  const connections = createConnections({ registry, vault, sandbox, http: http.send, clock, onOpened })
  const contacts = createContacts({ store, clock })
  const sync = createSync({
    store,
    registry,
    clock,
    bus,
    holder,
    onStep: options.onStep,
    onBug: error => logIncident(options.log, error, 'sync'),
    onRead: (accountId, fault) => contacts.read(accountId, fault),
    connect: (account, signal) => connections.connect(account, signal),
    secretSetting: (profileId, setting, version) => readSecretSetting({ store, vault }, { profileId, setting, version })
  })
  const lockOrders = createLockOrders(store)
  const lock = () => lockHere({ vault, connections, bus })
  const autoLocking = createAutoLocking({
    clock,
    settings: () => readAutoLock(store),
    isBusy: () => store.leases.holder('sync', clock.now())?.id === holder.id,
    isOpen: () => vault.hasPassphrase(),
    lock,
    onBug: error => logIncident(options.log, error, 'auto-lock')
  })
  const conditions = options.background ?? networkConditions()
  const onBug = (error: unknown) => void logIncident(options.log, error, 'schedule')
  const schedules = createSchedules({ store, sync, contacts, clock, bus, conditions, holder, onBug })
  const listener = createListener({
    store,
    registry,
    clock,
    bus,
    holder,
    log: options.log,
    thread: { dataDir: options.dataDir },
    secretsFor: createCallbackSecrets({ store, registry, vault, connections }),
    keyFor: createEndpointKeys({ store, vault }),
    identities: createIdentities({ store, vault, log: options.log, secretTurn, clock, dataDir: options.dataDir })
  })
  const app = { version: options.version, dataDir: options.dataDir, hostAbilities: options.host.abilities }
  const backups = createBackups({
    ...options.backup,
    store,
    vault,
    clock,
    holder,
    app,
    secretTurn,
    secretPlaces: () => placesInUse(store),
    restListener: () => listener.rest(),
    needsSecrets: account => !isSandboxUrl(account.baseUrl),
    changed: () => tellAll(bus)
  })
  await clearWorkFolders(options.dataDir).catch(error => void logIncident(options.log, error, 'backup'))
  const deps: MethodDeps = {
    backups,
    store,
    vault,
    autoLocking,
    lockOrders,
    registry,
    connections,
    sync,
    schedules,
    listener,
    sandbox,
    bus,
    secretTurn,
    clock,
    log: options.log,
    app,
    desktop: options.host.desktop
  }
  const router = createRouter(deps)
  const recovered = sync.recover().catch(error => void logIncident(options.log, error, 'recover'))
  await within(clock, patienceMs, recovered)
  sweep.start()
  if (options.background) {
    schedules.start()
    autoLocking.start()
  }
  const stopWatching = tellOfOthers(store, bus, vaultNews({ store, lockOrders, bus, lock }))
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeAll())
  return {
    router,
    client: createRouterClient(router),
    vault: () => vault.driver(),
    screenLocked: () => autoLocking.screenLocked(),
    backups,
    close
  }

  async function closeAll(): Promise<void> {
    stopWatching()
    autoLocking.close()
    await listener.close()
    // What it has under way ends when the sync is closed.
    const scheduled = schedules.close()
    await sync.close()
    await scheduled
    await recovered
    await sweep.idle()
    await backups.close()
    await sandbox.close()
    await vault.close()
    await http.close()
    store.close()
  }
}

const othersEveryMs = 1_000

/** What another process on the data folder writes is told here as well, so that whoever shows it reads it again. */
function tellOfOthers(store: Store, bus: Bus, look: () => void): () => void {
  let seen = store.othersVersion()
  const timer = setInterval(() => {
    const now = unlessBusy(() => store.othersVersion()) ?? seen
    if (now === seen) return
    tellAll(bus)
    // What could not be looked at is looked at again, or an order to lock would be missed until the next write.
    const isLooked = unlessBusy(() => {
      look()
      return true
    })
    if (isLooked) seen = now
  }, othersEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

function tellAll(bus: Bus): void {
  for (const topic of ['accounts', 'profiles', 'runs', 'callbacks', 'listener', 'schedules'] as const) bus.tell(topic)
}

type VaultNewsDeps = { store: Store; lockOrders: LockOrders; bus: Bus; lock: () => Promise<void> }

/** What another process did about the vault: an order to lock is followed; a choice or a move is told, which whoever shows it tries anew. */
function vaultNews({ store, lockOrders, bus, lock }: VaultNewsDeps): () => void {
  const { options } = store
  const choices = () => JSON.stringify([options.get('vault'), options.get('vault-auto-lock'), listenerKeyVault(store)])
  let seen = choices()
  return () => {
    const now = choices()
    if (lockOrders.isHeard()) void lock()
    else if (now !== seen) bus.tell('vault')
    seen = now
  }
}

/** out: undefined while the database is busy; the next look will tell. */
function unlessBusy<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

/** The log knows each secret that passes, so that what a bug says of itself does not show one. */
function rememberedVault(store: Store, options: CoreOptions): ChosenVault {
  const { log } = options
  const chosen = createChosenVault({
    dataDir: options.dataDir,
    given: options.vault,
    passphrase: options.passphrase,
    fork: options.forkAnswering,
    remembered: () => vaultDriver.safeParse(store.options.get('vault')).data,
    remember: driver => store.options.set('vault', driver)
  })
  const hearer = { hide: (secret: string) => log.hide?.(secret), forget: () => log.forget?.() }
  return toldVault(chosen, hearer, options.passphrase)
}

function holderOf(about: string): LeaseHolder {
  return { id: randomWord(16), pid: process.pid, machine: hostname(), about }
}
