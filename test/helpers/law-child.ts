/**
 * Checks the laws whose names begin as said, against the sources beside it. in: how often, a seed, the beginning of a name
 * (none: all). out: one line of JSON, the findings by name.
 */
import { applyLaws } from './law-book-apply.ts'
import { editLaws } from './law-book-edits.ts'
import { faultLaws } from './law-book-faults.ts'
import { hashLaws } from './law-book-hash.ts'
import { limitLaws } from './law-book-limits.ts'
import type { LawFinding } from './law.ts'

const [numRuns, seed, beginning = ''] = process.argv.slice(2)
const laws = [...applyLaws, ...faultLaws, ...limitLaws, ...editLaws, ...hashLaws]
const findings: Record<string, LawFinding> = {}
for (const law of laws.filter(({ name }) => name.startsWith(beginning))) {
  findings[law.name] = await law.check({ numRuns: Number(numRuns), seed: Number(seed), endOnFailure: true })
}
process.stdout.write(`${JSON.stringify(findings)}\n`)
