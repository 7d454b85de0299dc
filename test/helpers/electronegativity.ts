import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { transformWithOxc } from 'vite'

/** One finding of the checker; `file` below the folder that was checked, or N/A. */
export type Finding = { id: string; file: string; line: number; sample?: string }

export type Report = { found: Finding[]; unread: { file: string; message: string }[] }

const root = join(import.meta.dirname, '../..')
const home = join(import.meta.dirname, '../security/electronegativity')
const limitMs = 240_000
/** What npm says where there is no way to the registry. */
const noNetwork = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/

/**
 * Installs the checker, once for each version of its lock file, beside the packages of the checkout and apart from them.
 * out: its folder, or why it is missing: there is no network. Any other failure is thrown.
 */
export function installChecker(): { folder: string } | { missing: string } {
  const lock = readFileSync(join(home, 'package-lock.json'))
  const version = createHash('sha256').update(lock).digest('hex').slice(0, 16)
  const cache = join(root, 'node_modules/.cache')
  const folder = join(cache, `plugboard-electronegativity-${version}`)
  if (existsSync(folder)) return { folder }
  mkdirSync(cache, { recursive: true })
  const making = mkdtempSync(`${folder}-`)
  try {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(home, name), join(making, name))
    const missing = install(making)
    if (missing !== undefined) return { missing }
    // Another suite may have been faster.
    if (!existsSync(folder)) renameSync(making, folder)
    return { folder }
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

/** None of its packages runs a program of its own. out: why there is none for want of a network. */
function install(folder: string): string | undefined {
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--fetch-retries=1']
  const npm = process.env['npm_execpath']
  const options = { cwd: folder, encoding: 'utf8', timeout: limitMs } as const
  const ended =
    npm === undefined
      ? spawnSync('npm', words, { ...options, shell: process.platform === 'win32' })
      : spawnSync(process.execPath, [npm, ...words], options)
  if (ended.status === 0) return undefined
  const said = `${ended.stdout}${ended.stderr}`
  const [code] = noNetwork.exec(said) ?? []
  if (code !== undefined) return `electronegativity could not be fetched: ${code}`
  throw new Error(`npm ci of electronegativity ended with ${ended.status ?? ended.signal}: ${said}`)
}

/** Runs the installed checker over a folder. */
export async function runChecker(installed: string, folder: string): Promise<Report> {
  const electron = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string
  }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(home, 'run.ts'), installed, folder, electron.version],
    { timeout: limitMs, maxBuffer: 64_000_000 }
  )
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Report
}

/** Copies the build in the older JavaScript that the checker can read: it knows no private fields. */
export async function copyLowered(out: string, folder: string): Promise<void> {
  cpSync(out, folder, { recursive: true })
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.js')) continue
    const file = join(folder, name)
    const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file, { target: 'es2020', lang: 'js' })
    writeFileSync(file, code)
  }
}
