import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * A program: runs electronegativity over a folder and prints what it found as JSON. Arguments: where it is installed, the
 * folder, Electron's version. It asks nothing of the network: neither for translations nor for Electron's releases, which CI
 * does every week.
 */
const [installed = '', folder = '', electronVersion = ''] = process.argv.slice(2)
const load = createRequire(join(installed, 'package.json'))

type Issue = { id: string; file: string; location: { line: number }; sample?: string }
type Run = (options: object) => Promise<{ issues: Issue[]; errors: { file: string; message: string }[] }>

const got = createRequire(load.resolve('@doyensec/electronegativity')).resolve('got')
const refuse = () => Promise.reject(new Error('no network here'))
load.cache[got] = {
  exports: Object.assign(refuse, { default: refuse, __esModule: true }),
  loaded: true
} as NodeJS.Module

const { issues, errors } = await (load('@doyensec/electronegativity') as Run)({
  input: folder,
  isRelative: true,
  electronVersionOverride: electronVersion,
  excludeFromScan: ['AvailableSecurityFixesGlobalCheck']
})
const found = issues.map(({ id, file, location, sample }) => ({
  id,
  file: file.replaceAll('\\', '/'),
  line: location.line,
  sample
}))
// It prints as it likes; what is ours stands on the last line.
process.stdout.write(`\n${JSON.stringify({ found, unread: errors })}\n`, () => process.exit(0))
