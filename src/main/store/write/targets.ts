import type { WriteDb } from '../db.ts'
import { targetColumns } from '../read/targets.ts'
import { mustChange, toRow } from '../rows.ts'
import type { TargetStore } from '../store.ts'

const addSql = `INSERT INTO targets (id, endpoint_id, url, label, enabled) VALUES (@id, @endpointId, @url, @label, @enabled)`
const updateSql = 'UPDATE targets SET url = @url, label = @label, enabled = @enabled WHERE id = @id'
const removeSql = 'DELETE FROM targets WHERE id = ?'

export function writeTargets(db: WriteDb): Pick<TargetStore, 'add' | 'update' | 'remove'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const remove = db.prepare(removeSql)
  return {
    add: target => void add.run(toRow(target, targetColumns)),
    update: target => mustChange(update.run(toRow(target, targetColumns)), `The target ${target.label}`),
    remove: id => void remove.run(id)
  }
}
