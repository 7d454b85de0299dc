import type * as z from 'zod'
import type { DecodedCallback, HeaderPair, Verdict, VerdictDetail } from '#shared/model/callback.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Warning } from '#shared/model/profile.ts'
import type { KindCard, ProviderCard, ViewTable } from '#shared/model/provider.ts'
import type { Clock } from '../base/clock.ts'
import type { Http } from '../base/http.ts'

/** A provider: its card for everyone, and the functions behind it. A new one is a folder of five small files. */
export type Provider = {
  card: ProviderCard
  /** Parses the credential form: all fields, the secret ones too. */
  credentials: z.ZodType<Record<string, string>>
  kinds: Record<string, Kind>
  connect(session: ProviderSession): ProviderApi
  callbacks: CallbackDialect
}

export type Kind = {
  card: KindCard
  /** Parses settings before anything is queued. */
  schema: z.ZodType
  /** Brings settings to the form in which equal means equal. `n(n(x)) = n(x)`; prefers noise to a false equality. */
  normalise(settings: Settings): Settings
  /** What names a profile at the provider before it has an id there: unknown creates are searched by it. */
  naturalKey(settings: Settings): string
  /** For people. */
  title(settings: Settings): string
  /**
   * What looks odd and is taken all the same. in: `baseUrl`: the account's, to tell a provider on this computer (a
   * sandbox) from one out there. Never the value of a secret: that is not in the settings.
   */
  warnings?(settings: Settings, baseUrl: string): Warning[]
  /** `merge`: only planned settings are sent. `replace`: the whole object is (fresh remote plus the planned settings). */
  update: 'merge' | 'replace'
  /** Of `replace`: whether these planned settings need the others to go along, the secret ones too. Without it all do. */
  isWhole?(planned: string[]): boolean
}

/** What a connection may use. Secrets are in `credentials` for as long as the session lives, nowhere else. */
export type ProviderSession = {
  baseUrl: string
  credentials: Record<string, string>
  http: Http
  clock: Clock
  signal?: AbortSignal
}

export type RemoteProfile = { kind: string; remoteId: string; settings: Settings }

/**
 * Requests, nothing else. faults of all: auth, forbidden, rate-limited, unreachable, timeout, provider-error, protocol,
 * outcome-unknown, cancelled; of the writes also refused, conflict-there, missing-there.
 * Reads may repeat themselves; a write goes out once per call, but for one repeat with a new token after a 401.
 */
export type ProviderApi = {
  /** Proves the credentials without cost. out: one sentence of what was found. */
  test(): Promise<string>
  /** Lists all profiles of the kind, all pages, or fails: a partial list is never returned. Not called for `by-name` kinds. */
  list(kind: string): Promise<RemoteProfile[]>
  /** Reads one profile; undefined only where the provider itself says that it does not exist. */
  get(kind: string, remoteId: string): Promise<RemoteProfile | undefined>
  /** out: the id there. */
  create(kind: string, settings: Settings): Promise<string>
  /** `planned`: the settings that change, null for one that is to be cleared. `whole`: all settings as they shall be afterwards. */
  update(kind: string, remoteId: string, planned: Settings, whole: Settings): Promise<void>
  remove(kind: string, remoteId: string): Promise<void>
  /**
   * Does what an action card offers, once. in: values by field name; the profile's secret settings that are in the vault, as
   * they were last sent. out: one sentence of what came of it.
   */
  act?(
    kind: string,
    remoteId: string,
    action: string,
    values: Record<string, string>,
    secrets?: Record<string, string>
  ): Promise<string>
  /** Reads what a view card offers. in: remoteId where the view is one of a profile. Secrets are left out. */
  view?(view: string, remoteId?: string): Promise<ViewTable>
}

/** A callback as it was captured. */
export type Captured = {
  method: string
  /** The request target as it stood in the request line. */
  target: string
  headers: HeaderPair[]
  body: Uint8Array
  /** When it came: a time that was signed is judged by this, not by the moment of the look. */
  receivedMs: number
}

/** `details`: what the verdict rests on; never a secret. */
export type Judgement = { verdict: Verdict; text: string; details?: VerdictDetail[] }

export type Answer = { status: number; headers: HeaderPair[]; body: string }

/** `url`: the public address of a callback. `secrets`: by name; those of a profile as `settings.<profile id>.<setting>`. */
export type Known<Url extends string | null = string | null> = { url: Url; secrets: Record<string, string> }

/** `query`: what is added to the query of the address, as `name=value&…`, already encoded. */
export type SampleRequest = { method: string; query?: string; headers: HeaderPair[]; body: string }

export type Sample = {
  id: string
  /**
   * Builds the request that the provider would send; values by field name, defaults for the rest. `known`: where it goes
   * and with which secrets the provider would sign it, so that it can be signed.
   */
  build(values: Record<string, string>, now: Date, known?: Known<string>): SampleRequest
  /** Of several: the values that tell the n-th (from 0) from the others, where `build` does not make a new id each time. */
  varied?: (n: number) => Record<string, string>
}

/**
 * How the sender repeats what is not answered 2xx: one wait for each repeat, from the end of the try before. `assumed`: its
 * documentation says only a part of it, and `source` which.
 */
export type RetrySchedule = { afterMs: number[]; source: string; certainty: 'documented' | 'assumed' }

export type CallbackDialect = {
  /**
   * undefined: not a callback of this provider's that we know. Never throws. in: profiles: gives the settings of the
   * account's profiles, for a provider whose callbacks look as its owner says there.
   */
  decode(captured: Captured, profiles?: () => Settings[]): DecodedCallback | undefined
  /**
   * `known.url`: null where it is not known to which public address it was sent. `otherUrls`: addresses that lead here as
   * well; they never make it valid, and say what would.
   */
  verify(captured: Captured, known: Known & { otherUrls?: string[] }): Judgement
  /**
   * The headers with which the provider would sign this, with `receivedMs` as the time; to be put in place of the old ones.
   * Without it nothing that was edited can be signed anew. faults: unsupported, secret-missing.
   */
  sign?(captured: Captured, known: Known<string>): HeaderPair[]
  /** The names of the secret settings that it verifies with; without it none is taken out of the vault for that. */
  settingSecrets?: string[]
  /** What the provider expects as an answer when no rule says otherwise. */
  answer: Answer
  /** Without it nothing is known of any. */
  retries?: RetrySchedule
  samples: Sample[]
}
