import type { MessagePort } from 'node:worker_threads'
import { Fault, type FaultCode, type FaultDetail } from '#shared/faults.ts'
import type { CallbackSummary } from '#shared/model/callback.ts'
import type { KeyPair } from '../../providers/kit/signatures/ed25519.ts'
import type { Limits } from '../edge/limits.ts'
import type { SecureAnswer, SecureOrder } from './thread-tls.ts'
import type { Mark } from '../origins.ts'
import type { Sequence } from '../rules/sequence.ts'

/** The same program runs both threads. */
export type ThreadTask = ThreadStart | { task: 'housekeeping'; dataDir: string; turn: Int32Array }

/** What the engine's thread gets at its start. */
export type ThreadStart = {
  task: 'engine'
  /** The program of this thread, for the one that it starts. */
  entry: string
  dataDir: string
  port: number
  limits: Limits
  /** What simulated callbacks are signed with. */
  samples: KeyPair
  sequence: Sequence
  /** Marks of our own connections; read at once where a request asks for its origin. */
  marks: MessagePort
  /** How many marks were posted: a number that can be read without looking into the port. */
  marked: Int32Array
  /** The row that is being looked at, else 0; still there when the thread is not. */
  looking: Float64Array
  /** How many watch; shared, so that a watch begins with the call and not with a message. */
  watching: Int32Array
}

/** A mark of one of our connections, or the end of it. */
export type MarkNews = { name: string; mark: Mark | null }

export type ToThread =
  | { type: 'stop' }
  /** The last bundle was taken in: another may come. */
  | { type: 'heard' }
  | { type: 'answer'; call: number; answer: Asked }
  | { type: 'no-answer'; call: number; why: Crossed }
  | SecureOrder

/** What the core's thread is asked for. */
export type Question = { of: 'secrets' | 'key'; id: string }
/** Of an account: its secrets. Of an endpoint: its key. */
export type Asked = Record<string, string> | string | undefined

export type FromThread =
  | { type: 'open'; port: number }
  | { type: 'not-open'; why: Crossed }
  | { type: 'news'; news: News }
  | { type: 'bug'; why: Crossed }
  | { type: 'failed'; why: Crossed }
  | { type: 'question'; call: number; question: Question }
  | SecureAnswer

/** What happened since the last bundle. */
export type News = {
  /** For watchers; empty where nobody watches. */
  rows: CallbackSummary[]
  /** There were more rows than a bundle takes: all of them, from this id on, are to be read from the store. */
  missedFrom: number | null
  /** Whether there are rows that are new or were looked at. */
  changed: boolean
  /** Requests for keys that nobody has. */
  unknown: number
  /** How the last commit went; undefined: there was none. */
  commit: 'well' | Crossed | undefined
}

/** An error in a form that crosses to another thread and keeps its code, which a thrown error does not. */
export type Crossed =
  | { code: FaultCode; message: string; detail: Omit<FaultDetail, 'cause' | 'message'> }
  | { code: null; message: string; stack: string | undefined }

export function toCross(error: unknown): Crossed {
  if (error instanceof Fault) {
    const { cause: _cause, message: _message, ...detail } = error.detail
    return { code: error.code, message: error.message, detail }
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: null, message, stack }
}

export function fromAcross(crossed: Crossed): Error {
  if (crossed.code !== null) return new Fault(crossed.code, { ...crossed.detail, message: crossed.message })
  const error = new Error(crossed.message)
  if (crossed.stack !== undefined) error.stack = crossed.stack
  return error
}
