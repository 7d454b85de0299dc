import { Fault, type FaultCode } from '#shared/faults.ts'

/**
 * What the file system and SQLite say, by the beginning of their codes, first match wins. A unique row that is there
 * already and a row whose owner is gone are what two processes on one folder can do to each other.
 */
const meanings: readonly (readonly [start: string, code: FaultCode])[] = [
  ['SQLITE_FULL', 'store-full'],
  // The shared-memory file of the log could not grow.
  ['SQLITE_IOERR_SHMSIZE', 'store-full'],
  ['ENOSPC', 'store-full'],
  ['EDQUOT', 'store-full'],
  ['SQLITE_READONLY', 'store-read-only'],
  ['SQLITE_CANTOPEN', 'store-read-only'],
  ['SQLITE_PERM', 'store-read-only'],
  ['SQLITE_IOERR_SHMOPEN', 'store-read-only'],
  ['SQLITE_IOERR_SHMMAP', 'store-read-only'],
  ['EROFS', 'store-read-only'],
  ['EACCES', 'store-read-only'],
  ['EPERM', 'store-read-only'],
  ['ENOENT', 'store-read-only'],
  ['ENOTDIR', 'store-read-only'],
  ['EEXIST', 'store-read-only'],
  ['EISDIR', 'store-read-only'],
  ['SQLITE_BUSY', 'store-busy'],
  ['SQLITE_LOCKED', 'store-busy'],
  ['SQLITE_CORRUPT', 'store-damaged'],
  ['SQLITE_NOTADB', 'store-damaged'],
  ['SQLITE_IOERR', 'store-damaged'],
  ['EIO', 'store-damaged'],
  ['SQLITE_CONSTRAINT_UNIQUE', 'already-exists'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'not-found']
]

/** The fault that an error of SQLite or the file system stands for; undefined for a bug. */
export function storeFault(error: unknown): Fault | undefined {
  if (error instanceof Fault) return error
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  const { code } = error
  const meaning = meanings.find(([start]) => code.startsWith(start))
  return meaning && new Fault(meaning[1], { cause: error })
}

/** The function, throwing faults where SQLite's errors are expected ones. */
export function guarded<Args extends unknown[], Out>(call: (...args: Args) => Out): (...args: Args) => Out {
  return (...args) => {
    try {
      return call(...args)
    } catch (error) {
      throw storeFault(error) ?? error
    }
  }
}

/** Every function of a noun, guarded. */
export function guardedNoun<Noun extends Record<string, (...args: never[]) => unknown>>(noun: Noun): Noun {
  return Object.fromEntries(Object.entries(noun).map(([name, call]) => [name, guarded(call)])) as Noun
}
