import { goneProfile, historyEntry } from '#shared/model/history.ts'
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

// Entries from before the last settings gave the title have the id for it.
// From one profile's entries to the next one's, so that the index is not walked entry by entry.
const goneSql = `WITH RECURSIVE known (id) AS (
    SELECT min(profile_id) FROM history
    UNION ALL SELECT (SELECT min(profile_id) FROM history WHERE profile_id > known.id) FROM known WHERE known.id IS NOT NULL
  ), last (seq) AS (
    SELECT (SELECT max(seq) FROM history WHERE profile_id = known.id) FROM known
    WHERE known.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM profiles WHERE profiles.id = known.id)
  )
  SELECT history.seq, profile_id AS profileId, account_id AS accountId, at_ms AS goneMs, CASE WHEN title <> profile_id THEN title
    ELSE ifnull((SELECT title FROM history AS was WHERE was.profile_id = history.profile_id AND was.after IS NOT NULL
      ORDER BY was.seq DESC LIMIT 1), title) END AS title,
    (SELECT id FROM history AS was WHERE was.profile_id = history.profile_id AND was.after IS NOT NULL
      ORDER BY was.seq DESC LIMIT 1) AS restoreTo
  FROM last CROSS JOIN history ON history.seq = last.seq`

/** `seq`: in which order they went. */
type GoneRow = { seq: number }

export const historyColumns = { json: ['settings', 'after'] }

export function readHistory(db: ReadDb): Pick<HistoryStore, 'list' | 'get' | 'gone'> {
  const list = db.prepare(listSql)
  const listOfAccount = db.prepare(listOfAccountSql)
  const listOfProfile = db.prepare(listOfProfileSql)
  const get = db.prepare(getSql)
  const gone = db.prepare(goneSql)

  function rowsOf({ profileId, accountId, limit }: Parameters<HistoryStore['list']>[0]): unknown[] {
    if (profileId !== undefined) return listOfProfile.all({ profileId, accountId: accountId ?? null, limit })
    return accountId === undefined ? list.all({ limit }) : listOfAccount.all({ accountId, limit })
  }

  return {
    list: filter => fromRows(historyEntry, rowsOf(filter), historyColumns),
    get: id => fromRowOrNone(historyEntry, get.get(id), historyColumns),
    gone(limit) {
      const rows = (gone.all() as GoneRow[]).toSorted((one, other) => other.seq - one.seq)
      return fromRows(goneProfile, rows.slice(0, limit))
    }
  }
}
