import { randomInt } from 'node:crypto'
import { Fault } from '#shared/faults.ts'
import type { Deliveries, Simulated } from '#shared/model/lab.ts'
import type { Clock } from '../../base/clock.ts'
import type { RetrySchedule, SampleRequest } from '../../providers/contract.ts'
import { longestMs, planDeliveries, planRepeats, type Delivery } from './delivery-plan.ts'

/** One message of the sender's. in: `atMs`: when it says that it is signed; a repeat keeps its id and has a time of its own. */
export type Message = (atMs: number) => SampleRequest

export type DeliverySource = {
  /** Makes the n-th message, from 0: each with what tells it from the others. */
  message(n: number, atMs: number): Message
  /** The sender's, and its name. */
  retries: RetrySchedule | undefined
  who: string
}

export type DeliveryDeps = {
  clock: Clock
  /** out: the status that came back. faults: unreachable, timeout. */
  send: (request: SampleRequest) => Promise<number>
  signal?: AbortSignal
  /** After each request. */
  progress?: (sent: number) => void
}

/** What came of the requests so far. */
type Tally = { sent: number; taken: number; status: number | undefined; problem: unknown }

/**
 * Sends the messages one after the other; what is not answered 2xx comes again when it is due, while the others go on. It ends
 * after an hour, whatever is left, and at once when it is aborted.
 * faults: cancelled; unreachable, timeout where nothing at all was answered.
 */
export async function deliver(
  order: Deliveries,
  source: DeliverySource,
  deps: DeliveryDeps
): Promise<Omit<Simulated, 'to'>> {
  const { clock, signal } = deps
  const seed = order.seed ?? randomInt(2 ** 32)
  const repeats = planRepeats(order.retries, source.retries, source.who)
  const end = endOf(signal)
  const tally: Tally = { sent: 0, taken: 0, status: undefined, problem: undefined }
  const messages = new Map<number, Message>()
  let failure: unknown
  const atMs = () => clock.now() - order.lateMs

  function messageOf(n: number): Message {
    const known = messages.get(n) ?? source.message(n, atMs())
    messages.set(n, known)
    return known
  }
  async function send({ message }: Delivery): Promise<boolean> {
    end.signal.throwIfAborted()
    const request = messageOf(message)(atMs())
    const isTaken = await tried(request, deps, tally)
    deps.progress?.(tally.sent)
    return isTaken
  }
  async function repeat(delivery: Delivery): Promise<void> {
    for (const waitMs of repeats.afterMs) {
      await clock.sleep(waitMs, end.signal)
      if (await send(delivery)) return
    }
  }

  const said = [...(order.reordered ? [`The order was shuffled with the seed ${seed}.`] : []), ...repeats.said]
  // Waited for after the first tries; a failure must not go unheard until then.
  const open: Promise<void>[] = []
  try {
    for (const delivery of planDeliveries(order, seed)) {
      if (await send(delivery)) continue
      if (repeats.afterMs.length > 0) open.push(repeat(delivery).catch((error: unknown) => void (failure ??= error)))
    }
    await Promise.all(open)
    if (failure !== undefined) throw failure
  } catch (error) {
    if (signal?.aborted) throw new Fault('cancelled', { message: `It was stopped after ${tally.sent} requests.` })
    if (!end.signal.aborted) throw error
    said.push('It was ended after an hour; the rest was not sent.')
  } finally {
    end.stop()
    await Promise.all(open)
  }
  if (tally.status === undefined) throw tally.problem ?? new Fault('cancelled')
  return { status: tally.status, sent: tally.sent, taken: tally.taken, said }
}

/** out: whether it was answered 2xx. */
async function tried(request: SampleRequest, { send }: DeliveryDeps, tally: Tally): Promise<boolean> {
  tally.sent += 1
  try {
    const status = await send(request)
    tally.status = status
    const isTaken = status >= 200 && status < 300
    if (isTaken) tally.taken += 1
    return isTaken
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    tally.problem = error
    return false
  }
}

/** The caller's end, or the end of the hour. `stop`: nothing waits any longer. */
function endOf(given: AbortSignal | undefined): { signal: AbortSignal; stop(): void } {
  const own = new AbortController()
  const timer = setTimeout(() => own.abort(), longestMs)
  timer.unref()
  return {
    signal: given ? AbortSignal.any([given, own.signal]) : own.signal,
    stop() {
      clearTimeout(timer)
      own.abort()
    }
  }
}
