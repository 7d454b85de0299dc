import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { Fault } from '#shared/faults.ts'
import { childEnvironment } from '../../base/child-environment.ts'
import { systemClock } from '../../base/clock.ts'
import { within } from '../../base/within.ts'
import type { Engine, EngineDeps } from './engine.ts'
import { giveUpLook } from './look.ts'
import type { Origins } from '../origins.ts'
import { newSequence } from '../rules/sequence.ts'
import {
  fromAcross,
  toCross,
  type Asked,
  type FromThread,
  type MarkNews,
  type News,
  type ToThread
} from './thread-talk.ts'
import type { ThreadStart } from './thread-talk.ts'
import { securingAcross, type SecureAnswer } from './thread-tls.ts'
import type { Store } from '../../store/store.ts'
import type { Watchers } from '../watch.ts'

export type EngineThread = {
  dataDir: string
  /** The thread's program; without it the app's own. */
  entry?: string
}

export type EngineThreadDeps = Pick<
  EngineDeps,
  'limits' | 'secretsFor' | 'keyFor' | 'samples' | 'sequence' | 'running'
> & {
  thread: EngineThread
  store: Pick<Store, 'callbacks'>
  origins: Origins
  watchers: Watchers
  /** There are rows that are new or were looked at. */
  changed(): void
}

/** How long after the engine's own bound a thread that does not end by itself is ended. */
const patienceMs = 5_000

/**
 * Opens the engine in a thread with a store connection of its own. It fails and ends as the engine in this thread would; a thread that
 * ends by itself is a listener that failed. faults: port-taken, port-forbidden, store-*.
 */
export async function openEngineThread(deps: EngineThreadDeps, port: number): Promise<Engine> {
  const { limits, watchers } = deps
  const { port1: marks, port2: theirs } = new MessageChannel()
  const marked = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const looking = new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT))
  const entry = deps.thread.entry ?? ownEntry()
  const start: ThreadStart = {
    task: 'engine',
    entry,
    dataDir: deps.thread.dataDir,
    port,
    limits,
    samples: deps.samples,
    sequence: deps.sequence ?? newSequence(),
    marks: theirs,
    marked,
    looking,
    watching: watchers.watching
  }
  const worker = new Worker(entry, {
    name: 'listener',
    workerData: start,
    transferList: [theirs],
    execArgv: [],
    // A request lives for milliseconds: with room for many of them there is little to collect.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
    env: childEnvironment()
  })
  const exit = new Promise<void>(resolve => worker.once('exit', () => resolve()))
  const unmark = deps.origins.tell(news => {
    marks.postMessage(news satisfies MarkNews, [])
    Atomics.add(marked, 0, 1)
  })
  const talk = (message: ToThread) => worker.postMessage(message, [])

  let isStopping = false
  function fail(error: unknown): void {
    if (!isStopping) deps.running.fail(error)
    isStopping = true
  }
  function ended(error: unknown): void {
    try {
      if (!isStopping && looking[0]) giveUpLook(deps.store, looking[0])
    } catch (problem) {
      // The store is busy or full: the next thread meets the row again.
      if (!(problem instanceof Fault)) deps.running.noteBug(problem)
    }
    fail(error)
  }
  const securing = securingAcross(talk)
  const hear = hearing(deps, talk, { fail, secured: answer => securing.take(answer) })

  try {
    const opened = await openedOn(worker, hear)
    worker.on('message', hear)
    worker.on('error', ended)
    worker.once('exit', () => ended(new Error('the thread of the listener ended')))
    // What came between the opening and these lines is heard by them: messages wait for a turn of their own.
    return { port: opened, secure: securing.secure, stop }
  } catch (error) {
    await end()
    throw error
  }

  async function stop(): Promise<void> {
    isStopping = true
    talk({ type: 'stop' })
    await within(systemClock, limits.stopGraceMs + patienceMs, exit)
    await end()
  }

  async function end(): Promise<void> {
    try {
      unmark()
    } finally {
      marks.close()
      securing.end()
      await worker.terminate()
    }
  }
}

/** Resolves with the port once the engine is open. */
function openedOn(worker: Worker, hear: (message: FromThread) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('the thread of the listener ended at its start'))
    const onMessage = (message: FromThread) => {
      if (message.type === 'open') resolve(message.port)
      else if (message.type === 'not-open') reject(fromAcross(message.why))
      // What a crash left is worked on at once: that may be told of before the opening.
      else return hear(message)
      worker.off('error', reject).off('exit', onExit).off('message', onMessage)
    }
    worker.once('error', reject).once('exit', onExit).on('message', onMessage)
  })
}

function hearing(
  deps: EngineThreadDeps,
  talk: (message: ToThread) => void,
  { fail, secured }: { fail: (error: unknown) => void; secured: (answer: SecureAnswer) => void }
) {
  return (message: FromThread): void => {
    if (message.type === 'news') {
      talk({ type: 'heard' })
      takeIn(message.news, deps)
    } else if (message.type === 'bug') deps.running.noteBug(fromAcross(message.why))
    else if (message.type === 'failed') fail(fromAcross(message.why))
    else if (message.type === 'secured' || message.type === 'not-secured') secured(message)
    else if (message.type === 'question') {
      const { call, question } = message
      const asked: Promise<Asked> = question.of === 'key' ? deps.keyFor(question.id) : deps.secretsFor(question.id)
      asked.then(
        answer => talk({ type: 'answer', call, answer }),
        (error: unknown) => talk({ type: 'no-answer', call, why: toCross(error) })
      )
    }
  }
}

function takeIn({ rows, missedFrom, changed, unknown, commit }: News, deps: EngineThreadDeps): void {
  const { running, watchers } = deps
  if (commit !== undefined) running.noteCommit(commit === 'well' ? undefined : fromAcross(commit))
  for (let left = unknown; left > 0; left--) running.countUnknown()
  for (const row of rows) watchers.tell(row)
  if (missedFrom !== null) watchers.missed(missedFrom)
  if (changed) deps.changed()
}

/** Beside this file in the sources; in the build beside the door or, from a chunk, one folder up. */
function ownEntry(): string {
  const places = ['thread-main.ts', 'listener-thread.js', '../listener-thread.js']
  const found = places.map(place => join(import.meta.dirname, place)).find(path => existsSync(path))
  if (found === undefined) throw new Error('the program listener-thread is not in the build')
  return found
}
