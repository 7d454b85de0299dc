import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installMissingParts } from './helpers/system-parts.ts'

/**
 * `npm test`: brings the system parts that the tests need (where it may), builds once, runs all suites and ends with
 * "N passed, N failed, N skipped". Arguments go to vitest: `npm test -- test/unit`.
 */
type Report = {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
}

const root = join(import.meta.dirname, '..')
installMissingParts()

const built = run(['node_modules/.bin/electron-vite', 'build', '--logLevel', 'warn'])
if (built !== 0) finish('0 passed, 1 failed, 0 skipped', 1)

const folder = mkdtempSync(join(tmpdir(), 'plugboard-test-'))
const file = join(folder, 'report.json')
const status = run([
  'node_modules/.bin/vitest',
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${file}`,
  ...process.argv.slice(2)
])
const report = readReport(file)
rmSync(folder, { recursive: true, force: true })

const skipped = report.testResults.flatMap(suite => suite.assertionResults.filter(isSkipped).map(test => test.fullName))
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`)
// A suite that does not even load has no tests to count, and is a failure all the same.
const failed = Math.max(report.numFailedTests, report.success && status === 0 ? 0 : 1)
finish(`${report.numPassedTests} passed, ${failed} failed, ${skipped.length} skipped`, failed === 0 ? 0 : 1)

function run([program, ...args]: string[]): number {
  const env = { ...process.env, PLUGBOARD_BUILT: '1' }
  const ended = spawnSync(process.execPath, [join(root, program ?? ''), ...args], { cwd: root, env, stdio: 'inherit' })
  return ended.status ?? 1
}

function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    return {
      success: false,
      numPassedTests: 0,
      numFailedTests: 1,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: []
    }
  }
}

function isSkipped(test: { status: string }): boolean {
  return test.status !== 'passed' && test.status !== 'failed'
}

function finish(line: string, code: number): never {
  process.stdout.write(`${line}\n`)
  process.exit(code)
}
