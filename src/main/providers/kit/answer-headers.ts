import type { HeaderPair } from '#shared/model/callback.ts'

/**
 * When to come back (UTC milliseconds), from a Retry-After in seconds or as an HTTP date, else from an X-RateLimit-Reset in
 * Unix seconds; undefined without a usable one.
 */
export function retryAtOf(headers: HeaderPair[], nowMs: number): number | undefined {
  return fromRetryAfter(headers, nowMs) ?? fromReset(headers, nowMs)
}

function fromReset(headers: HeaderPair[], nowMs: number): number | undefined {
  const text = headerOf(headers, 'x-ratelimit-reset')?.trim() ?? ''
  // Ten digits are a point in time; fewer are a number of seconds for some, and nobody says which.
  return /^\d{10}$/.test(text) ? Math.max(Number(text) * 1000, nowMs) : undefined
}

function fromRetryAfter(headers: HeaderPair[], nowMs: number): number | undefined {
  const text = headerOf(headers, 'retry-after')?.trim() ?? ''
  if (/^\d{1,9}$/.test(text)) return nowMs + Number(text) * 1000
  // Date.parse takes much that is no HTTP date, bare numbers among it.
  const atMs = /^[A-Z][a-z]{2,8}[, ]/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(atMs) ? undefined : Math.max(atMs, nowMs)
}

export function headerOf(headers: HeaderPair[], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}
