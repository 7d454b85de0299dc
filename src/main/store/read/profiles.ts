import { profileRecord } from '#shared/model/profile.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone, fromRows } from '../rows.ts'
import type { ProfileStore } from '../store.ts'

const columns = `id, account_id AS accountId, kind, remote_id AS remoteId, base, local, remote,
  remote_known AS remoteKnown, remote_seen_ms AS remoteSeenMs, policies, created_ms AS createdMs, updated_ms AS updatedMs`
const listSql = `SELECT ${columns} FROM profiles ORDER BY account_id, kind, created_ms, seq`
const listOfAccountSql = `SELECT ${columns} FROM profiles WHERE account_id = ? ORDER BY kind, created_ms, seq`
const getSql = `SELECT ${columns} FROM profiles WHERE id = ?`

export const profileColumns = { json: ['base', 'local', 'remote', 'policies'], flags: ['remoteKnown'] }

export function readProfiles(db: ReadDb): Pick<ProfileStore, 'list' | 'get'> {
  const list = db.prepare(listSql)
  const listOfAccount = db.prepare(listOfAccountSql)
  const get = db.prepare(getSql)
  return {
    list(filter) {
      const rows = filter?.accountId === undefined ? list.all() : listOfAccount.all(filter.accountId)
      return fromRows(profileRecord, rows, profileColumns)
    },
    get: id => fromRowOrNone(profileRecord, get.get(id), profileColumns)
  }
}
