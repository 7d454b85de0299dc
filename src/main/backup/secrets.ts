import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import type { SecretPlace, Store } from '../store/store.ts'
import type { ChosenVault } from '../vault/chosen.ts'
import type { Vault } from '../vault/vault.ts'
import type { HeldSecret } from './contents.ts'

type Missing = { of: string; name: string }

/**
 * Takes the secrets at these places out of their vaults. out: missing: those in use that are not there, as of a session that
 * ended. faults: vault-*.
 */
export async function gatherSecrets(
  store: Store,
  vault: Pick<ChosenVault, 'open'>,
  places: SecretPlace[]
): Promise<{ secrets: HeldSecret[]; missing: Missing[] }> {
  const secrets: HeldSecret[] = []
  const missing: Missing[] = []
  for (const place of places.map(bare)) {
    const value = await valueIn(await vault.open(place.vault), place)
    if (value !== undefined) secrets.push({ ...place, value })
    // An older version that is lost is lost for the history alone.
    else if (store.secrets.get(place.owner, place.name)?.version === place.version)
      missing.push({ of: labelOf(store, place.owner), name: place.name })
  }
  return { secrets, missing }
}

/**
 * Puts the secrets of a backup into the vault, each noted before and read back afterwards, under the versions that the
 * backup's database points at. Nothing that the vault holds is replaced. out: where they are, with their fingerprints.
 * faults: already-exists where the vault holds another value under that version, vault-*.
 */
export async function putSecrets(store: Store, vault: Vault, secrets: HeldSecret[]): Promise<PutSecret[]> {
  const put: PutSecret[] = []
  for (const { value, ...place } of secrets) {
    const there = { ...place, vault: vault.driver }
    const found = await valueIn(vault, there)
    if (found !== undefined && found !== value) throw otherValue(store, place)
    if (found === undefined) {
      store.secrets.expect(there)
      await vault.write(place.owner, place.name, place.version, value)
    }
    put.push({ ...there, before: place.vault, fingerprint: await vault.fingerprint(value) })
  }
  return put
}
export type PutSecret = SecretPlace & { before: SecretPlace['vault']; fingerprint: string }

/**
 * Makes the references of a backup's database those of this data folder. in: live: the folder's own database. An account's
 * secret that the backup came without is the one that is here; what the vaults hold for the live database alone are strays
 * now. out: what is in no vault here; accounts among it are parked.
 */
export function settleSecrets(
  copy: Store,
  live: Store,
  { put, needsSecrets }: { put: PutSecret[]; needsSecrets: (account: Account) => boolean }
): Missing[] {
  const pointed = live.secrets.all().map(secret => ({ ...secret, isCopy: false }))
  const here = [...pointed, ...live.secrets.strays()]
  const held = new Set([...put, ...here].map(placeKey))
  copy.options.set('secret-versions-from', String(Math.max(floorOf(live), floorOf(copy), ...here.map(versionOf))))
  for (const secret of put) repoint(copy, secret)
  for (const secret of copy.secrets.all()) {
    // The trees of a profile name the version of their secrets, so that another one would not be theirs.
    const own = held.has(placeKey(secret)) ? undefined : live.secrets.get(secret.owner, secret.name)
    if (own && !copy.profiles.get(secret.owner)) copy.secrets.point(own)
  }
  for (const stray of copy.secrets.strays()) if (!held.has(placeKey(stray))) copy.secrets.forgotten(stray)
  const known = [...copy.secrets.all(), ...copy.secrets.strays()]
  const [places, entries] = [new Set(known.map(placeKey)), new Set(known.map(entryKey))]
  for (const place of here) {
    if (!places.has(placeKey(place)))
      copy.secrets.expect({ ...bare(place), isCopy: place.isCopy || entries.has(entryKey(place)) })
  }
  const free = new Set(copy.accounts.list().flatMap(account => (needsSecrets(account) ? [] : account.id)))
  const missing = copy.secrets.all().filter(secret => !held.has(placeKey(secret)) && !free.has(secret.owner))
  parkWithout(copy, missing)
  return missing.map(({ owner, name }) => ({ of: labelOf(copy, owner), name }))
}

function repoint(copy: Store, { before, fingerprint, ...place }: PutSecret): void {
  if (copy.secrets.get(place.owner, place.name)?.version === place.version) {
    copy.secrets.point({ ...place, fingerprint })
  } else {
    if (before !== place.vault) copy.secrets.forgotten({ ...place, vault: before })
    copy.secrets.expect(place)
  }
}

/** An account that cannot be signed in to says so, and nothing is sent for it before it was given its secrets. */
function parkWithout(copy: Store, missing: SecretPlace[]): void {
  for (const account of copy.accounts.list()) {
    const { secrets: _, ...row } = account
    const lacking = missing.filter(({ owner }) => owner === account.id).map(({ name }) => name)
    if (lacking.length === 0) continue
    const message = `“${account.label}” was restored without its ${lacking.join(', ')}`
    copy.accounts.update({ ...row, state: 'parked', parkedFault: new Fault('secret-missing', { message }).report() })
  }
}

async function valueIn(vault: Vault, { owner, name, version }: SecretPlace): Promise<string | undefined> {
  try {
    return await vault.read(owner, name, version)
  } catch (error) {
    if (error instanceof Fault && error.code === 'secret-missing') return undefined
    throw error
  }
}

function floorOf(store: Store): number {
  return Number(store.options.get('secret-versions-from') ?? 0)
}

function bare({ owner, name, version, vault }: SecretPlace): SecretPlace {
  return { owner, name, version, vault }
}

function placeKey({ owner, name, version, vault }: SecretPlace): string {
  return JSON.stringify([owner, name, version, vault])
}

function entryKey({ owner, name, version }: SecretPlace): string {
  return JSON.stringify([owner, name, version])
}

function versionOf({ version }: SecretPlace): number {
  return version
}

/** Whose a secret is, for people. */
function labelOf(store: Store, owner: string): string {
  const account = store.accounts.get(owner) ?? store.accounts.get(store.profiles.get(owner)?.accountId ?? '')
  return account?.label ?? store.endpoints.get(owner)?.label ?? owner
}

function otherValue(store: Store, { owner, name }: Omit<HeldSecret, 'value'>): Fault {
  return new Fault('already-exists', {
    message: `The vault holds another ${name} of “${labelOf(store, owner)}” under the same number as the backup`,
    advice: 'Restore it into another data folder (--data-dir), or into another vault (--vault).'
  })
}
