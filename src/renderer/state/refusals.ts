import type { FaultReport } from '#shared/faults.ts'
import type { Operation, Run } from '#shared/model/plan.ts'
import type { Profile } from '#shared/model/profile.ts'
import { sameSetting } from '../forms/form-model.ts'
import { isPending } from './lookups.ts'

/** What the provider said to a profile's change when it was last sent; `setting`: the one that it is about, where that is known. */
export type Refusal = { fault: FaultReport; setting: string | undefined }

/** The refusal that still holds: the change was the last one sent, failed, and would be sent again as it was. Runs come newest first. */
export function refusalOf(runs: Run[], profile: Profile): Refusal | undefined {
  if (!isPending(profile)) return undefined
  const last = runs.flatMap(run => run.operations).find(({ profileId }) => profileId === profile.id)
  if (last?.state !== 'failed' || last.fault === null || !isStillSo(last, profile)) return undefined
  const names = last.change.settings.map(({ setting }) => setting)
  const { field } = last.fault
  const named = field !== undefined && names.includes(field) ? field : undefined
  return { fault: last.fault, setting: named ?? (names.length === 1 ? names[0] : undefined) }
}

function isStillSo({ change }: Operation, profile: Profile): boolean {
  if (change.action === 'delete') return profile.local === null
  return change.settings.every(({ setting, to }) => sameSetting(profile.local?.[setting], to))
}
