import { schedule } from '#shared/model/schedule.ts'
import type { ReadDb } from '../db.ts'
import { fromRows } from '../rows.ts'
import type { ScheduleStore } from '../store.ts'

const listSql = `SELECT account_id AS accountId, refresh_minutes AS refreshMinutes, applies_alone AS appliesAlone
  FROM schedules ORDER BY account_id`

export const scheduleColumns = { flags: ['appliesAlone'] }

export function readSchedules(db: ReadDb): Pick<ScheduleStore, 'list'> {
  const list = db.prepare(listSql)
  return { list: () => fromRows(schedule, list.all(), scheduleColumns) }
}
