import { Fault } from '#shared/faults.ts'
import { newPassphrase } from '#shared/model/passphrase.ts'
import { vaultFileIn } from '../../base/paths.ts'
import type { SecretDriver } from '../driver.ts'
import { dropDrafts, ensureWritable, readIfThere, removeFile, replaceFile, underLock } from './durable-file.ts'
import {
  defaultCost,
  keysFor,
  newKeys,
  parseSealed,
  seal,
  unseal,
  type Entries,
  type ScryptCost,
  type SealedFile,
  type SealKeys
} from './sealed-file.ts'

export type FileOptions = {
  dataDir: string
  passphrase: string | undefined
  cost?: ScryptCost
  /** How long to wait for another process that is writing. */
  lockWaitMs?: number
}

export type FileDriver = SecretDriver & {
  /** Makes the file where there is none and a passphrase is known. */
  create(): Promise<void>
  /** Removes the file where nothing is in it. out: whether it is gone now and was there. faults: as the calls. */
  removeEmpty(): Promise<boolean>
}

/**
 * Keeps secrets in `vault.json` in the data folder, sealed with a passphrase (scrypt, AES-256-GCM). The file is read anew
 * for each call, since another process may write it or change its passphrase. Closing forgets the passphrase.
 * faults: vault-locked (no passphrase, or it was changed meanwhile), vault-wrong-passphrase, vault-damaged,
 * store-read-only, store-full, store-busy; invalid-input where a file would be made with too short a passphrase.
 */
export function createFileDriver({
  dataDir,
  passphrase,
  cost = defaultCost,
  lockWaitMs = 10_000
}: FileOptions): FileDriver {
  const path = vaultFileIn(dataDir)
  let phrase = passphrase || undefined
  let held: SealKeys | undefined
  let refused: { salt: string; fault: Fault } | undefined

  async function load(): Promise<Entries | undefined> {
    const known = phrase
    const text = await readIfThere(path)
    if (known === undefined) throw lockedFault(text !== undefined)
    if (text === undefined) return undefined
    const file = parseSealed(text)
    const keys = await keysOf(file, known)
    // It may have been closed while the keys were made.
    if (phrase === undefined) throw lockedFault(true)
    held = keys
    return unseal(file, keys)
  }

  /** A passphrase that did not fit is not tried again on the same file: that would cost as much time each time. */
  async function keysOf(file: SealedFile, known: string): Promise<SealKeys> {
    if (refused?.salt === file.kdf.salt) throw refused.fault
    try {
      return await keysFor(file, known, held)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const fault = held ? changedFault() : error
      refused = { salt: file.kdf.salt, fault }
      throw fault
    }
  }

  /** Reads, changes and replaces the file with no other writer in between. */
  async function change(edit: (entries: Entries) => boolean): Promise<void> {
    await load()
    await ensureWritable(dataDir)
    const isDone = await underLock(`${path}.lock`, lockWaitMs, async lock => {
      const found = await load()
      const entries: Entries = found ?? new Map()
      if (!edit(entries)) return true
      if (!found) checkNew(phrase)
      const keys = found && held ? held : await newKeys(phrase ?? '', cost)
      if (!(await lock.isHeld())) return false
      if (phrase === undefined) throw lockedFault(true)
      await dropDrafts(path)
      await replaceFile(path, seal(entries, keys))
      held = keys
      return true
    })
    if (!isDone) await change(edit)
  }

  return {
    name: 'file',
    async create() {
      if (phrase && (await readIfThere(path)) === undefined) await change(() => true)
    },
    async removeEmpty() {
      if ((await load())?.size !== 0) return false
      return underLock(`${path}.lock`, lockWaitMs, async lock => {
        if ((await load())?.size !== 0 || !(await lock.isHeld())) return false
        await dropDrafts(path)
        await removeFile(path)
        return true
      })
    },
    async probe() {
      try {
        const found = await load()
        // Another one can be chosen: the passphrase is asked for as where there is none.
        if (!found && !isLongEnough(phrase)) throw lockedFault(false)
        await ensureWritable(dataDir)
        return null
      } catch (error) {
        if (error instanceof Fault) return error.report()
        throw error
      }
    },
    get: async name => (await load())?.get(name),
    async set(name, value) {
      await change(entries => entries.get(name) !== value && Boolean(entries.set(name, value)))
      if ((await load())?.get(name) !== value) {
        throw new Fault('vault-damaged', { message: `The vault file did not keep the entry ${name} as it was written` })
      }
    },
    async remove(name) {
      let wasThere = false
      await change(entries => (wasThere = entries.delete(name)))
      return wasThere
    },
    names: async () => [...((await load())?.keys() ?? [])].sort(),
    async close() {
      phrase = undefined
      held = undefined
    }
  }
}

const isLongEnough = (phrase: string | undefined) => newPassphrase.safeParse(phrase).success

/** Also where it comes from the environment. A file that is there opens with whatever it was made with. */
function checkNew(phrase: string | undefined): void {
  const message = newPassphrase.safeParse(phrase).error?.issues[0]?.message
  if (message === undefined) return
  throw new Fault('invalid-input', { message, advice: 'Choose a longer one for the vault file.', field: 'passphrase' })
}

function lockedFault(exists: boolean): Fault {
  return new Fault('vault-locked', {
    message: exists ? 'The vault file needs its passphrase' : 'The vault file needs a passphrase to be made with',
    advice: exists
      ? 'Enter the passphrase, or set PLUGBOARD_PASSPHRASE, then try again.'
      : 'Choose a passphrase and enter it, or set PLUGBOARD_PASSPHRASE. It cannot be recovered when it is forgotten.'
  })
}

function changedFault(): Fault {
  return new Fault('vault-locked', {
    message: 'The passphrase of the vault file was changed meanwhile',
    advice: 'Enter the new passphrase, or set PLUGBOARD_PASSPHRASE, then try again.'
  })
}
