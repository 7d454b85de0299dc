import { Fault } from '#shared/faults.ts'
import type { CallbackDetail, CallbackSummary } from '#shared/model/callback.ts'
import type { CallbackDiff, Exported, ExportFormat } from '#shared/model/lab.ts'
import type { Clock } from '../base/clock.ts'
import type { Provider } from '../providers/contract.ts'
import type { KeyPair } from '../providers/kit/signatures/ed25519.ts'
import type { CallbackNote, NewCallback, Store } from '../store/store.ts'
import { summaryOf, type Route } from './edge/capture.ts'
import { diffCallbacks } from './diff.ts'
import { endpointBy } from './endpoints.ts'
import { exportCallbacks } from './export/export.ts'
import { readHar } from './export/import-har.ts'
import { lookAtUnstored, type Look } from './engine/look.ts'
import { waitForCallback, type WaitOrder } from './wait.ts'

/** What people do with callbacks that were caught. */
export type Laboratory = {
  /** Changes what is given. faults: not-found. */
  note(input: { id: number } & Partial<CallbackNote>): CallbackSummary
  /** faults: not-found. */
  diff(from: number, to: number): CallbackDiff
  /** In the order of `ids`. faults: not-found, invalid-input (more than fits into one file). */
  export(input: { ids: number[]; format: ExportFormat; whole: boolean; version: string }): Exported
  /**
   * Stores the requests of a HAR file, decoded and judged; they are never sent on. All of them or none. out: their ids.
   * faults: invalid-input, not-found (the endpoint).
   */
  importHar(input: { har: string; endpointId?: string }): Promise<number[]>
  /** faults: invalid-input, timed-out, cancelled. */
  wait(order: WaitOrder, signal?: AbortSignal): Promise<CallbackDetail>
}

export type LaboratoryDeps = {
  store: Store
  registry: { get(id: string): Provider }
  clock: Clock
  secretsFor(accountId: string): Promise<Record<string, string>>
  keyFor(endpointId: string): Promise<string | undefined>
  samples: KeyPair
  limits: { bodyBytes: number }
  tell(summary: CallbackSummary): void
  changed(): void
  onBug(error: unknown): void
}

/** All bodies of one export together; a longer text could not be made. */
const exportBytes = 100_000_000

export function createLaboratory(deps: LaboratoryDeps): Laboratory {
  const { store, clock } = deps

  function get(id: number): CallbackDetail {
    const detail = store.callbacks.get(id)
    if (!detail) throw new Fault('not-found', { message: `There is no callback ${id}.` })
    return detail
  }

  function details(ids: number[]): CallbackDetail[] {
    let bytes = 0
    return ids.map(id => {
      const detail = get(id)
      bytes += detail.bodyBytes
      if (bytes > exportBytes)
        throw new Fault('invalid-input', {
          message: 'The bodies of these callbacks are too long for one file.',
          advice: 'Export fewer of them at once.',
          field: 'ids'
        })
      return detail
    })
  }

  function routeOfEndpoint(id: string | undefined): Route {
    if (id === undefined) return { endpointId: null, accountId: null, provider: null }
    const { accountId } = endpointBy(store, id)
    const account = accountId === null ? undefined : store.accounts.get(accountId)
    return { endpointId: id, accountId: account?.id ?? null, provider: account?.provider ?? null }
  }

  /** With their looks in one transaction, so that whoever looks at new rows never takes them for arrivals. */
  function keep(callbacks: NewCallback[], looks: Look[]): number[] {
    return store.together(() => {
      const ids = store.callbacks.addAll(callbacks)
      ids.forEach((id, at) => {
        const look = looks[at]
        if (look)
          store.callbacks.annotate(id, {
            verdict: look.verdict,
            verdictText: look.text,
            verdictDetails: look.details,
            decoded: look.decoded
          })
      })
      return ids
    })
  }

  return {
    note({ id, ...given }) {
      const { pinned, tags, note } = { ...get(id), ...defined(given) }
      store.callbacks.note(id, { pinned, tags: [...new Set(tags)], note })
      deps.changed()
      const { headers: _headers, trailers: _trailers, bodyBase64: _body, bodyText: _text, ...summary } = get(id)
      return summary
    },
    diff: (from, to) => diffCallbacks(get(from), get(to)),
    export: ({ ids, ...order }) => exportCallbacks(details(ids), order),
    async importHar({ har, endpointId }) {
      const route = routeOfEndpoint(endpointId)
      const callbacks = readHar(har, { ...route, bodyBytes: deps.limits.bodyBytes })
      const looks = await lookAtUnstored(callbacks, deps)
      const ids = keep(callbacks, looks)
      ids.forEach((id, at) => {
        const [callback, look] = [callbacks[at], looks[at]]
        if (!callback || !look) return
        const { verdict, text, decoded } = look
        deps.tell(summaryOf(id, callback, { verdict, verdictText: text, decoded }))
      })
      return ids
    },
    wait: (order, signal) => waitForCallback(order, { callbacks: store.callbacks, clock }, signal)
  }
}

/** What is undefined was not given. */
function defined<T extends object>(given: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<T>
  >
}
