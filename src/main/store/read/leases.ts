import { hostname } from 'node:os'
import * as z from 'zod'
import { isRunning } from '../../base/running.ts'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone } from '../rows.ts'
import type { LeaseHolder, LeaseStore } from '../store.ts'

const getSql = 'SELECT id, pid, machine, about, renewed_ms AS renewedMs, ttl_ms AS ttlMs FROM leases WHERE name = ?'

const lease = z.object({
  id: z.string(),
  pid: z.number(),
  machine: z.string(),
  about: z.string(),
  renewedMs: z.number(),
  ttlMs: z.number()
})
type Lease = z.infer<typeof lease>

export function readLeases(db: ReadDb): Pick<LeaseStore, 'holder'> {
  const get = db.prepare(getSql)
  return {
    holder(name, nowMs) {
      const held = fromRowOrNone(lease, get.get(name))
      return held && isHeld(held, nowMs) ? holderOf(held) : undefined
    }
  }
}

function holderOf({ id, pid, machine, about }: Lease): LeaseHolder {
  return { id, pid, machine, about }
}

/** A renewal that lies further in the future than it lasts was made before the clock was set back: it counts as old. */
function isHeld({ pid, machine, renewedMs, ttlMs }: Lease, nowMs: number): boolean {
  const isRecent = Math.abs(nowMs - renewedMs) < ttlMs
  return isRecent && (machine !== hostname() || isRunning(pid))
}
