import type { WriteDb } from '../db.ts'
import { operationColumns } from '../read/runs.ts'
import { mustChange, toRow } from '../rows.ts'
import type { RunStore } from '../store.ts'

const addSql = `INSERT INTO runs (id, plan_hash, account_id, state, writes, started_ms, finished_ms)
  VALUES (@id, @planHash, @accountId, @state, @writes, @startedMs, @finishedMs)`
const updateSql = `UPDATE runs SET state = @state, writes = @writes, finished_ms = @finishedMs WHERE id = @id`
const addOperationSql = `INSERT INTO operations (id, run_id, account_id, profile_id, change, state, attempts, fault,
  note, retry_at_ms, prepared_ms, inflight_ms, finished_ms)
  VALUES (@id, @runId, @accountId, @profileId, @change, @state, @attempts, @fault,
  @note, @retryAtMs, @preparedMs, @inflightElapsedMs, @finishedMs)`
const updateOperationSql = `UPDATE operations SET change = @change, state = @state, attempts = @attempts,
  fault = @fault, note = @note, retry_at_ms = @retryAtMs, inflight_ms = @inflightElapsedMs, finished_ms = @finishedMs
  WHERE id = @id`

type RunWrites = Pick<RunStore, 'add' | 'update' | 'addOperation' | 'updateOperation'>

export function writeRuns(db: WriteDb): RunWrites {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const addOperation = db.prepare(addOperationSql)
  const updateOperation = db.prepare(updateOperationSql)
  return {
    add: run => void add.run(run),
    update: run => mustChange(update.run(run), `The run ${run.id}`),
    addOperation: operation => void addOperation.run(toRow(operation, operationColumns)),
    updateOperation(operation) {
      mustChange(updateOperation.run(toRow(operation, operationColumns)), `The operation ${operation.id}`)
    }
  }
}
