import type { WriteDb } from '../db.ts'
import type { SecretStore } from '../store.ts'

const pointSql = `INSERT INTO secrets (owner, name, version, vault, fingerprint)
  VALUES (@owner, @name, @version, @vault, @fingerprint)
  ON CONFLICT (owner, name) DO UPDATE
  SET version = excluded.version, vault = excluded.vault, fingerprint = excluded.fingerprint`
const removeSql = 'DELETE FROM secrets WHERE owner = ? AND name = ?'

export function writeSecrets(db: WriteDb): Pick<SecretStore, 'point' | 'remove'> {
  const point = db.prepare(pointSql)
  const remove = db.prepare(removeSql)
  return {
    point: secret => void point.run(secret),
    remove: (owner, name) => void remove.run(owner, name)
  }
}
