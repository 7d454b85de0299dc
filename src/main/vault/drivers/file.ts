import { Fault } from '#shared/faults.ts'
import { vaultFileIn } from '../../base/paths.ts'
import type { SecretDriver } from '../driver.ts'
import { ensureWritable, readIfThere, replaceFile, underLock } from './durable-file.ts'
import {
  defaultCost,
  keysFor,
  newKeys,
  parseSealed,
  seal,
  unseal,
  type Entries,
  type ScryptCost,
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
}

/**
 * Keeps secrets in `vault.json` in the data folder, sealed with a passphrase (scrypt, AES-256-GCM). The file is read anew
 * for each call, since another process may write it. faults: vault-locked (no passphrase), vault-wrong-passphrase,
 * vault-damaged, store-read-only, store-full, store-busy.
 */
export function createFileDriver({
  dataDir,
  passphrase,
  cost = defaultCost,
  lockWaitMs = 10_000
}: FileOptions): FileDriver {
  const path = vaultFileIn(dataDir)
  let held: SealKeys | undefined

  async function load(): Promise<Entries | undefined> {
    const phrase = passphrase || undefined
    const text = await readIfThere(path)
    if (phrase === undefined) throw lockedFault(text !== undefined)
    if (text === undefined) return undefined
    const file = parseSealed(text)
    held = await keysFor(file, phrase, held)
    return unseal(file, held)
  }

  /** Reads, changes and replaces the file with no other writer in between. */
  async function change(edit: (entries: Entries) => boolean): Promise<void> {
    await load()
    await ensureWritable(dataDir)
    const isDone = await underLock(`${path}.lock`, lockWaitMs, async lock => {
      const found = await load()
      const entries: Entries = found ?? new Map()
      if (!edit(entries)) return true
      const keys = found && held ? held : await newKeys(passphrase ?? '', cost)
      if (!(await lock.isHeld())) return false
      await replaceFile(path, seal(entries, keys))
      held = keys
      return true
    })
    if (!isDone) await change(edit)
  }

  return {
    name: 'file',
    async create() {
      if (passphrase && (await readIfThere(path)) === undefined) await change(() => true)
    },
    async probe() {
      try {
        await load()
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
      held = undefined
    }
  }
}

function lockedFault(exists: boolean): Fault {
  return new Fault('vault-locked', {
    message: exists ? 'The vault file needs its passphrase' : 'The vault file needs a passphrase to be made with',
    advice: exists
      ? 'Enter the passphrase, or set PLUGBOARD_PASSPHRASE, then try again.'
      : 'Choose a passphrase and enter it, or set PLUGBOARD_PASSPHRASE. It cannot be recovered when it is forgotten.'
  })
}
