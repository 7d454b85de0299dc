import { expect } from 'vitest'
import type { Attempt } from '../../src/shared/model/attempt.ts'
import type { Setting } from './listening.ts'

/** A header by which the invented provider's signature is right. */
export const right = ['X-Word: plugh']
export const soon = { timeout: 10_000 }
/** Limits with which tries follow each other at once. */
export const quick = { waitsMs: [5, 5, 5, 5], pollMs: 20 }

/** The attempts of the newest callback, once none waits or is under way. */
export async function ended({ listener }: Pick<Setting, 'listener'>, count = 1): Promise<Attempt[]> {
  const list = () => listener.sending.attempts(listener.list({ limit: 1 })[0]?.id ?? 0)
  await expect
    .poll(() => list().filter(each => !['waiting', 'sending'].includes(each.state)).length, soon)
    .toBeGreaterThanOrEqual(count)
  await expect.poll(() => list().every(each => !['waiting', 'sending'].includes(each.state)), soon).toBe(true)
  return list()
}
