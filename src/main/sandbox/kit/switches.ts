import * as z from 'zod'

/** Switches that every simulator has. Their defaults are simulated behaviour. */
export const commonSwitches = z.strictObject({
  latencyMs: z.int().min(0).max(60_000).default(0),
  rateLimit: z
    .strictObject({ requests: z.int().min(0), perMs: z.int().min(1) })
    .nullable()
    .default(null),
  callbackTimeoutMs: z.int().min(1).max(60_000).default(15_000),
  /** One wait for each retry of a callback; short here, the real waits are not known. At most half an hour each. */
  callbackRetryDelaysMs: z.array(z.int().min(0).max(1_800_000)).max(5).default([1_000, 1_000]),
  /** `anywhere` lets invented callbacks leave this computer. */
  deliverTo: z.enum(['loopback', 'anywhere']).default('loopback')
})

export type CommonSwitches = z.infer<typeof commonSwitches>

/** Counts requests in a window of the switch's length. */
export type RateLimiter = {
  /** out: milliseconds to wait when the request is one too many, else undefined. */
  refuse(limit: CommonSwitches['rateLimit'], nowMs: number): number | undefined
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
