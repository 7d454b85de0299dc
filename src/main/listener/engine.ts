import type { CallbackSummary } from '#shared/model/callback.ts'
import type { Clock } from '../base/clock.ts'
import type { Answer, Provider } from '../providers/contract.ts'
import type { KeyPair } from '../providers/kit/signatures/ed25519.ts'
import type { NewCallback, Store } from '../store/store.ts'
import { summaryOf } from './capture.ts'
import { routeOf } from './endpoints.ts'
import { createExchange } from './exchange.ts'
import type { Limits } from './limits.ts'
import { createLooker } from './look.ts'
import type { Origins } from './origins.ts'
import type { Running } from './running.ts'
import { publicHosts } from './public-url.ts'
import { openEdge } from './server.ts'
import { createWriter } from './writer.ts'

/** A listener that is open. */
export type Engine = { port: number; stop(): Promise<void> }

export type EngineDeps = {
  store: Pick<Store, 'endpoints' | 'accounts' | 'callbacks' | 'profiles' | 'together'>
  registry: { get: (id: string) => Provider }
  clock: Clock
  limits: Limits
  origins: Origins
  secretsFor(accountId: string): Promise<Record<string, string>>
  keyFor(endpointId: string): Promise<string | undefined>
  samples: KeyPair
  /** A row, when it is durable and again when it was looked at. */
  tell(summary: CallbackSummary): void
  running: Pick<Running, 'countUnknown' | 'noteCommit' | 'noteBug' | 'fail'>
}

const plainAnswer: Answer = { status: 200, headers: [], body: '' }

/**
 * Opens the capture path: edge, writer and looker, over functions and plain data alone, so that the whole of it can move
 * to a thread with a store connection of its own. Rules and forwards come in at `answerOf` and after the look.
 * faults: port-taken, port-forbidden.
 */
export async function openEngine(deps: EngineDeps, port: number): Promise<Engine> {
  const { store, registry, clock, limits, origins, running } = deps
  const onBug = (error: unknown) => running.noteBug(error)
  const looker = createLooker({ ...deps, onBug })
  const writer = createWriter(batch => {
    try {
      const ids = store.callbacks.addAll(batch)
      running.noteCommit(undefined)
      return ids
    } catch (error) {
      running.noteCommit(error)
      throw error
    }
  })

  async function keep(callback: NewCallback): Promise<number> {
    const id = await writer.add(callback)
    try {
      deps.tell(summaryOf(id, callback))
    } catch (error) {
      // The row is durable: whoever watches must not keep the sender from its answer.
      onBug(error)
    }
    looker.wake()
    return id
  }

  const exchange = createExchange({
    clock,
    limits,
    routeOf: key => routeOf(store, key),
    tunnelHosts: () => publicHosts(store.endpoints.list().map(endpoint => endpoint.publicUrl)),
    answerOf: route => (route.provider === null ? plainAnswer : registry.get(route.provider).callbacks.answer),
    originOf: socket => origins.of(socket),
    keep,
    countUnknown: () => running.countUnknown(),
    onBug
  })
  const edge = await openEdge({ port, limits, onRequest: exchange.handle, onFailure: error => running.fail(error) })
  // What a crash left without a look.
  looker.wake()
  return {
    port: edge.port,
    async stop() {
      exchange.wind()
      await edge.stop()
      await writer.settled()
      await looker.stop()
    }
  }
}
