import { Fault } from '#shared/faults.ts'
import type { CallbackDetail, CallbackSummary, Endpoint, EndpointView, ListenerStatus } from '#shared/model/callback.ts'
import { deliveries, type ListenerSettings, type Simulated } from '#shared/model/lab.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import { logIncident, type Log } from '../base/log.ts'
import type { Provider } from '../providers/contract.ts'
import { newKeyPair } from '../providers/kit/signatures/ed25519.ts'
import type { CallbackStore, LeaseHolder, Store } from '../store/store.ts'
import { deliver } from './simulate/deliveries.ts'
import {
  addEndpoint,
  endpointBy,
  endpointView,
  updateEndpoint,
  type EndpointChange,
  type NewEndpoint
} from './endpoints.ts'
import { createElsewhere } from './elsewhere.ts'
import { openEngine, type Engine } from './engine/engine.ts'
import { openEngineThread, type EngineThread } from './engine/engine-thread.ts'
import type { ForwardLimits } from './send/forwarder.ts'
import { createHousekeeping } from './engine/housekeeping.ts'
import { createLaboratory, type Laboratory } from './laboratory.ts'
import { defaultLimits, type Limits } from './edge/limits.ts'
import { createHttps, type Https, type Identities } from './https/https.ts'
import { createOrigins } from './origins.ts'
import type { Sequence } from './rules/sequence.ts'
import { createRunning, type StartOptions } from './running.ts'
import { destinationOf, sampleSource, type SampleOrder } from './simulate/sample.ts'
import { buildSample, sendSample } from './simulate/simulate.ts'
import { ownAuthority } from './send/marked-connection.ts'
import { createSending, type Sending } from './send/sending.ts'
import { readSettings, writeSettings } from './settings.ts'
import { createTidings } from './tidings.ts'
import { createWatchers } from './watch.ts'

export type ListenerDeps = {
  store: Store
  registry: { get(id: string): Provider; list(): Provider[] }
  clock: Clock
  bus: Bus
  /** Secrets a dialect needs to verify; the listener cannot open the vault. */
  secretsFor(accountId: string): Promise<Record<string, string>>
  /** The key that was entered for an endpoint's scheme; undefined where none was. faults: vault-*, secret-missing. */
  keyFor(endpointId: string): Promise<string | undefined>
  holder: LeaseHolder
  log?: Log
  limits?: Partial<Limits>
  /** Of forwards; in a thread of its own the engine has the usual ones. */
  forwardLimits?: Partial<ForwardLimits>
  /** Certificates for https; their keys are in the vault. */
  identities?: Identities
  /** Where the engine has a thread of its own; without it, it runs in this one, over this store. */
  thread?: EngineThread
}

export type Listener = {
  status(): ListenerStatus
  /** Port 0: any free one; none: the last one, at first 4700 or any free one. faults: port-taken, port-forbidden, in-use-elsewhere. */
  start(options: StartOptions): Promise<ListenerStatus>
  /** Answers what is on its way, for a bounded time. */
  stop(): Promise<ListenerStatus>
  /** Stops it for what must be alone. out: opens it again where it was to run, unless it was stopped meanwhile. */
  rest(): Promise<() => Promise<void>>
  endpoints(): EndpointView[]
  /** faults: not-found (the account), invalid-input (the public URL). */
  addEndpoint(input: NewEndpoint): EndpointView
  /** Changes what is given. in: hasNewKey: whether the key of its scheme was just entered. faults: not-found, invalid-input. */
  updateEndpoint(input: EndpointChange & { id: string; hasNewKey: boolean }): EndpointView
  /** faults: not-found. */
  removeEndpoint(id: string): void
  /**
   * Every callback from now on: once when it is stored, again when it was looked at. A watcher that falls far behind sees
   * rows as the store has them by then, and some of them again.
   */
  watch(signal?: AbortSignal): AsyncIterable<CallbackSummary>
  /** Newest first. */
  list(filter: Parameters<CallbackStore['list']>[0]): CallbackSummary[]
  /** faults: not-found. */
  get(id: number): CallbackDetail
  clear(): void
  /**
   * Sends a provider's sample through the listener's own socket, or to another address. Without an endpoint it takes one of
   * the provider's accounts. It ends when it is aborted.
   * faults: not-found, invalid-input, unreachable, timeout, cancelled.
   */
  simulate(input: SampleOrder, signal?: AbortSignal): Promise<Simulated>
  /** Notes, comparison, files and waiting. */
  laboratory: Laboratory
  /** Targets, attempts and replays. */
  sending: Sending
  https: Pick<Https, 'status' | 'check' | 'renewAuthority' | 'vaultGave'>
  settings(): ListenerSettings
  /** Changes what is given; a listener that is open goes by it from then on. faults: invalid-input. */
  configure(changes: Partial<ListenerSettings>): ListenerSettings
  close(): Promise<void>
}

/** The listener of one data folder, closed until `start`. */
export function createListener(deps: ListenerDeps): Listener {
  const { store, registry, clock, bus } = deps
  const limits = { ...defaultLimits, ...deps.limits }
  const watchers = createWatchers(store.callbacks)
  const tidings = createTidings(bus, error => void bugFault(error, deps.log))
  const origins = createOrigins()
  const samples = newKeyPair()
  const running = createRunning({
    store,
    clock,
    holder: deps.holder,
    openEngine: async (port, sequence) => https.follow(await openHereOrThere(port, sequence)),
    changed: tidings.listenerChanged,
    report: error => bugFault(error, deps.log)
  })

  const https = createHttps({
    store,
    clock,
    identities: deps.identities,
    changed: tidings.listenerChanged,
    isElsewhere: () => running.status().state === 'elsewhere',
    report: error => bugFault(error, deps.log)
  })
  const elsewhere = createElsewhere(store, clock, {
    isElsewhere: () => running.status().state === 'elsewhere',
    sampleKey: samples.publicKey
  })
  const forgetMarks = origins.tell(news => elsewhere.noted(news))
  const forgetBus = bus.listen(event => {
    if (event.topic === 'listener') https.noticed()
    if (event.topic === 'vault') https.vaultChanged()
  })
  const sending = createSending({
    ...deps,
    samples,
    origins,
    port: () => running.port(),
    changed: tidings.callbacksChanged
  })

  const laboratory = createLaboratory({
    ...deps,
    samples,
    limits,
    tell,
    changed: tidings.callbacksChanged,
    onBug: error => void bugFault(error, deps.log)
  })

  async function openHere(port: number, sequence: Sequence): Promise<Engine> {
    const changed = tidings.callbacksChanged
    const engine = await openEngine({ ...deps, limits, origins, running, tell, samples, sequence, changed }, port)
    const housekeeping = createHousekeeping({ store, clock, onBug: error => running.noteBug(error) })
    return {
      ...engine,
      async stop() {
        housekeeping.stop()
        await engine.stop()
      }
    }
  }

  function openHereOrThere(port: number, sequence: Sequence): Promise<Engine> {
    const { thread } = deps
    const changed = tidings.callbacksChanged
    if (!thread) return openHere(port, sequence)
    return openEngineThread({ ...deps, thread, limits, origins, samples, sequence, running, watchers, changed }, port)
  }

  function tell(summary: CallbackSummary): void {
    watchers.tell(summary)
    tidings.callbacksChanged()
  }

  function viewOf(endpoint: Endpoint): EndpointView {
    return endpointView(store, endpoint, running.port())
  }

  return {
    status: () => running.status(),
    start: options => running.start(options),
    stop: () => running.stop(),
    rest: () => running.rest(),
    endpoints() {
      const port = running.port()
      return store.endpoints.list().map(each => endpointView(store, each, port))
    },
    addEndpoint(input) {
      const added = addEndpoint(deps, input)
      tidings.listenerChanged()
      return viewOf(added)
    },
    updateEndpoint(input) {
      const updated = updateEndpoint(deps, input)
      tidings.listenerChanged()
      return viewOf(updated)
    },
    removeEndpoint(id) {
      store.together(() => {
        endpointBy(store, id)
        for (const target of store.targets.list(id)) sending.removeTarget(target.id)
        store.endpoints.remove(id)
      })
      tidings.listenerChanged()
    },
    watch: signal => watchers.watch(signal),
    list: filter => store.callbacks.list(filter),
    get(id) {
      const detail = store.callbacks.get(id)
      if (!detail) throw new Fault('not-found', { message: `There is no callback ${id}.` })
      return detail
    },
    clear() {
      store.callbacks.removeAll()
      tidings.callbacksChanged()
    },
    async simulate(input, signal) {
      const provider = registry.get(input.provider)
      // Built once before anything else: what is wrong with the sample is said first.
      buildSample(provider, input.sample, input.fields, { now: new Date(clock.now()) })
      const destination = destinationOf(deps, provider, { ...input, port: running.port() })
      const { to } = destination
      const source = await sampleSource(provider, input, { ...deps, ...destination, samples })
      const authority = ownAuthority(store, to)
      const came = await deliver(input.deliveries ?? deliveries.parse({}), source, {
        clock,
        send: request => sendSample(request, to, { origins, authority, aborted: signal }),
        signal
      })
      return { ...came, to: to.href }
    },
    laboratory,
    sending,
    https,
    settings: () => readSettings(store.options),
    configure(changes) {
      const settings = writeSettings(store.options, changes)
      tidings.listenerChanged()
      return settings
    },
    async close() {
      forgetBus()
      await sending.close()
      forgetMarks()
      elsewhere.end()
      await running.stop()
      watchers.end()
      tidings.stop()
    }
  }
}

function bugFault(error: unknown, log: Log | undefined): Fault {
  return new Fault('bug', { incident: log && logIncident(log, error, 'listener'), cause: error })
}
