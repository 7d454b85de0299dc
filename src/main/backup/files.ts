import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Fault } from '#shared/faults.ts'
import { randomWord } from '../base/ids.ts'
import { codeOf, fileFault, syncFolder } from '../vault/drivers/durable-file.ts'
import { isLeftBehind } from './left-behind.ts'
import { damaged, type ReadAt } from './seal.ts'

export type Readable = { bytes: number; readAt: ReadAt }

/** Does the work on an open file. faults: not-found, backup-damaged where it is no file, store-read-only where it may not be read. */
export async function reading<T>(file: string, work: (readable: Readable) => Promise<T>): Promise<T> {
  const handle = await opened(file)
  try {
    const { size: bytes } = await handle.stat()
    return await work({ bytes, readAt: (position, length) => readFully(handle, position, length) })
  } finally {
    await handle.close()
  }
}

/** Writes a new file that only its owner can read. faults: store-full, store-read-only. */
export async function writeNew(file: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600)
    try {
      for await (const part of parts) await writeFully(handle, part)
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw fileFault(error)
  }
}

/**
 * Writes a new file beside its place and puts it there in one step, once `check` has read it back; before that nothing has
 * its name. faults: already-exists, not-found where there is no such folder, store-full, store-read-only, those of `check`.
 */
export async function putFile(
  file: string,
  parts: AsyncIterable<Uint8Array>,
  check: (draft: string) => Promise<void>,
  /** How the draft gets the name. A link, unlike a new name, never takes the place of something else. */
  give: (draft: string, file: string) => Promise<void>
): Promise<void> {
  await dropPartials(file).catch((error: unknown) => {
    throw putFault(error, file)
  })
  const draft = `${file}.${process.pid}-${randomWord(8)}.partial`
  try {
    await writeNew(draft, parts)
    await check(draft)
    await give(draft, file).catch((error: unknown) => {
      if (!cannotLink.includes(codeOf(error) ?? '')) throw error
      return renameTo(draft, file)
    })
    await rm(draft, { force: true })
    await syncFolder(dirname(file))
  } catch (error) {
    await rm(draft, { force: true })
    throw putFault(error, file)
  }
}

/** What disks without links say, as FAT, exFAT and many of other computers; EISDIR is what Windows makes of it. */
const cannotLink = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EINVAL', 'EMLINK']

/** Takes the name with an empty file, which only one can, and puts the draft in its place. */
async function renameTo(draft: string, file: string): Promise<void> {
  await (await open(file, 'wx', 0o600)).close()
  try {
    await rename(draft, file)
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}

/** Removes the drafts of this file whose processes were killed. They are encrypted, and there is nobody to end them. */
async function dropPartials(file: string): Promise<void> {
  const [folder, begin] = [dirname(file), `${basename(file)}.`]
  const names = await readdir(folder)
  for (const name of names.filter(each => each.startsWith(begin))) {
    const pid = /^(\d+)-\w{8}\.partial$/.exec(name.slice(begin.length))?.[1]
    const path = join(folder, name)
    if (pid && (await isLeftBehind(path, Number(pid)))) await rm(path, { force: true })
  }
}

/** Names the file alone: whoever is told this need not know where it is. */
function putFault(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (code === 'EEXIST')
    return new Fault('already-exists', { message: `${basename(file)} exists already`, advice: 'Choose another name.' })
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new Fault('not-found', { message: `There is no folder for ${basename(file)}`, advice: 'Make it first.' })
  return told(fileFault(error), {
    message: `The folder of ${basename(file)} cannot be written`,
    advice: 'Choose another folder.'
  })
}

/** What is not the data folder is not called so. */
function told(fault: unknown, { message, advice }: { message: string; advice: string }): unknown {
  const isReadOnly = fault instanceof Fault && fault.code === 'store-read-only'
  return isReadOnly ? new Fault(fault.code, { message, advice, cause: fault }) : fault
}

/** What is no file, as a pipe, could be waited for without an end. */
async function opened(file: string): Promise<FileHandle> {
  try {
    if (!(await stat(file)).isFile()) throw damaged('it is not a file')
    return await open(file, 'r')
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      throw new Fault('not-found', {
        message: `There is no file ${basename(file)}`,
        advice: 'Name a backup that is there.'
      })
    }
    throw told(fileFault(error), {
      message: `${basename(file)} may not be read`,
      advice: 'Make it readable for yourself.'
    })
  }
}

async function readFully(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

async function writeFully(handle: FileHandle, part: Uint8Array): Promise<void> {
  for (let written = 0; written < part.length;) {
    written += (await handle.write(part, written)).bytesWritten
  }
}
