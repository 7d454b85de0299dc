import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomWord } from '../base/ids.ts'
import { ensureWritable } from '../vault/drivers/durable-file.ts'
import { isLeftBehind } from './left-behind.ts'

export type WorkFolder = { path: string; remove: () => Promise<void> }

const begin = 'backup-work-'

/** A folder inside the data folder for what is there for a while only. Its owner's alone. faults: store-read-only, store-full. */
export async function makeWorkFolder(dataDir: string): Promise<WorkFolder> {
  await clearWorkFolders(dataDir)
  const path = join(dataDir, `${begin}${process.pid}-${randomWord(8)}`)
  await ensureWritable(path)
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Removes what processes that were killed have left. */
export async function clearWorkFolders(dataDir: string): Promise<void> {
  const names = await readdir(dataDir).catch(() => [])
  for (const name of names.filter(each => each.startsWith(begin))) {
    const path = join(dataDir, name)
    const pid = Number.parseInt(name.slice(begin.length), 10)
    if (await isLeftBehind(path, pid)) await rm(path, { recursive: true, force: true })
  }
}
