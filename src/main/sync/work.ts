import type { FaultReport } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { Operation } from '#shared/model/plan.ts'
import type { Bus } from '../base/bus.ts'
import type { ProviderApi } from '../providers/contract.ts'
import type { Look } from './look.ts'
import type { SyncTuning } from './pause.ts'
import type { Settlement } from './settlement.ts'

/** What carrying out one operation needs. */
export type Work = Settlement & {
  bus: Bus
  api: ProviderApi
  /** As it was connected. */
  account: Account
  look: Look
  /** Aborted: nothing more is to be sent. */
  cancel: AbortSignal
  tuning: SyncTuning
  isOurs: () => boolean
  secretSetting: (profileId: string, setting: string, version: number) => Promise<string>
  reportOf: (error: unknown) => FaultReport
  onStep: (name: string) => Promise<void>
  onWaiting: (operation: Operation, untilMs: number, reason: string) => void
}

/** `stop`: the account's other operations would meet the same fault, so that they are not tried. */
export type Outcome = { operation: Operation; stop?: FaultReport }

/** `again`: nothing was carried out, and it may be sent once more; with a fault after waiting. */
export type Attempt = Outcome & { again?: { fault?: FaultReport } }
