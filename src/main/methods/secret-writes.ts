import type { StoredSecret } from '../store/store.ts'
import type { MethodDeps } from './deps.ts'

/**
 * Puts values into the vault in the order that survives a crash: write the next version and read it back, then `point` in the
 * caller's transaction, then `tidy` deletes the versions that nothing points at any more.
 */
export async function writeSecrets(
  deps: Pick<MethodDeps, 'vault' | 'store' | 'log'>,
  owner: string,
  values: Record<string, string>
): Promise<{ point(): void; tidy(): Promise<void> }> {
  const names = Object.keys(values)
  if (names.length === 0) return { point() {}, async tidy() {} }
  const vault = await deps.vault.open()
  const old = names.flatMap(name => deps.store.secrets.get(owner, name) ?? [])
  const next: StoredSecret[] = []
  for (const name of names) {
    const value = values[name] ?? ''
    const version = (old.find(secret => secret.name === name)?.version ?? 0) + 1
    await vault.write(owner, name, version, value)
    next.push({ owner, name, version, vault: vault.driver, fingerprint: await vault.fingerprint(value) })
  }
  return {
    point() {
      for (const secret of next) deps.store.secrets.point(secret)
    },
    async tidy() {
      for (const secret of old) await forgetSecret(deps, secret)
    }
  }
}

/** Deletes one version. A vault that refuses is no fault here: nothing points at it, and the sweep at start tries again. */
export async function forgetSecret(deps: Pick<MethodDeps, 'vault' | 'log'>, secret: StoredSecret): Promise<void> {
  try {
    const vault = await deps.vault.open(secret.vault)
    await vault.forget(secret.owner, secret.name, secret.version)
  } catch (error) {
    deps.log.warn(
      { owner: secret.owner, field: secret.name, version: secret.version, error: String(error) },
      'secret not deleted'
    )
  }
}
