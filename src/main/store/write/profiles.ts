import { atOnce, type WriteDb } from '../db.ts'
import { profileColumns } from '../read/profiles.ts'
import { mustChange, toRow } from '../rows.ts'
import type { ProfileStore } from '../store.ts'
import { removeOfOwnerSql, strayOfOwnerSql } from './secrets.ts'
import type { Written } from './written.ts'

const addSql = `INSERT INTO profiles (id, account_id, kind, remote_id, base, local, remote, remote_known,
  remote_seen_ms, policies, created_ms, updated_ms)
  VALUES (@id, @accountId, @kind, @remoteId, @base, @local, @remote, @remoteKnown,
  @remoteSeenMs, @policies, @createdMs, @updatedMs)`
const updateSql = `UPDATE profiles SET kind = @kind, remote_id = @remoteId, base = @base, local = @local,
  remote = @remote, remote_known = @remoteKnown, remote_seen_ms = @remoteSeenMs, policies = @policies,
  updated_ms = @updatedMs WHERE id = @id`
const removeSql = 'DELETE FROM profiles WHERE id = ?'

export function writeProfiles(
  db: WriteDb,
  written: Written
): Pick<ProfileStore, 'add' | 'update' | 'remove' | 'writtenSince'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const removals = [strayOfOwnerSql, removeOfOwnerSql, removeSql].map(sql => db.prepare(sql))
  return {
    add(profile) {
      written.note(profile.id)
      add.run(toRow(profile, profileColumns))
    },
    update(profile) {
      written.note(profile.id)
      mustChange(update.run(toRow(profile, profileColumns)), `The profile ${profile.id}`)
    },
    remove(id) {
      written.note(id)
      atOnce(db, () => removals.forEach(removal => removal.run(id)))
    },
    writtenSince: count => ({ ids: written.since(count), written: written.count() })
  }
}
