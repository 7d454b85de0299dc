import { atOnce, type WriteDb } from '../db.ts'
import { profileColumns } from '../read/profiles.ts'
import { mustChange, toRow } from '../rows.ts'
import type { ProfileStore } from '../store.ts'
import { removeOfOwnerSql, strayOfOwnerSql } from './secrets.ts'

const addSql = `INSERT INTO profiles (id, account_id, kind, remote_id, base, local, remote, remote_known,
  remote_seen_ms, policies, created_ms, updated_ms)
  VALUES (@id, @accountId, @kind, @remoteId, @base, @local, @remote, @remoteKnown,
  @remoteSeenMs, @policies, @createdMs, @updatedMs)`
const updateSql = `UPDATE profiles SET kind = @kind, remote_id = @remoteId, base = @base, local = @local,
  remote = @remote, remote_known = @remoteKnown, remote_seen_ms = @remoteSeenMs, policies = @policies,
  updated_ms = @updatedMs WHERE id = @id`
const removeSql = 'DELETE FROM profiles WHERE id = ?'

export function writeProfiles(db: WriteDb): Pick<ProfileStore, 'add' | 'update' | 'remove'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const removals = [strayOfOwnerSql, removeOfOwnerSql, removeSql].map(sql => db.prepare(sql))
  return {
    add: profile => void add.run(toRow(profile, profileColumns)),
    update: profile => mustChange(update.run(toRow(profile, profileColumns)), `The profile ${profile.id}`),
    remove(id) {
      atOnce(db, () => removals.forEach(removal => removal.run(id)))
    }
  }
}
