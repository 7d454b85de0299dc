import type { WriteDb } from '../db.ts'
import { attemptColumns } from '../read/attempts.ts'
import { mustChange, toRow } from '../rows.ts'
import type { AttemptStore, StoredAttempt } from '../store.ts'

const addSql = `INSERT INTO attempts (id, callback_id, target_id, kind, url, state, number, method, edited_headers, edited_body,
  status, response_headers, response_body, response_truncated, fault, due_ms, started_ms, finished_ms)
  VALUES (@id, @callbackId, @targetId, @kind, @url, @state, @number, @method, @editedHeaders, @editedBody,
  @status, @responseHeaders, @responseBody, @responseTruncated, @fault, @dueMs, @startedMs, @finishedMs)`
const updateSql = `UPDATE attempts SET state = @state, status = @status, response_headers = @responseHeaders,
  response_body = @responseBody, response_truncated = @responseTruncated, fault = @fault, due_ms = @dueMs,
  started_ms = @startedMs, finished_ms = @finishedMs WHERE id = @id`

const giveUpSql = `UPDATE attempts SET state = 'failed', fault = @fault, finished_ms = @nowMs
  WHERE target_id = @targetId AND state = 'waiting'`

export function writeAttempts(db: WriteDb): Pick<AttemptStore, 'add' | 'update' | 'giveUp'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const giveUp = db.prepare(giveUpSql)
  return {
    add: attempt => void add.run(rowOf(attempt)),
    update: attempt => mustChange(update.run(rowOf(attempt)), 'The attempt'),
    giveUp: ({ targetId, fault, nowMs }) => void giveUp.run({ targetId, fault: JSON.stringify(fault), nowMs })
  }
}

function rowOf(attempt: StoredAttempt): Record<string, unknown> {
  const { editedBody, responseBody } = attempt
  return {
    ...toRow(attempt, attemptColumns),
    editedBody: editedBody && Buffer.from(editedBody),
    responseBody: Buffer.from(responseBody)
  }
}
