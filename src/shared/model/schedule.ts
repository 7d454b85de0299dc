import * as z from 'zod'
import { faultReport } from '../faults.ts'

/** What an account does on its own. Both are off until somebody turns them on. */
export const schedule = z.object({
  accountId: z.string(),
  /** How often it looks for drift; null: never. */
  refreshMinutes: z.number().int().min(5).max(10_080).nullable(),
  /** Whether the edits saved by then go out by themselves once a provider that did not answer answers again. */
  appliesAlone: z.boolean()
})
export type Schedule = z.infer<typeof schedule>

/** A schedule with how it stands now. */
export const scheduleView = schedule.extend({
  /** When it looks next; null: never, or it is paused. */
  nextMs: z.number().int().nullable(),
  paused: z.enum(['offline', 'battery-saver', 'account-parked', 'in-use-elsewhere']).nullable(),
  /** What kept the last look, or the last attempt to reach the provider, from succeeding. */
  fault: faultReport.nullable(),
  /** Changes that wait: `offered` once the provider answers again after it did not. */
  pending: z.object({ changes: z.number().int(), hash: z.string(), offered: z.boolean() }).nullable()
})
export type ScheduleView = z.infer<typeof scheduleView>
