import type { SecretPlace, StoredSecret } from '../store/store.ts'
import type { MethodDeps } from './deps.ts'
import { highestVersion, sweepStrays } from './secret-sweep.ts'

type Deps = Pick<MethodDeps, 'vault' | 'store' | 'log' | 'secretTurn'>

/**
 * Puts values into the vault in the order that survives a crash: note the next version as a stray, write it and read it
 * back, point at it in one transaction with `save`, then delete what nothing needs any more. in: save: what belongs to the
 * secrets; it gets their versions by name. out: what it gives. When it throws, nothing was changed.
 */
export async function saveWithSecrets<T>(
  deps: Deps,
  { owner, values }: { owner: string; values: Record<string, string> },
  save: (versions: Record<string, number>) => T
): Promise<T> {
  if (Object.keys(values).length === 0) return deps.store.together(() => save({}))
  return deps.secretTurn(async () => {
    const next = await writeEntries(deps, owner, values)
    const versions = Object.fromEntries(next.map(({ name, version }) => [name, version]))
    try {
      return deps.store.together(() => {
        for (const secret of next) deps.store.secrets.point(secret)
        return save(versions)
      })
    } finally {
      await sweepStrays(deps, stray => stray.owner === owner)
    }
  })
}

/** Deletes what the vault still holds of owners that are gone. A vault that refuses is no fault here. */
export async function forgetOwners(deps: Deps, owners: ReadonlySet<string>): Promise<void> {
  if (!deps.store.secrets.strays().some(({ owner }) => owners.has(owner))) return
  try {
    await deps.secretTurn(() => sweepStrays(deps, ({ owner }) => owners.has(owner)))
  } catch (error) {
    deps.log.warn({ problem: String(error) }, 'secrets not deleted yet')
  }
}

async function writeEntries(
  { vault: chosen, store }: Deps,
  owner: string,
  values: Record<string, string>
): Promise<StoredSecret[]> {
  const vault = await chosen.open()
  const places = Object.keys(values).map((name): SecretPlace => ({
    owner,
    name,
    version: highestVersion(store, owner, name) + 1,
    vault: vault.driver
  }))
  store.together(() => places.forEach(place => store.secrets.expect(place)))
  const next: StoredSecret[] = []
  for (const place of places) {
    const value = values[place.name] ?? ''
    await vault.write(owner, place.name, place.version, value)
    next.push({ ...place, fingerprint: await vault.fingerprint(value) })
  }
  return next
}
