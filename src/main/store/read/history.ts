import { historyEntry } from '#shared/model/history.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone, fromRows } from '../rows.ts'
import type { HistoryStore } from '../store.ts'

const columns = `id, at_ms AS atMs, account_id AS accountId, profile_id AS profileId, kind, title, what, settings,
  after, run_id AS runId, who`
const listSql = `SELECT ${columns} FROM history ORDER BY seq DESC LIMIT @limit`
const listOfAccountSql = `SELECT ${columns} FROM history WHERE account_id = @accountId ORDER BY seq DESC LIMIT @limit`
const listOfProfileSql = `SELECT ${columns} FROM history
  WHERE profile_id = @profileId AND (@accountId IS NULL OR account_id = @accountId) ORDER BY seq DESC LIMIT @limit`
const getSql = `SELECT ${columns} FROM history WHERE id = ?`

export const historyColumns = { json: ['settings', 'after'] }

export function readHistory(db: ReadDb): Pick<HistoryStore, 'list' | 'get'> {
  const list = db.prepare(listSql)
  const listOfAccount = db.prepare(listOfAccountSql)
  const listOfProfile = db.prepare(listOfProfileSql)
  const get = db.prepare(getSql)

  function rowsOf({ profileId, accountId, limit }: Parameters<HistoryStore['list']>[0]): unknown[] {
    if (profileId !== undefined) return listOfProfile.all({ profileId, accountId: accountId ?? null, limit })
    return accountId === undefined ? list.all({ limit }) : listOfAccount.all({ accountId, limit })
  }

  return {
    list: filter => fromRows(historyEntry, rowsOf(filter), historyColumns),
    get: id => fromRowOrNone(historyEntry, get.get(id), historyColumns)
  }
}
