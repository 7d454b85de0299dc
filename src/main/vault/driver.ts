import type { FaultReport } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'

/** What keeps secrets by name. All drivers pass one suite (`test/helpers/vault-suite.ts`) and fail with the same faults. */
export type SecretDriver = {
  name: VaultDriver
  /** null: it works now. Never throws for an expected failure and answers within seconds, also while a prompt is open. */
  probe(): Promise<FaultReport | null>
  /** out: undefined where there is no such entry. faults: vault-*. */
  get(name: string): Promise<string | undefined>
  /** Resolves once the value was read back and is equal. faults: vault-*, store-read-only, store-full, store-busy. */
  set(name: string, value: string): Promise<void>
  /** out: whether there was one. */
  remove(name: string): Promise<boolean>
  /** out: every entry of this data folder, sorted. */
  names(): Promise<string[]>
  close(): Promise<void>
}
