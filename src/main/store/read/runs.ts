import * as z from 'zod'
import { operation, run, type Run } from '#shared/model/plan.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRows } from '../rows.ts'
import type { RunStore } from '../store.ts'

const runColumns = `id, plan_hash AS planHash, account_id AS accountId, state, writes, started_ms AS startedMs,
  finished_ms AS finishedMs`
const getSql = `SELECT ${runColumns} FROM runs WHERE id = ?`
const listSql = `SELECT ${runColumns} FROM runs ORDER BY seq DESC LIMIT ?`
const unfinishedSql = `SELECT ${runColumns} FROM runs WHERE state = 'running' ORDER BY seq`

const columns = `id, run_id AS runId, account_id AS accountId, profile_id AS profileId, change, state, attempts, fault,
  note, retry_at_ms AS retryAtMs, prepared_ms AS preparedMs, inflight_ms AS inflightElapsedMs, finished_ms AS finishedMs`
const ofRunSql = `SELECT ${columns} FROM operations WHERE run_id = ? ORDER BY seq`
// A list of any length is one bound parameter: a JSON array.
const inStatesSql = `SELECT ${columns} FROM operations WHERE state IN (SELECT value FROM json_each(?)) ORDER BY seq`

const askedBackSql = `SELECT max(json_extract(fault, '$.retryAtMs')) AS atMs FROM operations
  WHERE run_id IN (SELECT id FROM runs ORDER BY seq DESC LIMIT 20) AND account_id = ? AND fault IS NOT NULL`

const askedBackRow = z.object({ atMs: z.number().nullable() })

export const operationColumns = { json: ['change', 'fault'] }

export function readRuns(db: ReadDb): Pick<RunStore, 'get' | 'list' | 'operationsIn' | 'askedBackMs' | 'unfinished'> {
  const get = db.prepare(getSql)
  const list = db.prepare(listSql)
  const unfinished = db.prepare(unfinishedSql)
  const ofRun = db.prepare(ofRunSql)
  const inStates = db.prepare(inStatesSql)
  const askedBack = db.prepare(askedBackSql)

  function whole(row: unknown): Run {
    const own = fromRow(run.omit({ operations: true }), row)
    return { ...own, operations: fromRows(operation, ofRun.all(own.id), operationColumns) }
  }

  return {
    get(id) {
      const row = get.get(id)
      return row === undefined ? undefined : whole(row)
    },
    list: limit => list.all(limit).map(whole),
    askedBackMs: accountId => fromRow(askedBackRow, askedBack.get(accountId)).atMs,
    unfinished: () => unfinished.all().map(whole),
    operationsIn: states => fromRows(operation, inStates.all(JSON.stringify(states)), operationColumns)
  }
}
