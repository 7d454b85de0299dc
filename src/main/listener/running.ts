import { Fault } from '#shared/faults.ts'
import type { ListenerStatus } from '#shared/model/callback.ts'
import type { PlainAnswer } from '#shared/model/rule.ts'
import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, Store } from '../store/store.ts'
import type { Engine } from './engine.ts'
import { holdLease } from './lease.ts'

/** `respond`: answers that go before all rules until it stops; a listener that runs already begins anew with them. */
export type StartOptions = { port?: number; respond?: readonly PlainAnswer[] }

/** The listener as something that is started and stopped, by people and by what befalls it. */
export type Running = {
  status(): ListenerStatus
  /** faults: port-taken, port-forbidden, in-use-elsewhere. */
  start(options: StartOptions): Promise<ListenerStatus>
  stop(): Promise<ListenerStatus>
  /** Where the listener of this data folder can be reached, in whichever process it runs; null while there is none. */
  port(): number | null
  countUnknown(): void
  /** How the last commit went; undefined: well. */
  noteCommit(error: unknown): void
  noteBug(error: unknown): void
  /** It cannot go on: closes, and the status says why. */
  fail(error: unknown): void
}

export type RunningDeps = {
  store: Pick<Store, 'leases' | 'options' | 'callbacks'>
  clock: Clock
  holder: LeaseHolder
  openEngine(port: number, sequence: readonly PlainAnswer[]): Promise<Engine>
  changed: () => void
  /** Logs a bug. out: the fault to show. */
  report(error: unknown): Fault
}

const usualPort = 4700

export function createRunning(deps: RunningDeps): Running {
  const { store, clock, holder, changed } = deps
  let open: { engine: Engine; giveBack(): void } | null = null
  let fault: Fault | null = null
  let unknown = 0
  let last: Promise<unknown> = Promise.resolve()

  /** Starts and stops one after the other, whoever asks. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work).finally(changed)
    last = next.catch(() => {})
    return next
  }

  function asFault(error: unknown): Fault {
    return error instanceof Fault ? error : deps.report(error)
  }

  function status(): ListenerStatus {
    const known = { caught: store.callbacks.count(), unknown, fault: fault?.report() ?? null }
    if (open) return { state: 'listening', port: open.engine.port, ...known }
    const other = store.leases.holder('listener', clock.now())
    if (other && other.id !== holder.id) return { state: 'elsewhere', port: rememberedPort(), ...known }
    return { state: fault ? 'failed' : 'stopped', port: null, ...known }
  }

  /** The port that was last listened on, by any process of this data folder. */
  function rememberedPort(): number | null {
    const port = Number(store.options.get('listener-port') ?? Number.NaN)
    return Number.isInteger(port) ? port : null
  }

  /** Before the first start no address was given to anybody, so that a usual port that is taken is no obstacle. */
  async function openEngine({ port, respond = [] }: StartOptions): Promise<Engine> {
    const wanted = port ?? rememberedPort()
    if (wanted !== null) return await deps.openEngine(wanted, respond)
    try {
      return await deps.openEngine(usualPort, respond)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'port-taken') throw error
      return await deps.openEngine(0, respond)
    }
  }

  async function openNow(options: StartOptions): Promise<void> {
    const lease = holdLease(store.leases, holder, clock, { onLost: fail, onBug: noteBug })
    try {
      const engine = await openEngine(options)
      open = { engine, giveBack: () => lease.giveBack() }
    } catch (error) {
      lease.giveBack()
      throw error
    }
    store.options.set('listener-port', String(open.engine.port))
  }

  async function closeNow(): Promise<void> {
    const closing = open
    if (!closing) return
    await closing.engine.stop()
    open = null
    closing.giveBack()
  }

  async function start({ port, respond }: StartOptions): Promise<ListenerStatus> {
    // Whoever asks for any port, or for none, has one already.
    const samePort = open?.engine.port
    if (open && ((port && port !== samePort) || respond)) await closeNow()
    if (open) return status()
    fault = null
    try {
      await openNow({ port: port || (samePort ?? port), respond })
    } catch (error) {
      await closeNow()
      const why = asFault(error)
      if (why.code !== 'in-use-elsewhere') fault = why
      throw error
    }
    return status()
  }

  async function stop(why: Fault | null): Promise<ListenerStatus> {
    await closeNow()
    fault = why
    return status()
  }

  function noteBug(error: unknown): void {
    fault = deps.report(error)
    changed()
  }

  function fail(problem: unknown): void {
    const why = asFault(problem)
    inTurn(() => stop(why)).catch(noteBug)
  }

  return {
    status,
    start: options => inTurn(() => start(options)),
    stop: () => inTurn(() => stop(null)),
    port: () => status().port,
    countUnknown() {
      unknown += 1
      changed()
    },
    noteCommit(error) {
      const was = fault?.code
      fault = error === undefined ? null : asFault(error)
      if (was !== fault?.code) changed()
    },
    noteBug,
    fail
  }
}
