import { atOnce, type WriteDb } from '../db.ts'
import type { SecretStore } from '../store.ts'

const pointSql = `INSERT INTO secrets (owner, name, version, vault, fingerprint)
  VALUES (@owner, @name, @version, @vault, @fingerprint)
  ON CONFLICT (owner, name) DO UPDATE
  SET version = excluded.version, vault = excluded.vault, fingerprint = excluded.fingerprint`
const removeSql = 'DELETE FROM secrets WHERE owner = ? AND name = ?'
const strayOfNameSql = `INSERT OR IGNORE INTO stray_secrets (owner, name, version, vault)
  SELECT owner, name, version, vault FROM secrets WHERE owner = ? AND name = ?`
const expectSql = `INSERT INTO stray_secrets (owner, name, version, vault, is_copy)
  VALUES (@owner, @name, @version, @vault, @isCopy)
  ON CONFLICT (owner, name, version, vault) DO UPDATE SET is_copy = excluded.is_copy`
const settleSql = `UPDATE stray_secrets SET is_copy = (vault <> @vault)
  WHERE owner = @owner AND name = @name AND version = @version`
const forgottenSql = `DELETE FROM stray_secrets
  WHERE owner = @owner AND name = @name AND version = @version AND vault = @vault`

/** For the removal of an owner: its secrets become strays, then their references go. One parameter, the owner. */
export const strayOfOwnerSql = `INSERT OR IGNORE INTO stray_secrets (owner, name, version, vault)
  SELECT owner, name, version, vault FROM secrets WHERE owner = ?`
export const removeOfOwnerSql = 'DELETE FROM secrets WHERE owner = ?'

export function writeSecrets(db: WriteDb): Pick<SecretStore, 'point' | 'remove' | 'expect' | 'settle' | 'forgotten'> {
  const point = db.prepare(pointSql)
  const remove = db.prepare(removeSql)
  const strayOfName = db.prepare(strayOfNameSql)
  const expect = db.prepare(expectSql)
  const settle = db.prepare(settleSql)
  const forgotten = db.prepare(forgottenSql)
  return {
    expect: place => void expect.run({ ...place, isCopy: place.isCopy ? 1 : 0 }),
    settle: place => void settle.run(place),
    forgotten: place => void forgotten.run(place),
    point(secret) {
      atOnce(db, () => {
        strayOfName.run(secret.owner, secret.name)
        point.run(secret)
        forgotten.run(secret)
      })
    },
    remove(owner, name) {
      atOnce(db, () => {
        strayOfName.run(owner, name)
        remove.run(owner, name)
      })
    }
  }
}
