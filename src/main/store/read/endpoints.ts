import { endpoint } from '#shared/model/callback.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone, fromRows } from '../rows.ts'
import type { EndpointStore } from '../store.ts'

const columns = 'id, account_id AS accountId, key, label, scheme, public_url AS publicUrl, created_ms AS createdMs'
const listSql = `SELECT ${columns} FROM endpoints ORDER BY seq`
const getSql = `SELECT ${columns} FROM endpoints WHERE id = ?`
const byKeySql = `SELECT ${columns} FROM endpoints WHERE key = ?`

/** Lists oldest first. */
export function readEndpoints(db: ReadDb): Pick<EndpointStore, 'list' | 'get' | 'byKey'> {
  const list = db.prepare(listSql)
  const get = db.prepare(getSql)
  const byKey = db.prepare(byKeySql)
  return {
    list: () => fromRows(endpoint, list.all()),
    get: id => fromRowOrNone(endpoint, get.get(id)),
    byKey: key => fromRowOrNone(endpoint, byKey.get(key))
  }
}
