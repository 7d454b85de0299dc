import { target } from '#shared/model/attempt.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone, fromRows } from '../rows.ts'
import type { TargetStore } from '../store.ts'

const columns = 'id, endpoint_id AS endpointId, url, label, enabled'
const listSql = `SELECT ${columns} FROM targets ORDER BY seq`
const listOfEndpointSql = `SELECT ${columns} FROM targets WHERE endpoint_id = ? ORDER BY seq`
const getSql = `SELECT ${columns} FROM targets WHERE id = ?`

export const targetColumns = { flags: ['enabled'] }

export function readTargets(db: ReadDb): Pick<TargetStore, 'list' | 'get'> {
  const list = db.prepare(listSql)
  const listOfEndpoint = db.prepare(listOfEndpointSql)
  const get = db.prepare(getSql)
  return {
    list: id => fromRows(target, id === undefined ? list.all() : listOfEndpoint.all(id), targetColumns),
    get: id => fromRowOrNone(target, get.get(id), targetColumns)
  }
}
