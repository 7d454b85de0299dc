/** How often a law is tried, and from which seed. `endOnFailure`: without looking for the smallest example. */
export type LawRuns = { numRuns: number; seed: number; endOnFailure?: boolean }

/**
 * Says which seed it is, so that any run can be repeated: `PLUGBOARD_LAW_SEED` takes it again, `PLUGBOARD_LAW_RUNS` says how
 * often each law is tried.
 */
export function lawRuns(about: string): LawRuns {
  const { PLUGBOARD_LAW_RUNS: often = '10000', PLUGBOARD_LAW_SEED: again } = process.env
  const runs = { numRuns: Number(often), seed: again === undefined ? Date.now() % 2 ** 31 : Number(again) }
  process.stdout.write(`${about}: ${runs.numRuns} runs of each law, PLUGBOARD_LAW_SEED=${runs.seed}\n`)
  return runs
}
