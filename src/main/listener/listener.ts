import { Fault } from '#shared/faults.ts'
import type { CallbackDetail, CallbackSummary, Endpoint, EndpointView, ListenerStatus } from '#shared/model/callback.ts'
import type { Bus } from '../base/bus.ts'
import type { Clock } from '../base/clock.ts'
import { logIncident, type Log } from '../base/log.ts'
import type { Provider } from '../providers/contract.ts'
import { newKeyPair } from '../providers/kit/signatures/ed25519.ts'
import type { CallbackStore, LeaseHolder, Store } from '../store/store.ts'
import {
  addEndpoint,
  endpointBy,
  endpointView,
  updateEndpoint,
  type EndpointChange,
  type NewEndpoint
} from './endpoints.ts'
import { openEngine } from './engine.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { createOrigins } from './origins.ts'
import { createRunning } from './running.ts'
import { destinationOf, signedSample, type SampleOrder } from './sample.ts'
import { buildSample, sendSample } from './simulate.ts'
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
}

export type Listener = {
  status(): ListenerStatus
  /** Port 0: any free one; none: the last one, at first 4700 or any free one. faults: port-taken, port-forbidden, in-use-elsewhere. */
  start(options: { port?: number }): Promise<ListenerStatus>
  /** Answers what is on its way, for a bounded time. */
  stop(): Promise<ListenerStatus>
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
   * the provider's accounts. out: the status that came back, and where it was sent.
   * faults: not-found, invalid-input, unreachable, timeout.
   */
  simulate(input: SampleOrder): Promise<{ status: number; to: string }>
  close(): Promise<void>
}

/** The listener of one data folder, closed until `start`. */
export function createListener(deps: ListenerDeps): Listener {
  const { store, registry, clock, bus } = deps
  const limits = { ...defaultLimits, ...deps.limits }
  const watchers = createWatchers(store.callbacks)
  const tidings = createTidings(bus)
  const origins = createOrigins()
  const samples = newKeyPair()
  const running = createRunning({
    store,
    clock,
    holder: deps.holder,
    openEngine: port => openEngine({ ...deps, limits, origins, running, samples, tell }, port),
    changed: tidings.listenerChanged,
    report: error => bugFault(error, deps.log)
  })

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
      store.endpoints.remove(endpointBy(store, id).id)
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
    async simulate(input) {
      const provider = registry.get(input.provider)
      const now = new Date(clock.now())
      // Built once before anything else: what is wrong with the sample is said first.
      buildSample(provider, input.sample, input.fields, { now })
      const destination = destinationOf(deps, provider, { ...input, port: running.port() })
      const request = await signedSample(provider, input, { ...deps, ...destination, now, samples })
      return { status: await sendSample(request, destination.to, origins), to: destination.to.href }
    },
    async close() {
      await running.stop()
      watchers.end()
      tidings.stop()
    }
  }
}

function bugFault(error: unknown, log: Log | undefined): Fault {
  return new Fault('bug', { incident: log && logIncident(log, error, 'listener'), cause: error })
}
