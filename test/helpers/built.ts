import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const lock = join(root, 'node_modules/.plugboard-build.lock')
const limitMs = 180_000

/**
 * Builds the app into `out`, once for all suites that run at the same time: the first one builds, the others wait for it.
 * With PLUGBOARD_BUILT=1 what is there is trusted. out: the folder.
 */
export async function ensureBuilt(): Promise<string> {
  const out = join(root, 'out')
  if (process.env['PLUGBOARD_BUILT'] === '1') return out
  const startedMs = Date.now()
  if (takeLock()) {
    try {
      build()
    } finally {
      rmSync(lock, { force: true })
    }
  } else {
    await lockFreed(startedMs)
    if (!existsSync(join(out, 'main/web.js'))) throw new Error('the build of another suite failed')
  }
  process.env['PLUGBOARD_BUILT'] = '1'
  return out
}

function build(): void {
  const program = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  const done = spawnSync(process.execPath, [program, 'build', '--logLevel', 'warn'], {
    cwd: root,
    encoding: 'utf8',
    timeout: limitMs
  })
  if (done.status !== 0) throw new Error(`the build failed: ${done.stdout}${done.stderr}`)
}

function takeLock(): boolean {
  try {
    // One that a killed run left behind is older than any build takes.
    if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > limitMs) rmSync(lock, { force: true })
    closeSync(openSync(lock, 'wx'))
    return true
  } catch {
    return false
  }
}

async function lockFreed(startedMs: number): Promise<void> {
  while (existsSync(lock)) {
    if (Date.now() - startedMs > limitMs) throw new Error('the build of another suite does not end')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
