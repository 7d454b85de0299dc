import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { withoutPassphrase } from '../../base/child-environment.ts'

/** Electron's own program, or one clause that says why there is none. */
export type ElectronBinary = { program: string } | { missing: string }

const fetchLimitMs = 120_000

/**
 * Finds Electron's program. Electron's package fetches it on wish, so it is fetched where it is missing: quietly and for
 * a limited time. `installer` is the package's own program for that.
 */
export async function findElectron(env: NodeJS.ProcessEnv, limitMs: number = fetchLimitMs): Promise<ElectronBinary> {
  const folder = packageFolder()
  if (folder === undefined) return { missing: 'Electron is not installed' }
  const there = programIn(folder, env)
  if (there !== undefined) return { program: there }
  process.stdout.write("Fetching Electron's binary, once …\n")
  const problem = await runInstaller(join(folder, 'install.js'), env, limitMs)
  const fetched = programIn(folder, env)
  if (fetched !== undefined && problem === undefined) return { program: fetched }
  return { missing: `Electron's binary could not be fetched (${problem ?? 'nothing came'})` }
}

function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return undefined
  }
}

function programIn(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const pathFile = join(folder, 'path.txt')
  if (!existsSync(pathFile)) return undefined
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist')
  const program = join(dist, readFileSync(pathFile, 'utf8'))
  return existsSync(program) ? program : undefined
}

/** out: undefined when it went well, else what it said or why it was stopped. */
function runInstaller(installer: string, env: NodeJS.ProcessEnv, limitMs: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [installer], {
      env: withoutPassphrase(env),
      stdio: ['ignore', 'ignore', 'pipe']
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      resolve(`no answer within ${limitMs / 1000} seconds`)
    }, limitMs)
    child.on('error', error => resolve(error.message))
    child.on('close', code => {
      clearTimeout(limit)
      resolve(code === 0 ? undefined : firstProblem(said))
    })
  })
}

/** The line that names the problem, short enough for one line on a terminal. */
export function firstProblem(said: string): string {
  const lines = said.split('\n').map(line => line.trim())
  const line =
    lines.find(text => /fatal/i.test(text)) ??
    lines.find(text => /error/i.test(text)) ??
    lines.find(text => text !== '') ??
    'it did not say why'
  return line.length > 120 ? `${line.slice(0, 119)}…` : line
}
