import { hostname } from 'node:os'
import { createRouterClient } from '@orpc/server'
import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import { vaultDriver, type VaultDriver } from '#shared/model/account.ts'
import type { HostAbility } from '#shared/model/app.ts'
import { createBus, type Bus } from './base/bus.ts'
import type { ForkChild } from './base/child.ts'
import { systemClock, type Clock } from './base/clock.ts'
import { networkConditions, type Conditions } from './base/conditions.ts'
import { createHttp } from './base/http.ts'
import { randomWord } from './base/ids.ts'
import { logIncident, type Log } from './base/log.ts'
import { within } from './base/within.ts'
import { createListener } from './listener/listener.ts'
import { createCallbackSecrets, createEndpointKeys } from './methods/callback-secrets.ts'
import { createConnections } from './methods/connections.ts'
import type { MethodDeps } from './methods/deps.ts'
import { createIdentities } from './methods/listener-https.ts'
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
import { createChosenVault, type ChosenVault } from './vault/chosen.ts'

export type CoreOptions = {
  dataDir: string
  /** For this process; without it the remembered choice holds. */
  vault?: VaultDriver
  /** Of the passphrase file. */
  passphrase?: string
  /** `about` names this process to another one on the same data folder: "window", "browser tab", "command line". */
  host: { about: string; abilities: HostAbility[] }
  fork: ForkChild
  /** The simulators' program. */
  sandboxEntry: string
  version: string
  log: Log
  clock?: Clock
  /** Of a host that lives long: there accounts do on their own what their schedules say, as these conditions allow it. */
  background?: Conditions
  /** For tests alone: called at each step of an apply, before it goes on. */
  onStep?: SyncDeps['onStep']
}

export type Core = {
  /** To be served over a transport. */
  router: Router
  /** The same methods, called directly. */
  client: Client
  /** Stops the listener, lets a run stop before its next request, ends the simulators and closes the database. */
  close(): Promise<void>
}

/** How long opening waits for what a crash left to be looked up at the provider; it goes on behind. */
const patienceMs = 3_000

/**
 * Opens everything on one data folder. The only place that wires: each part gets what it may use and nothing else.
 * faults: store-*. A locked vault or a taken port is no obstacle here.
 */
export async function openCore(options: CoreOptions): Promise<Core> {
  const clock = options.clock ?? systemClock
  const store = await openStore({ dataDir: options.dataDir, clock })
  const bus = createBus(() => clock.now())
  const registry = createRegistry()
  const http = createHttp({ userAgent: `Plugboard/${options.version}` })
  const vault = rememberedVault(store, options)
  const sandbox = createSandbox({ dataDir: options.dataDir, fork: options.fork, entry: options.sandboxEntry, clock })
  const holder = holderOf(options.host.about)
  const secretTurn = createSecretTurn({ store, clock, holder })
  const sweep = createBackgroundSweep({ store, vault, log: options.log, secretTurn })
  const onOpened = sweep.opened
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
  const deps: MethodDeps = {
    store,
    vault,
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
    app: { version: options.version, dataDir: options.dataDir, hostAbilities: options.host.abilities }
  }
  const router = createRouter(deps)
  const recovered = sync.recover().catch(error => void logIncident(options.log, error, 'recover'))
  await within(clock, patienceMs, recovered)
  sweep.start()
  if (options.background) schedules.start()
  const stopWatching = tellOfOthers(store, bus)
  let closing: Promise<void> | undefined
  const close = () => (closing ??= closeAll())
  return { router, client: createRouterClient(router), close }

  async function closeAll(): Promise<void> {
    stopWatching()
    await listener.close()
    // What it has under way ends when the sync is closed.
    const scheduled = schedules.close()
    await sync.close()
    await scheduled
    await recovered
    await sweep.idle()
    await sandbox.close()
    await vault.close()
    await http.close()
    store.close()
  }
}

const othersEveryMs = 1_000

/** What another process on the data folder writes is told here as well, so that whoever shows it reads it again. */
function tellOfOthers(store: Store, bus: Bus): () => void {
  let seen = store.othersVersion()
  const timer = setInterval(() => {
    const now = versionOf(store) ?? seen
    if (now === seen) return
    seen = now
    for (const topic of ['accounts', 'profiles', 'runs', 'callbacks', 'listener', 'schedules'] as const) bus.tell(topic)
  }, othersEveryMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** out: undefined while the database is busy; the next look will tell. */
function versionOf(store: Store): number | undefined {
  try {
    return store.othersVersion()
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function rememberedVault(store: Store, options: CoreOptions): ChosenVault {
  return createChosenVault({
    dataDir: options.dataDir,
    given: options.vault,
    passphrase: options.passphrase,
    remembered: () => vaultDriver.safeParse(store.options.get('vault')).data,
    remember: driver => store.options.set('vault', driver)
  })
}

function holderOf(about: string): LeaseHolder {
  return { id: randomWord(16), pid: process.pid, machine: hostname(), about }
}
