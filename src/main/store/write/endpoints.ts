import type { WriteDb } from '../db.ts'
import type { EndpointStore } from '../store.ts'

const addSql = `INSERT INTO endpoints (id, account_id, key, label, created_ms)
  VALUES (@id, @accountId, @key, @label, @createdMs)`
const removeSql = 'DELETE FROM endpoints WHERE id = ?'

export function writeEndpoints(db: WriteDb): Pick<EndpointStore, 'add' | 'remove'> {
  const add = db.prepare(addSql)
  const remove = db.prepare(removeSql)
  return {
    add: endpoint => void add.run(endpoint),
    remove: id => void remove.run(id)
  }
}
