import type { WriteDb } from '../db.ts'
import { historyColumns } from '../read/history.ts'
import { toRow } from '../rows.ts'
import type { HistoryStore } from '../store.ts'

const addSql = `INSERT INTO history (id, at_ms, account_id, profile_id, kind, title, what, settings, after, run_id, who)
  VALUES (@id, @atMs, @accountId, @profileId, @kind, @title, @what, @settings, @after, @runId, @who)`

export function writeHistory(db: WriteDb): Pick<HistoryStore, 'add'> {
  const add = db.prepare(addSql)
  return { add: entry => void add.run(toRow(entry, historyColumns)) }
}
