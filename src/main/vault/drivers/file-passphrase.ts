import { Fault } from '#shared/faults.ts'
import { vaultFileIn } from '../../base/paths.ts'
import { dropDrafts, readIfThere, replaceFile, underLock } from './durable-file.ts'
import {
  defaultCost,
  keysFor,
  newKeys,
  parseSealed,
  seal,
  unseal,
  type Entries,
  type ScryptCost
} from './sealed-file.ts'

export type PassphraseChange = {
  dataDir: string
  /** The one that it has now. */
  passphrase: string
  newPassphrase: string
  cost?: ScryptCost
  /** How long to wait for another process that is writing. */
  lockWaitMs?: number
}

/**
 * Seals the vault file anew under another passphrase and another salt. The new file is written beside, opened with the new
 * passphrase, and only then takes the place of the old one in one step: a crash leaves the one or the other, whole.
 * faults: not-found (no file), vault-wrong-passphrase, vault-damaged, store-read-only, store-full, store-busy.
 */
export async function changeFilePassphrase({
  dataDir,
  passphrase,
  newPassphrase,
  cost = defaultCost,
  lockWaitMs = 10_000
}: PassphraseChange): Promise<void> {
  const path = vaultFileIn(dataDir)
  await open(path, passphrase)
  await underLock(`${path}.lock`, lockWaitMs, async lock => {
    const entries = await open(path, passphrase)
    const sealed = seal(entries, await newKeys(newPassphrase, cost))
    await dropDrafts(path)
    await replaceFile(path, sealed, async draft => {
      await checkReadable(draft, newPassphrase, entries)
      if (!(await lock.isHeld()))
        throw new Fault('store-busy', { message: 'Another process has changed the vault file' })
    })
  })
}

async function open(path: string, passphrase: string): Promise<Entries> {
  const text = await readIfThere(path)
  if (text === undefined) throw new Fault('not-found', { message: 'There is no vault file yet', field: 'passphrase' })
  const file = parseSealed(text)
  try {
    return unseal(file, await keysFor(file, passphrase, undefined))
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'vault-wrong-passphrase') throw error
    throw new Fault('vault-wrong-passphrase', {
      message: 'The old passphrase is wrong, so that nothing was changed',
      field: 'passphrase'
    })
  }
}

async function checkReadable(draft: string, passphrase: string, entries: Entries): Promise<void> {
  const found = await open(draft, passphrase)
  const isSame = found.size === entries.size && [...entries].every(([name, value]) => found.get(name) === value)
  if (!isSame) throw new Fault('vault-damaged', { message: 'The new vault file was not written as it should be' })
}
