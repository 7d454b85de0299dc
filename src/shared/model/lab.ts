import * as z from 'zod'
import { faultReport } from '../faults.ts'
import { callbackOrigin, headerPair, verdict } from './callback.ts'

/** Which callbacks a list shows; all that is given must hold. `search`: words or beginnings of words, anywhere in the callback. */
export const callbackFilter = z.object({
  accountId: z.string().optional(),
  endpointId: z.string().optional(),
  provider: z.string().optional(),
  verdict: verdict.optional(),
  method: z.string().optional(),
  origin: callbackOrigin.optional(),
  /** Of the answer, for example 200. */
  status: z.number().int().optional(),
  event: z.string().optional(),
  pinned: z.boolean().optional(),
  tag: z.string().optional(),
  sinceMs: z.number().int().optional(),
  untilMs: z.number().int().optional(),
  search: z.string().max(500).optional()
})
export type CallbackFilter = z.infer<typeof callbackFilter>

/** One difference of two callbacks. `null`: it is not there on that side. */
const difference = z.object({
  part: z.enum(['method', 'target', 'query', 'header', 'trailer', 'body', 'field', 'json']),
  name: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable()
})
export const callbackDiff = z.object({
  differences: z.array(difference),
  /** Whether the bodies are the same, byte for byte. */
  sameBody: z.boolean()
})
export type CallbackDiff = z.infer<typeof callbackDiff>

export const exportFormat = z.enum(['curl', 'har', 'http', 'json'])
export type ExportFormat = z.infer<typeof exportFormat>

/** A file for the person; redacted unless asked otherwise. */
export const exported = z.object({ fileName: z.string(), mediaType: z.string(), text: z.string() })
export type Exported = z.infer<typeof exported>

/** What is sent again. What is not given stays as it came. */
export const replayOrder = z.object({
  id: z.number().int(),
  /** null: the listener itself, so that it is caught again. */
  to: z.string().nullable().default(null),
  method: z.string().optional(),
  headers: z.array(headerPair).optional(),
  bodyBase64: z.string().optional(),
  /** Decoded fields (form or JSON) to be set in the body before it is sent. */
  set: z.record(z.string(), z.string()).default({}),
  /** Sign it again with the endpoint's or account's key and a fresh time. */
  resign: z.boolean().default(false)
})
export type ReplayOrder = z.infer<typeof replayOrder>

/** How samples come, beyond once and at once. */
export const deliveries = z.object({
  /** How many different callbacks. */
  count: z.number().int().min(1).max(1_000).default(1),
  /** Each is sent this many times more, as providers do. */
  duplicates: z.number().int().min(0).max(10).default(0),
  /** In another order than they were made. */
  reordered: z.boolean().default(false),
  /** Of the other order: the same seed gives the same one. Without it a new one, which is told. */
  seed: z.number().int().min(0).max(4_294_967_295).optional(),
  /** Signed that long ago. */
  lateMs: z.number().int().min(0).max(86_400_000).default(0),
  /** Repeats what is not answered 2xx as the provider does; `fast`: its waits shortened to at most a second. */
  retries: z.enum(['none', 'provider', 'fast']).default('none')
})
export type Deliveries = z.infer<typeof deliveries>

/** What came of a simulation. */
export const simulated = z.object({
  /** Of the last answer. */
  status: z.number().int(),
  to: z.string(),
  /** How many requests went out. */
  sent: z.number().int(),
  /** How many of them were answered 2xx. */
  taken: z.number().int(),
  /** What is to be known of it, in sentences: the seed of the order, the schedule of the repeats. */
  said: z.array(z.string())
})
export type Simulated = z.infer<typeof simulated>

/**
 * The listener's https. `waiting`: it is on, and the listener is stopped, or a vault asks somebody. `elsewhere`: another process
 * on this data folder holds the listener; the port is the one that https was last open on. `failed`: here, or there.
 */
export const httpsStatus = z.object({
  state: z.enum(['off', 'waiting', 'elsewhere', 'listening', 'failed']),
  /** Its own, beside that of http. */
  port: z.number().int().nullable(),
  /** The certificate authority of this computer; null: none was made yet. */
  authority: z
    .object({
      /** The file to trust. */
      path: z.string(),
      /** SHA-256, as systems show it. */
      fingerprint: z.string(),
      /** What it can vouch for, and what is below it. */
      names: z.array(z.string()),
      validUntilMs: z.number().int(),
      /** Hosts of the settings that it cannot vouch for, because they came later: a new authority can. */
      leftOut: z.array(z.string())
    })
    .nullable(),
  /** Why it is not open; http goes on. */
  fault: faultReport.nullable()
})
export type HttpsStatus = z.infer<typeof httpsStatus>

/** What the listener keeps and takes. */
export const listenerSettings = z.object({
  /** The oldest go first; pinned ones stay. null: no limit. */
  keepDays: z.number().int().min(1).max(3_650).nullable(),
  keepCount: z.number().int().min(100).nullable(),
  keepBytes: z.number().int().min(1_000_000).nullable(),
  /** Names besides localhost that may stand in the Host header: of tunnels. */
  hosts: z.array(z.string().max(253)).max(50),
  /** Whether it also listens for https, on a port of its own. */
  https: z.boolean()
})
export type ListenerSettings = z.infer<typeof listenerSettings>
