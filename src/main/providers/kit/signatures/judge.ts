import { timingSafeEqual } from 'node:crypto'
import type { Judgement } from '../../contract.ts'

/** Where the key of an endpoint is entered. */
const whereToEnter =
  'Enter it at the endpoint: under “Endpoints” on the screen of the callbacks, or with "endpoints update ENDPOINT --secrets-stdin".'

/** How far a sender's clock may be off, both ways. */
export const toleranceMs = 300_000

export function invalid(text: string): Judgement {
  return { verdict: 'invalid', text }
}

export function missing(header: string): Judgement {
  return { verdict: 'missing', text: `The header ${header} is not there, so nobody signed this.` }
}

export function noSecret(what: string): Judgement {
  return {
    verdict: 'no-secret',
    text: `It is signed, but ${what} is not known here, so that it could not be checked. ${whereToEnter}`
  }
}

/** Compares in constant time. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

/**
 * Judges a time in unix seconds, as senders write it, by when the callback came. in: what: what the time stands in. out:
 * undefined when it is within the tolerance, else why not, in words.
 */
export function judgeTime(what: string, text: string, receivedMs: number): Judgement | undefined {
  if (!/^\d{1,12}$/.test(text)) return invalid(`${what} ("${text.slice(0, 40)}") is no time in seconds.`)
  const skewMs = receivedMs - Number(text) * 1000
  if (Math.abs(skewMs) <= toleranceMs) return undefined
  const direction = skewMs > 0 ? 'old' : 'ahead of this clock'
  return invalid(
    `When it came, the time it was signed at was ${spanOf(Math.abs(skewMs))} ${direction}; more than ${spanOf(toleranceMs)} is not accepted.`
  )
}

function spanOf(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 120) return `${seconds} seconds`
  const minutes = Math.round(seconds / 60)
  if (minutes < 120) return `${minutes} minutes`
  const hours = Math.round(minutes / 60)
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`
}
