import * as fc from 'fast-check'
import type { LawRuns } from './law-runs.ts'
import { createWorlds } from './law-world.ts'
import type { World } from './law-world.ts'

/** Something that holds whatever happens. */
export type Law = { name: string; check(runs: LawRuns): Promise<LawFinding> }
export type LawFinding = { failed: boolean; runs: number; seed: number; message: string }

/** in: `holds` throws where it does not; `fresh` gives a new world, and the one before is no more. */
export function law<Ts extends [unknown, ...unknown[]]>(
  name: string,
  arbitraries: { [K in keyof Ts]: fc.Arbitrary<Ts[K]> },
  holds: (fresh: () => World, ...values: Ts) => Promise<void>
): Law {
  return {
    name,
    async check(runs) {
      const worlds = createWorlds()
      const property = fc.asyncProperty(...arbitraries, (...values) => holds(() => worlds.world(), ...values))
      const details = await steadily(async () => fc.check(property, runs))
      const message = details.failed ? `${fc.defaultReportMessage(details)}\n${String(details.errorInstance)}` : ''
      return { failed: details.failed, runs: details.numRuns, seed: details.seed, message }
    }
  }
}

/** The same history waits the same times, so that a seed tells all: the jitter is taken out of the waits. */
async function steadily<T>(work: () => Promise<T>): Promise<T> {
  const usual = Math.random
  Math.random = () => 0.5
  try {
    return await work()
  } finally {
    Math.random = usual
  }
}
