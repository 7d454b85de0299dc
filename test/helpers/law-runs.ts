/** How often a law is tried, and from which seed. `endOnFailure`: without looking for the smallest example. */
export type LawRuns = { numRuns: number; seed: number; endOnFailure?: boolean }

/** The same each time, so that a run fails for what was changed and not for its luck. */
const usualSeed = 20_260_901

/**
 * Says which seed it is, so that any run can be repeated: `PLUGBOARD_LAW_SEED` takes another one, or a new one each time with
 * `random`, to look for what nobody has met; `PLUGBOARD_LAW_RUNS` says how often each law is tried.
 */
export function lawRuns(about: string): LawRuns {
  const { PLUGBOARD_LAW_RUNS: often = '10000', PLUGBOARD_LAW_SEED: seed = String(usualSeed) } = process.env
  const runs = { numRuns: Number(often), seed: seed === 'random' ? Date.now() % 2 ** 31 : Number(seed) }
  process.stdout.write(`${about}: ${runs.numRuns} runs of each law, PLUGBOARD_LAW_SEED=${runs.seed}\n`)
  return runs
}
