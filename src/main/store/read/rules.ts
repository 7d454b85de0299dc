import * as z from 'zod'
import { rule } from '#shared/model/rule.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRowOrNone, fromRows } from '../rows.ts'
import type { RuleStore } from '../store.ts'

const columns = `id, endpoint_id AS endpointId, position, label, enabled, conditions, every_nth AS everyNth, percent,
  answer, forwards`
const inOrder = 'ORDER BY endpoint_id IS NULL, endpoint_id, position, seq'
const listSql = `SELECT ${columns} FROM rules ${inOrder}`
const listOfEndpointSql = `SELECT ${columns} FROM rules WHERE endpoint_id = @id OR endpoint_id IS NULL ${inOrder}`
const getSql = `SELECT ${columns} FROM rules WHERE id = ?`
const versionSql = `SELECT ifnull((SELECT CAST(value AS INTEGER) FROM options WHERE name = 'rules-version'), 0) AS version`

const versionRow = z.object({ version: z.number() })

export const ruleColumns = { json: ['conditions', 'answer'], flags: ['enabled'] }

export function readRules(db: ReadDb): Pick<RuleStore, 'list' | 'get' | 'version'> {
  const list = db.prepare(listSql)
  const listOfEndpoint = db.prepare(listOfEndpointSql)
  const get = db.prepare(getSql)
  const version = db.prepare(versionSql)
  return {
    list: id => fromRows(rule, id === undefined ? list.all() : listOfEndpoint.all({ id }), ruleColumns),
    get: id => fromRowOrNone(rule, get.get(id), ruleColumns),
    version: () => fromRow(versionRow, version.get()).version
  }
}
