import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { openStore, type OpenOptions } from '../../store/open.ts'
import type { Store } from '../../store/store.ts'
import { openEngine, type Engine, type EngineDeps } from './engine.ts'
import { startHousekeeping } from './housekeeping-thread.ts'
import { createNews, type NewsBundle } from './news.ts'
import { fromNetwork, nameOfAccepted, type Mark, type Origins } from '../origins.ts'
import { newTurn, writeTurn, type WriteTurn } from './write-turn.ts'
import { carryOut } from './thread-tls.ts'
import {
  fromAcross,
  toCross,
  type Asked,
  type FromThread,
  type MarkNews,
  type Question,
  type ThreadStart,
  type ToThread
} from './thread-talk.ts'

/** Runs the engine in this thread until it is told to stop. */
export async function runEngine(
  registry: EngineDeps['registry'],
  start: ThreadStart,
  port: MessagePort
): Promise<void> {
  const tell = (message: FromThread) => port.postMessage(message)
  // Not longer: while it waits for others, it does nothing else.
  const place = { dataDir: start.dataDir, clock: systemClock, isKnownGood: true, leavesLog: true, busyTimeoutMs: 2_000 }
  const stores = await openBoth(place).catch(notOpen)
  if (!stores) return
  const turn = newTurn()
  const write = writeTurn(turn)
  const store = inTurn(stores.store, write)
  const looks = inTurn(stores.looks, write)
  const isWatched = () => Atomics.load(start.watching, 0) > 0
  const news = createNews(bundle => tell({ type: 'news', news: bundle }), isWatched)
  const asking = askingFor(tell)
  const deps: EngineDeps = {
    store,
    looks,
    registry,
    clock: systemClock,
    limits: start.limits,
    origins: originsFrom(start),
    secretsFor: async id => secretsIn(await asking.ask({ of: 'secrets', id })),
    keyFor: async id => keyIn(await asking.ask({ of: 'key', id })),
    samples: start.samples,
    looking: id => void (start.looking[0] = id),
    sequence: start.sequence,
    tell: news.row,
    isWatched,
    changed: news.changed,
    running: runningThere(news, tell)
  }
  const engine = await openEngine(deps, start.port).catch(notOpen)
  if (!engine) return closeStores()
  const housekeeping = startHousekeeping({ ...start, turn }, error => deps.running.noteBug(error))
  port.on('message', (message: ToThread) => {
    if (message.type === 'stop') void end(engine)
    else if (message.type === 'heard') news.heard()
    else if (message.type === 'secure') void carryOut(engine, message, tell)
    else asking.take(message)
  })
  tell({ type: 'open', port: engine.port })

  function notOpen(why: unknown): undefined {
    tell({ type: 'not-open', why: toCross(why) })
    start.marks.close()
  }

  function closeStores(): void {
    looks.close()
    store.close()
  }

  async function end(engine: Engine): Promise<void> {
    await engine.stop()
    await housekeeping.stop()
    news.flush()
    closeStores()
    start.marks.close()
    port.close()
  }
}

/** What senders and looks wait for, one after the other with the thread that keeps house. */
function inTurn(store: Store, write: WriteTurn): Store {
  const { callbacks } = store
  return {
    ...store,
    callbacks: { ...callbacks, addAll: batch => write(() => callbacks.addAll(batch)) },
    together: work => write(() => store.together(work))
  }
}

async function openBoth(place: OpenOptions): Promise<{ store: Store; looks: Store }> {
  const store = await openStore(place)
  try {
    return { store, looks: await openStore({ ...place, isRelaxed: true }) }
  } catch (error) {
    store.close()
    throw error
  }
}

/** What is told about a bug must not be undone by a success that came before it. */
function runningThere(news: NewsBundle, tell: (message: FromThread) => void): EngineDeps['running'] {
  return {
    countUnknown: news.unknown,
    noteCommit: news.commit,
    noteBug(error) {
      news.flush()
      tell({ type: 'bug', why: toCross(error) })
    },
    fail(error) {
      news.flush()
      tell({ type: 'failed', why: toCross(error) })
    }
  }
}

/**
 * The origins that the core's thread marks. It posts and counts a mark before it sends the first byte, so that the mark lies in the port
 * when the request is here: it is taken out then, whether or not its turn has come.
 */
function originsFrom({ marks, marked: posted }: ThreadStart): Pick<Origins, 'of'> {
  const marked = new Map<string, Mark>()
  let taken = 0

  function takeAll(): void {
    for (let next = receiveMessageOnPort(marks); next; next = receiveMessageOnPort(marks)) {
      const { name, mark } = next.message as MarkNews
      if (mark) marked.set(name, mark)
      else marked.delete(name)
    }
  }

  return {
    of(accepted) {
      const now = Atomics.load(posted, 0)
      if (now !== taken) takeAll()
      taken = now
      return (marked.size > 0 && marked.get(nameOfAccepted(accepted))) || fromNetwork
    }
  }
}

function secretsIn(answer: Asked): Record<string, string> {
  return typeof answer === 'object' ? answer : {}
}

function keyIn(answer: Asked): string | undefined {
  return typeof answer === 'string' ? answer : undefined
}

/** Secrets are known to the core's thread alone. */
function askingFor(tell: (message: FromThread) => void) {
  const waiting = new Map<number, PromiseWithResolvers<Asked>>()
  let calls = 0
  return {
    ask(question: Question): Promise<Asked> {
      const call = ++calls
      const asked = Promise.withResolvers<Asked>()
      waiting.set(call, asked)
      tell({ type: 'question', call, question })
      return asked.promise
    },
    take(answer: Extract<ToThread, { type: 'answer' | 'no-answer' }>): void {
      const asked = waiting.get(answer.call)
      waiting.delete(answer.call)
      if (answer.type === 'answer') asked?.resolve(answer.answer)
      else asked?.reject(fromAcross(answer.why))
    }
  }
}
