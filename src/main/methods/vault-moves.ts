import { Fault } from '#shared/faults.ts'
import type { VaultDriver } from '#shared/model/account.ts'
import type { VaultMove } from '#shared/model/app.ts'
import type { SecretPlace, Store, StoredSecret } from '../store/store.ts'
import { fingerprintPlace, type Vault } from '../vault/vault.ts'
import type { MethodDeps } from './deps.ts'
import { isNeeded, sweepStrays } from './secret-sweep.ts'
import { vaultWords } from './vault-words.ts'

type Deps = Pick<MethodDeps, 'vault' | 'store' | 'log' | 'secretTurn'>
type Order = { from?: VaultDriver | undefined; to: VaultDriver; passphrase?: string | undefined }

/** A secret in use has the fingerprint that it gets in the new vault, an older version has none. */
type Copied = { place: SecretPlace; fingerprint?: string }

/**
 * Moves secrets into another vault and chooses it, in the order that survives a crash: note each copy as a stray, write it,
 * read it back and compare, point at all of them in one transaction, only then delete the old ones. What a crash leaves, on
 * either side of the transaction, is a stray that the next start sweeps. faults: vault-*, secret-missing with what it is of;
 * then nothing was changed.
 */
export async function moveSecrets(deps: Deps, { from, to, passphrase }: Order): Promise<VaultMove> {
  return deps.secretTurn(async () => {
    const target = await deps.vault.prove(to, passphrase)
    const places = placesToMove(deps.store, from, to)
    const sources = new Set(places.map(({ vault }) => vault))
    try {
      const copied = await copyAll(deps, places, target)
      const moved = deps.store.together(() => {
        const pointed = copied.filter(one => settle(deps.store, one, to))
        settleKey(deps.store, sources, to)
        deps.vault.use(to)
        return pointed.length
      })
      await sweepStrays(deps, ({ vault, isCopy }) => sources.has(vault) || (vault === to && isCopy))
      return { to, moved, older: copied.filter(one => !one.fingerprint).length, left: leftIn(deps.store, sources) }
    } catch (error) {
      await sweepStrays(deps, ({ vault, isCopy }) => vault === to && isCopy)
      throw error
    }
  })
}

/** What is in use, and the older versions that the history may come back to. */
export function placesInUse(store: Store): SecretPlace[] {
  const older = store.secrets.strays().filter(stray => !stray.isCopy && isNeeded(store, stray))
  return [...store.secrets.all(), ...older.filter(({ owner }) => owner !== fingerprintPlace.owner)]
}

function placesToMove(store: Store, from: VaultDriver | undefined, to: VaultDriver): SecretPlace[] {
  return placesInUse(store)
    .filter(({ vault }) => vault !== to && (from === undefined || vault === from))
    .map(({ owner, name, version, vault }) => ({ owner, name, version, vault }))
}

async function copyAll(deps: Deps, places: SecretPlace[], target: Vault): Promise<Copied[]> {
  const { store } = deps
  const vault = target.driver
  store.together(() => places.forEach(place => store.secrets.expect({ ...place, vault, isCopy: true })))
  await copyKey(deps, places, target)
  const copied: Copied[] = []
  for (const place of places) {
    const isInUse = isPointed(store, place)
    // An older version that is lost is lost for the history alone.
    const value = isInUse ? await valueOf(deps, place) : await read(deps, place).catch(missing)
    if (value === undefined) continue
    await copy(target, place, value)
    copied.push({ place, ...(isInUse && { fingerprint: await target.fingerprint(value) }) })
  }
  return copied
}

/** So that fingerprints stay what they are. A vault that has secrets of this folder keeps the key that those were made with. */
async function copyKey(deps: Deps, [first]: SecretPlace[], target: Vault): Promise<void> {
  const { store } = deps
  const isInUse = store.secrets.all().some(secret => secret.vault === target.driver)
  if (!first || isInUse) return
  const place: SecretPlace = { ...fingerprintPlace, vault: first.vault }
  // A vault that has lost the key gets a new one at its first need.
  const key = await read(deps, place).catch(missing)
  if (key === undefined) return
  store.secrets.expect({ ...place, vault: target.driver, isCopy: true })
  await copy(target, place, key)
}

async function read({ vault }: Deps, { owner, name, version, vault: driver }: SecretPlace): Promise<string> {
  return (await vault.open(driver)).read(owner, name, version)
}

function missing(error: unknown): undefined {
  if (!(error instanceof Fault) || error.code !== 'secret-missing') throw error
}

async function valueOf(deps: Deps, place: SecretPlace): Promise<string> {
  try {
    return await read(deps, place)
  } catch (error) {
    missing(error)
    throw new Fault('secret-missing', {
      field: place.name,
      message: `The secret "${place.name}" of ${ownerName(deps.store, place.owner)} is not in the vault "${vaultWords[place.vault].label}", so that nothing was moved`,
      advice: 'Enter it again, or use the other vault without moving what is in this one.'
    })
  }
}

async function copy(target: Vault, { owner, name, version }: SecretPlace, value: string): Promise<void> {
  await target.write(owner, name, version, value)
  if ((await target.read(owner, name, version)) === value) return
  throw new Fault('vault-damaged', {
    field: name,
    message: `The vault "${vaultWords[target.driver].label}" did not keep the secret "${name}" as it was written, so that nothing was moved`,
    advice: 'Try again, or choose another vault. The secrets are where they were.'
  })
}

/** out: whether it is a secret in use. One whose owner was removed meanwhile stays a copy that nothing needs. */
function settle(store: Store, { place, fingerprint }: Copied, vault: VaultDriver): boolean {
  const moved = { ...place, vault }
  const isInUse = fingerprint !== undefined && isPointed(store, place)
  if (isInUse) store.secrets.point({ ...moved, fingerprint } satisfies StoredSecret)
  if (isInUse || fingerprint === undefined) store.secrets.settle(moved)
  return isInUse
}

/** The key counts in the new vault; in the old ones it goes with the last secret. */
function settleKey(store: Store, sources: Set<VaultDriver>, to: VaultDriver): void {
  store.secrets.forgotten({ ...fingerprintPlace, vault: to })
  for (const vault of sources) store.secrets.expect({ ...fingerprintPlace, vault, isCopy: true })
}

function isPointed(store: Store, { owner, name, version, vault }: SecretPlace): boolean {
  const pointed = store.secrets.get(owner, name)
  return pointed?.version === version && pointed.vault === vault
}

function leftIn(store: Store, sources: Set<VaultDriver>): number {
  return store.secrets
    .strays()
    .filter(stray => sources.has(stray.vault) && stray.owner !== fingerprintPlace.owner && !isNeeded(store, stray))
    .length
}

/** For people: whose secret it is. */
function ownerName(store: Store, owner: string): string {
  const profile = store.profiles.get(owner)
  const account = store.accounts.get(profile?.accountId ?? owner)
  if (account) return profile ? `a profile of ${account.label}` : account.label
  const endpoint = store.endpoints.get(owner)
  return endpoint ? `the endpoint ${endpoint.label}` : 'the listener'
}
