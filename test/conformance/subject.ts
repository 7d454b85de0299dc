import type { Settings } from '#shared/model/field.ts'
import type { Provider } from '../../src/main/providers/contract.ts'
import type { Simulator } from './simulator.ts'

/** What the one suite has to know of a provider. */
export type Subject = {
  provider: Provider
  kind: string
  /** The simulator's credentials, all fields. */
  credentials: Record<string, string>
  secretField: string
  /** A profile that is not there yet, and what it shall be changed to. */
  fresh: Settings
  changed: Settings
  /** Where the requests go, as the simulator counts them. */
  requests: { login: string; list: string; create: string; update: string; remove: string }
  /** What an update of `fresh` to `changed` may send at most. */
  updateBody: unknown
  /** Another client makes a profile at the provider. */
  seed(simulator: Simulator, number: number): Promise<unknown>
  /** Objects as the provider sends them, and the two directions of the map. */
  wires: Record<string, unknown>[]
  there: (wire: Record<string, unknown>) => Settings
  back: (settings: Settings) => Record<string, unknown>
  /** The simulator's switches for what the documentation leaves open. */
  variants: { name: string; switches: Record<string, unknown>; updates?: false }[]
}
