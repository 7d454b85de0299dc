import * as z from 'zod'
import { attempt } from '#shared/model/attempt.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRowOrNone, fromRows } from '../rows.ts'
import type { AttemptStore } from '../store.ts'

const columns = `id, callback_id AS callbackId, target_id AS targetId, kind, url, state, number, method,
  edited_headers AS editedHeaders, edited_body AS editedBody, status, response_headers AS responseHeaders,
  response_body AS responseBody, response_truncated AS responseTruncated, fault, due_ms AS dueMs, started_ms AS startedMs,
  finished_ms AS finishedMs`
const getSql = `SELECT ${columns} FROM attempts WHERE id = ?`
const ofCallbackSql = `SELECT ${columns} FROM attempts WHERE callback_id = ? ORDER BY seq`
// The states are those of the partial indexes, word for word, so that they are used.
// `IS`: those whose target is gone have none.
const dueSql = `SELECT ${columns} FROM attempts WHERE target_id IS @targetId AND state = 'waiting' AND due_ms <= @nowMs
  ORDER BY due_ms, seq LIMIT @limit`
const endedSql = `SELECT ${columns} FROM attempts WHERE finished_ms >= @sinceMs ORDER BY finished_ms, seq LIMIT @limit`
const nextDueSql = `SELECT min(due_ms) AS dueMs FROM attempts WHERE state = 'waiting'`
const underWaySql = `SELECT ${columns} FROM attempts WHERE state = 'sending' ORDER BY seq`

export const attemptColumns = { json: ['editedHeaders', 'responseHeaders', 'fault'], flags: ['responseTruncated'] }

const storedAttempt = attempt
  .omit({ responseBodyBase64: true })
  .extend({ editedBody: z.instanceof(Uint8Array).nullable(), responseBody: z.instanceof(Uint8Array) })
const dueRow = z.object({ dueMs: z.number().nullable() })

type AttemptReads = Pick<AttemptStore, 'get' | 'ofCallback' | 'ended' | 'due' | 'nextDueMs' | 'underWay'>

export function readAttempts(db: ReadDb): AttemptReads {
  const get = db.prepare(getSql)
  const ofCallback = db.prepare(ofCallbackSql)
  const due = db.prepare(dueSql)
  const ended = db.prepare(endedSql)
  const nextDue = db.prepare(nextDueSql)
  const underWay = db.prepare(underWaySql)
  return {
    get: id => fromRowOrNone(storedAttempt, get.get(id), attemptColumns),
    ofCallback: id => fromRows(storedAttempt, ofCallback.all(id), attemptColumns),
    ended: (sinceMs, limit) => fromRows(storedAttempt, ended.all({ sinceMs, limit }), attemptColumns),
    due: given => fromRows(storedAttempt, due.all(given), attemptColumns),
    nextDueMs: () => fromRow(dueRow, nextDue.get()).dueMs ?? undefined,
    underWay: () => fromRows(storedAttempt, underWay.all(), attemptColumns)
  }
}
