import * as z from 'zod'

/**
 * What the documentation leaves open, and how the simulator behaves towards it. Every default is simulated behaviour,
 * chosen in providers/exotel.md; none was seen at the live service.
 */
export const switchesSchema = z.strictObject({
  /** GET or DELETE of a key that does not exist. 200: the status says so, the body says `Failed`. */
  unknownKey: z.literal([400, 404, 200]).default(400),
  failureData: z.enum(['null', 'empty', 'absent']).default('null'),
  /** `json`: Error is itself a JSON text, as outbound_call sends it. */
  failureError: z.enum(['text', 'json']).default('text'),
  /** Whether `Authorization: Bearer <token>` is taken as well. */
  bearer: z.boolean().default(false),
  /** false: POST of a key that exists is refused with 400. */
  upsert: z.boolean().default(true),
  latencyMs: z.int().min(0).max(60_000).default(0),
  rateLimit: z
    .strictObject({ requests: z.int().min(0), perMs: z.int().min(1) })
    .nullable()
    .default(null),
  callbackTimeoutMs: z.int().min(1).max(60_000).default(15_000),
  /** One wait for each retry of a callback; short here, the real waits are not known. */
  callbackRetryDelaysMs: z.array(z.int().min(0).max(60_000)).max(5).default([1_000, 1_000]),
  /** `anywhere` lets invented callbacks leave this computer. */
  deliverTo: z.enum(['loopback', 'anywhere']).default('loopback')
})

export type Switches = z.infer<typeof switchesSchema>

/** Counts requests in a window of the switch's length. */
export type RateLimiter = {
  /** out: milliseconds to wait when the request is one too many, else undefined. */
  refuse(limit: Switches['rateLimit'], nowMs: number): number | undefined
}

export function createRateLimiter(): RateLimiter {
  let passedAtMs: number[] = []
  return {
    refuse(limit, nowMs) {
      if (limit === null) return undefined
      passedAtMs = passedAtMs.filter(atMs => atMs > nowMs - limit.perMs)
      if (passedAtMs.length >= limit.requests) return Math.max(1, (passedAtMs[0] ?? nowMs) + limit.perMs - nowMs)
      passedAtMs.push(nowMs)
      return undefined
    }
  }
}
