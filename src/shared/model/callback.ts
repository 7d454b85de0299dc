import * as z from 'zod'
import { faultReport } from '../faults.ts'

export const verdict = z.enum(['valid', 'invalid', 'missing', 'no-secret', 'not-offered'])
export type Verdict = z.infer<typeof verdict>

/** One thing that a verdict rests on, in words; never a secret. */
export const verdictDetail = z.object({ label: z.string(), value: z.string() })
export type VerdictDetail = z.infer<typeof verdictDetail>

/** How an endpoint's callbacks are checked: as its account's provider signs them, or by a published scheme with a key of its own. */
export const signatureScheme = z.enum(['provider', 'standard-webhooks', 'telnyx'])
export type SignatureScheme = z.infer<typeof signatureScheme>

/** A path on the listener: `/in/` and its key, which is the secret part of the URL. */
export const endpoint = z.object({
  id: z.string(),
  accountId: z.string().nullable(),
  key: z.string(),
  label: z.string(),
  scheme: signatureScheme,
  /** Where the provider posts to, where that is not this computer: the address of a tunnel that leads here. */
  publicUrl: z.string().nullable(),
  createdMs: z.number().int()
})
export type Endpoint = z.infer<typeof endpoint>

/** An endpoint with the address a provider on this machine can post to; null while the listener is stopped. */
export const endpointView = endpoint.extend({
  url: z.string().nullable(),
  /** What a provider out there posts to: through the tunnel at `publicUrl`; null without one. */
  publicAddress: z.string().nullable(),
  /** Whether a key for `scheme` is in the vault. */
  hasKey: z.boolean()
})
export type EndpointView = z.infer<typeof endpointView>

/** What a callback means, as far as its provider's folder could tell. Unknown extra fields are kept. */
export const decodedCallback = z.object({
  event: z.string(),
  title: z.string(),
  fields: z.array(z.object({ name: z.string(), label: z.string(), value: z.string(), help: z.string().optional() }))
})
export type DecodedCallback = z.infer<typeof decodedCallback>

/** Where it came from: the network, a sample of ours, one that was sent again, or a file. */
export const callbackOrigin = z.enum(['network', 'simulate', 'replay', 'import'])

export const callbackSummary = z.object({
  id: z.number().int(),
  endpointId: z.string().nullable(),
  accountId: z.string().nullable(),
  provider: z.string().nullable(),
  receivedMs: z.number().int(),
  method: z.string(),
  /** The request target exactly as it stood in the request line. */
  target: z.string(),
  httpVersion: z.string(),
  remoteAddress: z.string(),
  origin: callbackOrigin,
  bodyBytes: z.number().int(),
  truncated: z.boolean(),
  answerStatus: z.number().int(),
  /** null until it was looked at; the look comes after the answer. */
  verdict: verdict.nullable(),
  verdictText: z.string().nullable(),
  decoded: decodedCallback.nullable(),
  /** The rule that answered; null: the provider's default. */
  ruleId: z.string().nullable(),
  /** The callback that this one is sent again from. */
  replayOf: z.number().int().nullable(),
  /** What people added. What is pinned is never cleared away on its own. */
  pinned: z.boolean(),
  tags: z.array(z.string()),
  note: z.string()
})
export type CallbackSummary = z.infer<typeof callbackSummary>

export const headerPair = z.tuple([z.string(), z.string()])
export type HeaderPair = z.infer<typeof headerPair>

export const callbackDetail = callbackSummary.extend({
  /** In order, with their case, duplicates kept. */
  headers: z.array(headerPair),
  trailers: z.array(headerPair),
  /** What the verdict rests on; empty until it was looked at, and where there is no more to say. */
  verdictDetails: z.array(verdictDetail),
  bodyBase64: z.string(),
  /** The body as text where it is valid UTF-8. */
  bodyText: z.string().nullable()
})
export type CallbackDetail = z.infer<typeof callbackDetail>

export const listenerStatus = z.object({
  /** `elsewhere`: another process on this data folder holds the listener. */
  state: z.enum(['stopped', 'listening', 'elsewhere', 'failed']),
  port: z.number().int().nullable(),
  caught: z.number().int(),
  /** Requests for keys that no endpoint has, since this process began; they are answered 404 and not kept. */
  unknown: z.number().int(),
  fault: faultReport.nullable()
})
export type ListenerStatus = z.infer<typeof listenerStatus>
