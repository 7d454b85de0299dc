import { Fault } from '#shared/faults.ts'
import type { ListenerStatus } from '#shared/model/callback.ts'
import type { PlainAnswer } from '#shared/model/rule.ts'
import type { Clock } from '../base/clock.ts'
import type { LeaseHolder, Store } from '../store/store.ts'
import type { Engine } from './engine/engine.ts'
import { holdLease } from './lease.ts'
import { newSequence, type Sequence } from './rules/sequence.ts'

/**
 * `respond`: answers that go before all rules until it is stopped; a listener that runs already begins anew with them. One that opens
 * again by itself goes on where they stood.
 */
export type StartOptions = { port?: number; respond?: readonly PlainAnswer[] }
type Opening = { port?: number; sequence: Sequence }

/** The listener as something that is started and stopped, by people and by what befalls it. */
export type Running = {
  status(): ListenerStatus
  /** faults: port-taken, port-forbidden, in-use-elsewhere. */
  start(options: StartOptions): Promise<ListenerStatus>
  stop(): Promise<ListenerStatus>
  /**
   * Stops it for what must be alone. out: opens it again where it was to run, unless it was stopped meanwhile; why it cannot,
   * the status says, and it is tried again as after a failure.
   */
  rest(): Promise<() => Promise<void>>
  /** Where the listener of this data folder can be reached, in whichever process it runs; null while there is none. */
  port(): number | null
  countUnknown(): void
  /** How the last commit went; undefined: well. */
  noteCommit(error: unknown): void
  noteBug(error: unknown): void
  /**
   * It cannot go on: closes, and the status says why. Unless another process took over, it is opened again after a pause, which
   * grows while it fails; what the status says stays until the next callback is kept.
   */
  fail(error: unknown): void
}

export type RunningDeps = {
  store: Pick<Store, 'leases' | 'options' | 'callbacks'>
  clock: Clock
  holder: LeaseHolder
  openEngine(port: number, sequence: Sequence): Promise<Engine>
  changed: () => void
  /** Logs a bug. out: the fault to show. */
  report(error: unknown): Fault
}

const usualPort = 4700
const pausesMs = [500, 2_000, 10_000, 60_000]
/** So long without a failure, and the next one is the first again. */
const calmMs = 60_000

export function createRunning(deps: RunningDeps): Running {
  const { store, clock, holder, changed } = deps
  let open: { engine: Engine; giveBack(): void } | null = null
  let fault: Fault | null = null
  let unknown = 0
  let last: Promise<unknown> = Promise.resolve()
  let again: NodeJS.Timeout | undefined
  let failures = 0
  let openedMs = 0
  let wanted: Opening = { sequence: newSequence() }
  /** Whether it is to run, also where it just cannot. */
  let isOn = false
  let isResting = false

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
  async function openEngine({ port, sequence }: Opening): Promise<Engine> {
    const known = port ?? rememberedPort()
    if (known !== null) return await deps.openEngine(known, sequence)
    try {
      return await deps.openEngine(usualPort, sequence)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'port-taken') throw error
      return await deps.openEngine(0, sequence)
    }
  }

  async function openNow(options: Opening): Promise<void> {
    const lease = holdLease(store.leases, holder, clock, { onLost: fail, onBug: noteBug })
    try {
      const engine = await openEngine(options)
      open = { engine, giveBack: () => lease.giveBack() }
    } catch (error) {
      lease.giveBack()
      throw error
    }
    isOn = true
    openedMs = performance.now()
    wanted = { ...options, port: open.engine.port }
    store.options.set('listener-port', String(open.engine.port))
  }

  async function closeNow(): Promise<void> {
    const closing = open
    if (!closing) return
    try {
      await closing.engine.stop()
    } finally {
      open = null
      closing.giveBack()
    }
  }

  async function start({ port, respond }: StartOptions): Promise<ListenerStatus> {
    clearTimeout(again)
    // Whoever asks for any port, or for none, has one already.
    const samePort = open?.engine.port
    if (open && ((port && port !== samePort) || respond)) await closeNow()
    if (open) return status()
    fault = null
    try {
      await openNow({ port: port || (samePort ?? port), sequence: newSequence(respond) })
    } catch (error) {
      await closeNow()
      const why = asFault(error)
      if (why.code !== 'in-use-elsewhere') fault = why
      throw error
    }
    return status()
  }

  async function stop(why: Fault | null): Promise<ListenerStatus> {
    clearTimeout(again)
    isOn = false
    await closeNow()
    fault = why
    return status()
  }

  /** A thread that ended, or a socket that broke, is no reason to miss what comes next. */
  function openAgain(): void {
    isOn = true
    const pauseMs = pausesMs[Math.min(failures, pausesMs.length - 1)]
    failures += 1
    again = setTimeout(() => void inTurn(async () => isOn && reopen()).catch(noteBug), pauseMs).unref()
  }

  async function reopen(): Promise<void> {
    if (open) return
    try {
      await openNow(wanted)
    } catch (error) {
      await stop(asFault(error))
      if (fault?.code !== 'in-use-elsewhere') openAgain()
    }
  }

  async function rest(): Promise<() => Promise<void>> {
    const wasOn = isOn
    await stop(null)
    isResting = wasOn
    return () =>
      inTurn(async () => {
        if (isResting) await reopen()
        isResting = false
      })
  }

  function noteBug(error: unknown): void {
    fault = deps.report(error)
    changed()
  }

  function fail(problem: unknown): void {
    const why = asFault(problem)
    if (performance.now() - openedMs > calmMs) failures = 0
    inTurn(async () => {
      // Somebody has closed it meanwhile.
      if (!open) return
      await stop(why)
      if (why.code !== 'in-use-elsewhere') openAgain()
    }).catch(noteBug)
  }

  return {
    status,
    start: options => inTurn(() => start(options)),
    stop: () =>
      inTurn(() => {
        isResting = false
        return stop(null)
      }),
    rest: () => inTurn(rest),
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
