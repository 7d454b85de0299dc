import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Fault } from '#shared/faults.ts'
import { randomWord } from '../base/ids.ts'
import { createFile, ensureWritable, readIfThere } from './drivers/durable-file.ts'

/**
 * Tells which keychain entries belong to the data folder: 12 letters in its file `vault-id`, made on first use. It goes
 * with the folder when that is moved and is not secret. faults: vault-damaged, store-read-only, store-full.
 */
export async function readVaultId(dataDir: string): Promise<string> {
  const path = join(dataDir, 'vault-id')
  const there = (await readIfThere(path))?.trim()
  if (there) return checked(there)
  await ensureWritable(dataDir)
  const made = randomWord(12)
  if (await createFile(path, `${made}\n`)) return made
  return checked(await readWhenWritten(path))
}

/** Another process has made the file and may be about to write into it. */
async function readWhenWritten(path: string): Promise<string> {
  for (let tries = 0; tries < 50; tries += 1) {
    const text = (await readIfThere(path))?.trim()
    if (text) return text
    await sleep(10)
  }
  return ''
}

function checked(text: string): string {
  if (/^[0-9a-z]{12}$/.test(text)) return text
  throw new Fault('vault-damaged', {
    message: 'The file vault-id in the data folder is damaged, so the keychain entries of this folder cannot be told',
    advice: 'Restore vault-id from a backup; or remove it and enter the secrets again.'
  })
}
