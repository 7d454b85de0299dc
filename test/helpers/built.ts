import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
/** Names the run of the tests that built last: its suites run in processes of one parent. */
const mark = join(root, 'node_modules/.plugboard-built')
const run = String(process.ppid)
const lock = `${mark}-${run}.lock`
const limitMs = 180_000

/**
 * Builds the app into `out`, once for all suites of a run: the first one builds, the others wait for it. With
 * PLUGBOARD_BUILT=1 what is there is trusted. out: the folder.
 */
export async function ensureBuilt(): Promise<string> {
  const out = join(root, 'out')
  if (process.env['PLUGBOARD_BUILT'] === '1' || isBuilt()) return out
  if (takeLock()) {
    try {
      build()
      writeFileSync(mark, run)
    } finally {
      rmSync(lock, { force: true })
    }
  } else {
    await lockFreed()
    if (!isBuilt()) throw new Error('the build of another suite failed')
  }
  return out
}

function isBuilt(): boolean {
  return isFresh(mark) && readFileSync(mark, 'utf8') === run
}

/** What an earlier run left, whose parent had the same id, is older than any run takes. */
function isFresh(file: string): boolean {
  return existsSync(file) && Date.now() - statSync(file).mtimeMs < 10 * limitMs
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
    if (existsSync(lock) && !isFresh(lock)) rmSync(lock, { force: true })
    closeSync(openSync(lock, 'wx'))
    return true
  } catch {
    return false
  }
}

async function lockFreed(): Promise<void> {
  const startedMs = Date.now()
  while (existsSync(lock)) {
    if (Date.now() - startedMs > limitMs) throw new Error('the build of another suite does not end')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
