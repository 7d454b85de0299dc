import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { access, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#shared/faults.ts'
import { isRunning } from '../../base/running.ts'

const staleLockMs = 60_000
/** Whoever makes a lock writes its name into it at once: one that stays empty was made by a process that ended then. */
const emptyLockMs = 1_000
const pauseMs = 15

/** out: the file's text, undefined where there is none. faults: store-read-only. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw fileFault(error)
  }
}

/**
 * Replaces a file in one step, on disk before it resolves, readable by its owner alone. in: check: looks at what was written,
 * by its path, before it takes the place; when it throws, the old file stays. faults: store-read-only, store-full.
 */
export async function replaceFile(path: string, text: string, check?: (draft: string) => Promise<void>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await check?.(draft)
    await rename(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw fileFault(error)
  }
}

/** Removes a file for good, also through a power cut. faults: store-read-only. */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
    await syncFolder(dirname(path))
  } catch (error) {
    throw fileFault(error)
  }
}

/** Removes what writers left beside the file that ended before they were done. To be called under its lock. */
export async function dropDrafts(path: string): Promise<void> {
  const name = basename(path)
  try {
    const beside = (await readdir(dirname(path))).filter(file => file.startsWith(`${name}.`) && file.endsWith('.tmp'))
    await Promise.all(beside.map(file => rm(join(dirname(path), file), { force: true })))
  } catch (error) {
    throw fileFault(error)
  }
}

/** Makes the folder for its owner alone where it is missing, and checks that it takes files. faults: store-read-only, store-full. */
export async function ensureWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
  } catch (error) {
    throw fileFault(error)
  }
}

/** Makes a file that nobody has made yet. out: whether it was this call. faults: store-read-only, store-full. */
export async function createFile(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600, flush: true })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw fileFault(error)
  }
}

export type HeldLock = {
  /** Whether the lock is still ours; another process may have taken it while this one was suspended. */
  isHeld(): Promise<boolean>
}

/**
 * Runs the work while no other process runs work under the same lock file. A lock whose process is gone, or that is older
 * than a minute (its process id may name another program by now), is taken over. faults: store-busy, store-read-only.
 */
export async function underLock<T>(path: string, waitMs: number, work: (lock: HeldLock) => Promise<T>): Promise<T> {
  const token = `${process.pid} ${randomBytes(8).toString('hex')}`
  const endMs = performance.now() + waitMs
  while (!(await createFile(path, token))) {
    if (performance.now() > endMs)
      throw new Fault('store-busy', { message: 'The vault file is in use and did not become free in time' })
    if (!(await dropStaleLock(path))) await sleep(pauseMs)
  }
  const isHeld = async () => (await readIfThere(path)) === token
  try {
    return await work({ isHeld })
  } finally {
    if (await isHeld()) await rm(path, { force: true })
  }
}

/** Moves the lock aside before it is removed: of several processes that see it stale, one gets it. */
async function dropStaleLock(path: string): Promise<boolean> {
  const seen = await readIfThere(path)
  if (seen === undefined) return true
  if (!(await isStale(path, seen))) return false
  const aside = `${path}.${randomBytes(6).toString('hex')}.stale`
  try {
    await rename(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    throw fileFault(error)
  }
  await rm(aside, { force: true })
  return true
}

async function isStale(path: string, text: string): Promise<boolean> {
  const age = await stat(path).then(
    found => Date.now() - found.mtimeMs,
    () => 0
  )
  if (age > (text === '' ? emptyLockMs : staleLockMs)) return true
  const pid = Number.parseInt(text, 10)
  return Number.isInteger(pid) && !isRunning(pid)
}

/** Codes of file systems that have no such call, as some of other computers. */
const cannotSync = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']

/** Makes a rename last through a power cut. Windows has no such call for folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } catch (error) {
    if (!cannotSync.includes(codeOf(error) ?? '')) throw error
  } finally {
    await folder.close()
  }
}

/** The code of an error of the file system; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** What the file system says, as a fault where it is expected. */
export function fileFault(error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return new Fault('store-read-only', { cause: error })
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Fault('store-full', { cause: error })
  return error
}
