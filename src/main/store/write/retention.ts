import { atOnce, type WriteDb } from '../db.ts'
import type { CallbackStore } from '../store.ts'

const removalsSql = [
  'DELETE FROM callback_words WHERE rowid = ?',
  'DELETE FROM attempts WHERE callback_id = ?',
  'DELETE FROM callback_notes WHERE id = ?',
  'DELETE FROM callback_contents WHERE id = ?'
]
const removeSql = 'DELETE FROM callbacks WHERE id = ?'
const countSql = `UPDATE options SET value = CAST(CAST(value AS INTEGER) + ? AS TEXT) WHERE name = 'callbacks-removed'`

type RetentionWrites = { remove: CallbackStore['remove']; countRemoved: (rows: number) => void }

export function writeRetention(db: WriteDb): RetentionWrites {
  const removals = removalsSql.map(sql => db.prepare(sql))
  const remove = db.prepare(removeSql)
  const count = db.prepare(countSql)

  return {
    countRemoved: rows => void count.run(rows),
    remove(ids) {
      atOnce(db, () => {
        let rows = 0
        for (const id of ids) {
          for (const removal of removals) removal.run(id)
          rows += remove.run(id).changes
        }
        count.run(rows)
      })
    }
  }
}
