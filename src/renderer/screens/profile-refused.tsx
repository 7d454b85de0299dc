import { FaultAlert } from '../parts/fault-alert.tsx'
import { refusalOf, type Refusal } from '../state/refusals.ts'
import type { Profile } from '#shared/model/profile.ts'
import { useValue } from '../state/stores.ts'

export function useRefusal(profile: Profile | undefined): Refusal | undefined {
  const runs = useValue('runs') ?? []
  return profile && refusalOf(runs, profile)
}

/** That the change was refused when it was last sent, where it is not said beside its field. */
export function LastRefusal({ refusal }: { refusal: Refusal | undefined }) {
  if (!refusal) return null
  const { message, ...rest } = refusal.fault
  return <FaultAlert fault={{ ...rest, message: `When it was last sent: ${message}` }} />
}
