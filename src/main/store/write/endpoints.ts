import { atOnce, type WriteDb } from '../db.ts'
import { mustChange } from '../rows.ts'
import type { EndpointStore } from '../store.ts'
import { removeOfOwnerSql, strayOfOwnerSql } from './secrets.ts'

const addSql = `INSERT INTO endpoints (id, account_id, key, label, scheme, public_url, created_ms)
  VALUES (@id, @accountId, @key, @label, @scheme, @publicUrl, @createdMs)`
const updateSql = 'UPDATE endpoints SET label = @label, scheme = @scheme, public_url = @publicUrl WHERE id = @id'
const removeSql = 'DELETE FROM endpoints WHERE id = ?'

export function writeEndpoints(db: WriteDb): Pick<EndpointStore, 'add' | 'update' | 'remove'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const removals = [strayOfOwnerSql, removeOfOwnerSql, removeSql].map(sql => db.prepare(sql))
  return {
    add: endpoint => void add.run(endpoint),
    update: endpoint => mustChange(update.run(endpoint), `The endpoint ${endpoint.label}`),
    remove(id) {
      atOnce(db, () => removals.forEach(removal => removal.run(id)))
    }
  }
}
