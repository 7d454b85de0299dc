import { atOnce, type WriteDb } from '../db.ts'
import type { CallbackStore, NewCallback } from '../store.ts'

const addSql = `INSERT INTO callbacks (endpoint_id, account_id, provider, received_ms, method, target, http_version,
  remote_address, origin, body_bytes, truncated, answer_status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const addContentsSql = 'INSERT INTO callback_contents (id, headers, trailers, body) VALUES (?, ?, ?, ?)'
const annotateSql = 'UPDATE callbacks SET verdict = ?, verdict_text = ?, decoded = ? WHERE id = ?'
const removeContentsSql = 'DELETE FROM callback_contents'
const removeSql = 'DELETE FROM callbacks'

export function writeCallbacks(db: WriteDb): Pick<CallbackStore, 'addAll' | 'annotate' | 'removeAll'> {
  const add = db.prepare(addSql)
  const addContents = db.prepare(addContentsSql)
  const annotate = db.prepare(annotateSql)
  const removals = [removeContentsSql, removeSql].map(sql => db.prepare(sql))

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
      callback.answerStatus
    )
    const { headers, trailers, body } = callback
    addContents.run(lastInsertRowid, JSON.stringify(headers), JSON.stringify(trailers), bytesOf(body))
    return Number(lastInsertRowid)
  }

  const addEach = db.transaction((callbacks: NewCallback[]) => callbacks.map(addOne))

  return {
    addAll: callbacks => addEach.immediate(callbacks),
    annotate(id, { verdict, verdictText, decoded }) {
      annotate.run(verdict, verdictText, decoded && JSON.stringify(decoded), id)
    },
    removeAll() {
      atOnce(db, () => removals.forEach(removal => removal.run()))
    }
  }
}

function bytesOf(body: Uint8Array): Buffer {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
}
