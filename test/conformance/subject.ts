import type { FaultCode } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Provider } from '../../src/main/providers/contract.ts'
import type { Simulator } from '../helpers/simulator.ts'

/** What the one suite has to know of a provider. */
export type Subject = {
  provider: Provider
  kind: string
  /** The simulator's credentials, all fields that are used. */
  credentials: Record<string, string>
  secretField: string
  /** No credential is required on its own: one or the other is enough. */
  eitherCredential?: true
  /** A profile that is not there yet, and what it shall be changed to; all settings, the secret ones with their values. */
  fresh: Settings
  changed: Settings
  /** What changes between the two, where an update merges. Without it: all of `changed`. */
  planned?: Settings
  /** What reading gives of the two where it is not the same: nothing write-only, whatever the provider adds. */
  freshSeen?: Settings
  changedSeen?: Settings
  /** Settings whose values must be in no report and in nothing that is read. */
  secretSettings?: string[]
  /**
   * Where callbacks are signed: the secrets by the names under which a dialect gets them, and the parameters that a
   * signature covers, where these are not all.
   */
  signing?: { secrets: Record<string, string>; covered?: string[] }
  /** An id that nothing has. Without it the natural key of `fresh` is the id, and what create has to give. */
  absentId?: string
  /**
   * Where the requests go: the simulator's route names. No `login`: the key is static. No `get`: one is looked up in the
   * list. No `list`, `create` or `remove`: the provider has none, and `place` is needed.
   */
  requests: { login?: string; list?: string; get?: string; create?: string; update: string; remove?: string }
  /** What says that a profile does not exist: an HTTP 404 for its own address (the default), or only the body. */
  absenceBy?: 'status' | 'body'
  /** Switches under which a list comes in several pages, where the provider has pages. */
  pages?: Record<string, unknown>
  /** Writes that are answered without a body: there is no half of it. */
  mute?: ('create' | 'update' | 'remove')[]
  /** What the provider says when it refuses one setting, in its own words, and which setting that is here. */
  refusal: { message: string; field: string; says: string }
  /** What an update of `fresh` to `changed` may send at most. */
  updateBody: unknown
  /** Another client makes a profile at the provider. */
  seed: (simulator: Simulator, number: number) => Promise<unknown>
  /** Another client makes the profile `fresh`, where this one cannot. out: its id. */
  place?: (simulator: Simulator) => Promise<string>
  /** Objects as the provider sends them, and the two directions of the map. */
  wires: Record<string, unknown>[]
  there: (wire: Record<string, unknown>) => Settings
  back: (settings: Settings) => Record<string, unknown>
  /** The simulator's switches for what the documentation leaves open. */
  variants: Variant[]
}

export type Variant = {
  name: string
  switches: Record<string, unknown>
  /** An update is refused. */
  updates?: false
  /** What reading gives after the update, where this provider does not do all of it. */
  changedSeen?: Settings
  /** Why what exists cannot be read, and the switches with which it can. */
  unreadable?: { code: FaultCode; until: Record<string, unknown> }
}
