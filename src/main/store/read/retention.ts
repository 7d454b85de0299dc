import * as z from 'zod'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRows } from '../rows.ts'
import type { CallbackStore } from '../store.ts'

const unpinned = 'NOT EXISTS (SELECT 1 FROM callback_notes WHERE id = callbacks.id AND pinned = 1)'
const oldestSql = `SELECT id, received_ms AS receivedMs, body_bytes AS bodyBytes FROM callbacks
  WHERE id > 0 AND ${unpinned} ORDER BY id LIMIT ?`
const tallySql = `SELECT count(*) AS count, ifnull(sum(body_bytes), 0) AS bodyBytes, ifnull(max(id), @afterId) AS lastId
  FROM (SELECT id, body_bytes FROM callbacks WHERE id > @afterId ORDER BY id LIMIT @limit)`

const oldRow = z.object({ id: z.number(), receivedMs: z.number(), bodyBytes: z.number() })
const tallyRow = z.object({ count: z.number(), bodyBytes: z.number(), lastId: z.number() })

export function readRetention(db: ReadDb): Pick<CallbackStore, 'oldest' | 'tally'> {
  const oldest = db.prepare(oldestSql)
  const tally = db.prepare(tallySql)
  return {
    oldest: limit => fromRows(oldRow, oldest.all(limit)),
    tally: (afterId, limit) => fromRow(tallyRow, tally.get({ afterId, limit }))
  }
}
