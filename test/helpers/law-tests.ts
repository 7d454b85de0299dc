import { expect, test } from 'vitest'
import type { Law } from './law.ts'
import { lawRuns } from './law-runs.ts'

const patienceMs = 10 * 60_000

/** One test for each law. */
export function testLaws(about: string, laws: Law[]): void {
  const runs = lawRuns(about)
  test.each(laws)('$name', { timeout: patienceMs }, async law => {
    const finding = await law.check(runs)
    expect(finding.message).toBe('')
    expect(finding.runs).toBe(runs.numRuns)
  })
}
