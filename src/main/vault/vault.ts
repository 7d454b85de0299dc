import { createHmac, randomBytes } from 'node:crypto'
import { Fault, type FaultReport } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import type { ForkAnswering } from '../base/answering.ts'
import type { SecretDriver } from './driver.ts'
import { createFileDriver } from './drivers/file.ts'
import { createKeychainDriver } from './drivers/keychain.ts'
import { createMemoryDriver } from './drivers/memory.ts'
import type { ScryptCost } from './drivers/sealed-file.ts'
import { readVaultId } from './vault-id.ts'

/** Where secrets are kept. Each has an owner (an account, a profile), a field and a version; what calls it keeps those. */
export type Vault = {
  driver: VaultDriver
  /** null: it works now. Never throws for an expected failure, and answers within seconds. */
  probe(): Promise<FaultReport | null>
  /** Resolves once the value was read back and is equal. */
  write(owner: string, field: string, version: number, value: string): Promise<void>
  /** faults: secret-missing, with the field. */
  read(owner: string, field: string, version: number): Promise<string>
  forget(owner: string, field: string, version: number): Promise<void>
  /**
   * Removes the entries that no reference points at. out: how many. Call it while nobody else writes to this data folder:
   * a value is written before its reference is.
   */
  sweep(isReferenced: (owner: string, field: string, version: number) => boolean): Promise<number>
  /** HMAC-SHA-256 in hex, with a key that is in vaults alone (made on first use). Equal for equal values. */
  fingerprint(value: string): Promise<string>
  close(): Promise<void>
}

export type VaultOptions = {
  driver: VaultDriver
  dataDir: string
  /** For `file`. Without it the vault opens, and every call says vault-locked. */
  passphrase?: string | undefined
  /** The name of the keychain's entries; by default `Plugboard` and the data folder's id. */
  service?: string
  /** How the program of the keychain's calls is started; Node's way by default. */
  fork?: ForkAnswering | undefined
  /** For `file`, when it is made: less than the default is for tests. */
  scryptCost?: ScryptCost
}

/**
 * Opens the chosen vault; `file` makes its file when there is none and a passphrase is given. A vault that is locked or
 * absent opens all the same: its calls fail, and what needs no secret works. faults: store-read-only, store-full.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  return overDriver(await openDriver(options))
}

/** Tries a vault without changing anything that is kept. out: null: it works. Never throws a fault. */
export async function probeVault(options: VaultOptions): Promise<FaultReport | null> {
  const { driver, dataDir, passphrase } = options
  try {
    const opened = driver === 'file' ? createFileDriver({ dataDir, passphrase }) : await openDriver(options)
    try {
      return await opened.probe()
    } finally {
      await opened.close()
    }
  } catch (error) {
    if (error instanceof Fault) return error.report()
    throw error
  }
}

/** Where the key of the fingerprints is: an entry like others, so that a vault can hand it on to another one. */
export const fingerprintPlace = { owner: 'vault', name: 'fingerprint', version: 1 }

const keyName = entryName(fingerprintPlace.owner, fingerprintPlace.name, fingerprintPlace.version)

/** A vault over any driver. */
export function overDriver(driver: SecretDriver): Vault {
  let key: Promise<Buffer> | undefined

  function fingerprintKey(): Promise<Buffer> {
    key ??= readOrMakeKey(driver).catch((error: unknown) => {
      key = undefined
      throw error
    })
    return key
  }

  return {
    driver: driver.name,
    probe: () => driver.probe(),
    async write(owner, field, version, value) {
      const name = entryName(owner, field, version)
      if (name === keyName) key = undefined
      await driver.set(name, value)
    },
    async read(owner, field, version) {
      const value = await driver.get(entryName(owner, field, version))
      if (value === undefined)
        throw new Fault('secret-missing', { field, message: `The secret "${field}" is not in the vault` })
      return value
    },
    async forget(owner, field, version) {
      const name = entryName(owner, field, version)
      if (name === keyName) key = undefined
      await driver.remove(name)
    },
    async sweep(isReferenced) {
      let removed = 0
      for (const name of await driver.names()) {
        const entry = parseName(name)
        if (name === keyName || !entry || isReferenced(entry.owner, entry.field, entry.version)) continue
        if (await driver.remove(name)) removed += 1
      }
      return removed
    },
    async fingerprint(value) {
      return createHmac('sha256', await fingerprintKey())
        .update(value, 'utf8')
        .digest('hex')
    },
    async close() {
      key = undefined
      await driver.close()
    }
  }
}

async function openDriver({
  driver,
  dataDir,
  passphrase,
  service,
  fork,
  scryptCost
}: VaultOptions): Promise<SecretDriver> {
  if (driver === 'session') return createMemoryDriver()
  if (driver === 'keychain')
    return createKeychainDriver({ service: service ?? `Plugboard ${await readVaultId(dataDir)}`, fork })
  const file = createFileDriver({ dataDir, passphrase, ...(scryptCost && { cost: scryptCost }) })
  await file.create()
  return file
}

async function readOrMakeKey(driver: SecretDriver): Promise<Buffer> {
  const kept = await driver.get(keyName)
  if (kept !== undefined) return Buffer.from(kept, 'hex')
  const made = randomBytes(32)
  await driver.set(keyName, made.toString('hex'))
  return made
}

/** `<owner>/<field>:v<version>`, owner and field percent-encoded, since a provider may name a setting as it likes. */
function entryName(owner: string, field: string, version: number): string {
  return `${encodeURIComponent(owner)}/${encodeURIComponent(field)}:v${version}`
}

function parseName(name: string): { owner: string; field: string; version: number } | undefined {
  const found = /^([^/]+)\/([^/:]+):v(\d+)$/.exec(name)
  if (!found) return undefined
  const [, owner = '', field = '', version] = found
  return { owner: decodeURIComponent(owner), field: decodeURIComponent(field), version: Number(version) }
}
