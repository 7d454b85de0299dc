import { safe } from '@orpc/client'
import type { FaultReport } from '#shared/faults.ts'
import { faultOf } from './fault.ts'

export type { Client } from '#shared/contract/index.ts'

/** What a call came to: its value, or the fault to show. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; fault: FaultReport }

/** Waits for a call and never rejects. */
export async function outcomeOf<T>(call: Promise<T>): Promise<Outcome<T>> {
  const { error, data, isSuccess } = await safe(call)
  return isSuccess ? { ok: true, value: data } : { ok: false, fault: faultOf(error) }
}
