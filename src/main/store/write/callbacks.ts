import { atOnce, type WriteDb } from '../db.ts'
import type { CallbackStore, NewCallback } from '../store.ts'
import { writeRetention } from './retention.ts'
import { writeSearch } from './search.ts'

const addSql = `INSERT INTO callbacks (endpoint_id, account_id, provider, received_ms, method, target, http_version,
  remote_address, origin, body_bytes, truncated, answer_status, rule_id, replay_of)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const noteSql = `INSERT INTO callback_notes (id, pinned, tags, note) VALUES (@id, @pinned, @tags, @note)
  ON CONFLICT (id) DO UPDATE SET pinned = excluded.pinned, tags = excluded.tags, note = excluded.note`
const addContentsSql = 'INSERT INTO callback_contents (id, headers, trailers, body) VALUES (?, ?, ?, ?)'
const answeredSql = 'UPDATE callbacks SET answer_status = ?, rule_id = ? WHERE id = ?'
const annotateSql = 'UPDATE callbacks SET verdict = ?, verdict_text = ?, verdict_details = ?, decoded = ? WHERE id = ?'
// What is pinned stays, and is indexed again: there is little of it.
const unpinned = 'NOT IN (SELECT id FROM callback_notes WHERE pinned = 1)'
const removalsSql = [
  "INSERT INTO callback_words (callback_words) VALUES ('delete-all')",
  'UPDATE callback_words_state SET indexed_to = 0 WHERE only = 1',
  'DELETE FROM callback_spans',
  `DELETE FROM attempts WHERE callback_id ${unpinned}`,
  `DELETE FROM callback_contents WHERE id ${unpinned}`,
  'DELETE FROM callback_notes WHERE pinned = 0'
]
const removeAllSql = `DELETE FROM callbacks WHERE id ${unpinned}`

type CallbackWrites = Pick<
  CallbackStore,
  'addAll' | 'annotate' | 'answered' | 'removeAll' | 'remove' | 'note' | 'index'
>

export function writeCallbacks(db: WriteDb): CallbackWrites {
  const add = db.prepare(addSql)
  const addContents = db.prepare(addContentsSql)
  const note = db.prepare(noteSql)
  const annotate = db.prepare(annotateSql)
  const answered = db.prepare(answeredSql)
  const search = writeSearch(db)
  const removals = removalsSql.map(sql => db.prepare(sql))
  const removeAll = db.prepare(removeAllSql)
  const { remove, countRemoved } = writeRetention(db)

  // Bound by position: by name costs a look-up for each of them in the busiest statement there is.
  function addOne(callback: NewCallback): number {
    const { lastInsertRowid } = add.run(
      callback.endpointId,
      callback.accountId,
      callback.provider,
      callback.receivedMs,
      callback.method,
      callback.target,
      callback.httpVersion,
      callback.remoteAddress,
      callback.origin,
      callback.body.byteLength,
      callback.truncated ? 1 : 0,
      callback.answerStatus,
      callback.ruleId,
      callback.replayOf
    )
    const { headers, trailers, body } = callback
    addContents.run(lastInsertRowid, JSON.stringify(headers), JSON.stringify(trailers), bytesOf(body))
    return Number(lastInsertRowid)
  }

  const addEach = db.transaction((callbacks: NewCallback[]) => callbacks.map(addOne))

  return {
    addAll: callbacks => addEach.immediate(callbacks),
    annotate(id, { verdict, verdictText, verdictDetails, decoded }) {
      const details = verdictDetails && verdictDetails.length > 0 ? JSON.stringify(verdictDetails) : null
      annotate.run(verdict, verdictText, details, decoded && JSON.stringify(decoded), id)
    },
    answered(id, answer) {
      answered.run(answer.answerStatus, answer.ruleId, id)
      search.indexAgain(id)
    },
    index: search.index,
    note(id, { pinned, tags, note: text }) {
      note.run({ id, pinned: pinned ? 1 : 0, tags: JSON.stringify(tags), note: text })
    },
    remove,
    removeAll() {
      atOnce(db, () => {
        countRemoved(removeAll.run().changes)
        for (const removal of removals) removal.run()
      })
    }
  }
}

function bytesOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
