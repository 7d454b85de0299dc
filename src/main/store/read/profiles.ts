import * as z from 'zod'
import { profileRecord, type Tree } from '#shared/model/profile.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone, fromRows } from '../rows.ts'
import type { ProfileStore } from '../store.ts'

const columns = `id, account_id AS accountId, kind, remote_id AS remoteId, base, local, remote,
  remote_known AS remoteKnown, remote_seen_ms AS remoteSeenMs, policies, created_ms AS createdMs, updated_ms AS updatedMs`
const listSql = `SELECT ${columns} FROM profiles ORDER BY account_id, kind, created_ms, seq`
const listOfAccountSql = `SELECT ${columns} FROM profiles WHERE account_id = ? ORDER BY kind, created_ms, seq`
const getSql = `SELECT ${columns} FROM profiles WHERE id = ?`

/** As the model's own schema says it, written out: the trees of 10,000 profiles are read for one plan. */
const storedTree = z.custom<Tree>(value => value === null || (isObject(value) && Object.values(value).every(isSetting)))
const storedRecord = profileRecord.extend({ base: storedTree, local: storedTree, remote: storedTree })

export const profileColumns = { json: ['base', 'local', 'remote', 'policies'], flags: ['remoteKnown'] }

export function readProfiles(db: ReadDb): Pick<ProfileStore, 'list' | 'get'> {
  const list = db.prepare(listSql)
  const listOfAccount = db.prepare(listOfAccountSql)
  const get = db.prepare(getSql)
  return {
    list(filter) {
      const rows = filter?.accountId === undefined ? list.all() : listOfAccount.all(filter.accountId)
      return fromRows(storedRecord, rows, profileColumns)
    },
    get: id => fromRowOrNone(storedRecord, get.get(id), profileColumns)
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
