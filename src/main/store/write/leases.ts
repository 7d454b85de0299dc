import { atOnce, type WriteDb } from '../db.ts'
import { readLeases } from '../read/leases.ts'
import type { LeaseStore } from '../store.ts'

const takeSql = `INSERT INTO leases (name, id, pid, machine, about, renewed_ms, ttl_ms)
  VALUES (@name, @id, @pid, @machine, @about, @nowMs, @ttlMs)
  ON CONFLICT (name) DO UPDATE SET id = excluded.id, pid = excluded.pid, machine = excluded.machine,
  about = excluded.about, renewed_ms = excluded.renewed_ms, ttl_ms = excluded.ttl_ms`
const releaseSql = 'DELETE FROM leases WHERE name = ? AND id = ?'

export function writeLeases(db: WriteDb): Pick<LeaseStore, 'take' | 'release'> {
  const { holder } = readLeases(db)
  const take = db.prepare(takeSql)
  const release = db.prepare(releaseSql)
  return {
    take(name, wanted, ttlMs, nowMs) {
      return atOnce(db, () => {
        const held = holder(name, nowMs)
        if (held !== undefined && held.id !== wanted.id) return false
        take.run({ ...wanted, name, ttlMs, nowMs })
        return true
      })
    },
    release: (name, holderId) => void release.run(name, holderId)
  }
}
