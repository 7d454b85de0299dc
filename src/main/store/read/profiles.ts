import * as z from 'zod'
import { profileRecord, type ProfileRecord, type Tree } from '#shared/model/profile.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRowOrNone, fromRows } from '../rows.ts'
import type { ProfileStore } from '../store.ts'

const columns = `id, account_id AS accountId, kind, remote_id AS remoteId, base, local, remote,
  remote_known AS remoteKnown, remote_seen_ms AS remoteSeenMs, policies, created_ms AS createdMs, updated_ms AS updatedMs`
const listSql = `SELECT ${columns} FROM profiles ORDER BY account_id, kind, created_ms, seq`
const listOfAccountSql = `SELECT ${columns} FROM profiles WHERE account_id = ? ORDER BY kind, created_ms, seq`
const getSql = `SELECT ${columns} FROM profiles WHERE id = ?`
// A tree that is the base's own text is not read twice: that is most of what a plan reads.
const unlikeSql = `SELECT id, account_id AS accountId, kind, remote_id AS remoteId, base,
  CASE WHEN local IS NOT base THEN local END AS local, local IS base AS localIsBase,
  CASE WHEN remote IS NOT base THEN remote END AS remote, remote IS base AS remoteIsBase,
  remote_known AS remoteKnown, remote_seen_ms AS remoteSeenMs, policies, created_ms AS createdMs, updated_ms AS updatedMs
  FROM profiles WHERE (@accountId IS NULL OR account_id = @accountId)
  AND (local IS NOT base OR remote IS NOT base OR id IN (SELECT value FROM json_each(@also)))`
// Answered by the index alone.
const linkedSql = `SELECT account_id AS accountId, count(*) AS count FROM profiles
  WHERE remote_id IS NOT NULL AND (@accountId IS NULL OR account_id = @accountId) GROUP BY account_id`

/** As the model's own schema says it, written out: the trees of 10,000 profiles are read for one plan. */
const storedTree = z.custom<Tree>(value => value === null || (isObject(value) && Object.values(value).every(isSetting)))
const storedRecord = profileRecord.extend({ base: storedTree, local: storedTree, remote: storedTree })

/** What of a row is looked at before it is parsed: STRICT columns and what the statement itself computes. */
type UnlikeRow = { accountId: string; remoteId: string | null; localIsBase: 0 | 1; remoteIsBase: 0 | 1 }
const size = z.object({ accountId: z.string(), count: z.number() })

export const profileColumns = { json: ['base', 'local', 'remote', 'policies'], flags: ['remoteKnown'] }

export function readProfiles(db: ReadDb): Pick<ProfileStore, 'list' | 'get' | 'unlike'> {
  const list = db.prepare(listSql)
  const listOfAccount = db.prepare(listOfAccountSql)
  const get = db.prepare(getSql)
  const unlike = db.prepare(unlikeSql)
  const linked = db.prepare(linkedSql)
  return {
    list(filter) {
      const rows = filter?.accountId === undefined ? list.all() : listOfAccount.all(filter.accountId)
      return fromRows(storedRecord, rows, profileColumns)
    },
    get: id => fromRowOrNone(storedRecord, get.get(id), profileColumns),
    unlike({ accountId = null, also }) {
      const rows = unlike.all({ accountId, also: JSON.stringify(also) }) as UnlikeRow[]
      const alike = new Map(fromRows(size, linked.all({ accountId })).map(own => [own.accountId, own.count]))
      for (const row of rows) {
        if (row.remoteId !== null) alike.set(row.accountId, (alike.get(row.accountId) ?? 0) - 1)
      }
      return { records: recordsOf(rows), alike }
    }
  }
}

/** All rows are read already; each is parsed only once it is asked for. */
function* recordsOf(rows: UnlikeRow[]): Generator<ProfileRecord, undefined> {
  for (const row of rows) {
    const record = fromRow(storedRecord, row, profileColumns)
    if (row.localIsBase === 1) record.local = record.base
    if (row.remoteIsBase === 1) record.remote = record.base
    yield record
  }
}

function isSetting(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(item => typeof item === 'string')
  return isObject(value) && Object.keys(value).length === 1 && Number.isInteger(value['$secret'])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
