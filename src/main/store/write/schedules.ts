import type { WriteDb } from '../db.ts'
import { scheduleColumns } from '../read/schedules.ts'
import { toRow } from '../rows.ts'
import type { ScheduleStore } from '../store.ts'

const setSql = `INSERT INTO schedules (account_id, refresh_minutes, applies_alone)
  VALUES (@accountId, @refreshMinutes, @appliesAlone)
  ON CONFLICT (account_id) DO UPDATE SET refresh_minutes = excluded.refresh_minutes, applies_alone = excluded.applies_alone`

export function writeSchedules(db: WriteDb): Pick<ScheduleStore, 'set'> {
  const set = db.prepare(setSql)
  return { set: schedule => void set.run(toRow(schedule, scheduleColumns)) }
}
