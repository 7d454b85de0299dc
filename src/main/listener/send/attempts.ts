import type { FaultReport } from '#shared/faults.ts'
import type { Attempt } from '#shared/model/attempt.ts'
import { newId } from '../../base/ids.ts'
import type { StoredAttempt } from '../../store/store.ts'
import { statusFault } from './send-fault.ts'
import type { Received } from './send.ts'

type Known = Pick<StoredAttempt, 'callbackId' | 'targetId' | 'kind' | 'url' | 'state' | 'number' | 'method' | 'dueMs'>

const noBytes = new Uint8Array()

/** A row before it is tried. */
export function newAttempt(
  known: Known & Partial<Pick<StoredAttempt, 'editedHeaders' | 'editedBody' | 'startedMs' | 'finishedMs' | 'fault'>>
): StoredAttempt {
  return {
    editedHeaders: null,
    editedBody: null,
    startedMs: null,
    finishedMs: null,
    fault: null,
    ...known,
    id: newId('att'),
    status: null,
    responseHeaders: [],
    responseBody: noBytes,
    responseTruncated: false
  }
}

/** The row after an answer: `done` where it is 2xx. */
export function answered(attempt: StoredAttempt, received: Received, finishedMs: number): StoredAttempt {
  const fault = statusFault(received.status, attempt.url)
  return {
    ...attempt,
    state: fault ? 'failed' : 'done',
    status: received.status,
    responseHeaders: received.headers,
    responseBody: received.body,
    responseTruncated: received.truncated,
    fault: fault?.report() ?? null,
    finishedMs
  }
}

export function failed(attempt: StoredAttempt, fault: FaultReport, finishedMs: number): StoredAttempt {
  return { ...attempt, state: 'failed', fault, finishedMs }
}

/** As it crosses the contract. */
export function attemptView({ editedBody: _editedBody, responseBody, ...attempt }: StoredAttempt): Attempt {
  const { buffer, byteOffset, byteLength } = responseBody
  return { ...attempt, responseBodyBase64: Buffer.from(buffer, byteOffset, byteLength).toString('base64') }
}
