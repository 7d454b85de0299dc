import type { VaultDriver } from '#shared/model/account.ts'
import type { Tree } from '#shared/model/profile.ts'
import type { Store, StraySecret } from '../store/store.ts'
import { fingerprintPlace } from '../vault/vault.ts'
import type { MethodDeps } from './deps.ts'

type Deps = Pick<MethodDeps, 'vault' | 'store' | 'log'>

/** History reaches as far back as a person can go back. */
const historyLimit = 1_000

/**
 * Deletes the strays that nothing needs from their vaults. To be called with the turn to change secrets. A vault that
 * refuses keeps its strays for another time.
 */
export async function sweepStrays(deps: Deps, isMeant: (stray: StraySecret) => boolean = () => true): Promise<void> {
  let isFileLess = false
  for (const stray of deps.store.secrets.strays().filter(isMeant)) {
    if (isNeeded(deps.store, stray)) continue
    try {
      const vault = await deps.vault.open(stray.vault)
      await vault.forget(stray.owner, stray.name, stray.version)
      deps.store.secrets.forgotten(stray)
      isFileLess ||= stray.vault === 'file'
    } catch (error) {
      const { owner, name: field, version } = stray
      deps.log.warn({ owner, field, version, problem: String(error) }, 'secret not deleted yet')
    }
  }
  if (isFileLess) await discardFile(deps)
}

/** The vault file goes with the last secret, once another vault is in use: whatever was chosen is durable by then. */
async function discardFile({ store, vault, log }: Deps): Promise<void> {
  if (isFileKept(store)) return
  try {
    await vault.discardEmptyFile()
  } catch (error) {
    log.warn({ problem: String(error) }, 'the empty vault file was not removed yet')
  }
}

function isFileKept({ secrets }: Store): boolean {
  return [...secrets.all(), ...secrets.strays()].some(({ vault }) => vault === 'file')
}

/**
 * The sweep behind the start, once for each vault, when it is known to open without asking a person: the session's always,
 * the passphrase file once its passphrase is given, the keychain after it gave a secret.
 */
export function createBackgroundSweep(deps: Pick<MethodDeps, 'vault' | 'store' | 'log' | 'secretTurn'>) {
  const swept = new Set<VaultDriver>()
  let running = Promise.resolve()

  function sweep(driver: VaultDriver): void {
    if (swept.has(driver)) return
    swept.add(driver)
    running = running
      .then(() => sweepOne(driver))
      .catch((error: unknown) => {
        deps.log.warn({ problem: String(error) }, 'secrets not swept')
      })
  }

  async function sweepOne(driver: VaultDriver): Promise<void> {
    const strays = deps.store.secrets.strays().filter(({ vault }) => vault === driver)
    if (strays.some(stray => !isNeeded(deps.store, stray))) {
      await deps.secretTurn(() => sweepStrays(deps, ({ vault }) => vault === driver))
    } else if (driver === 'file' && !isFileKept(deps.store)) {
      // The end may have come between the last secret and the file.
      await deps.secretTurn(() => discardFile(deps))
    }
  }

  return {
    start() {
      sweep('session')
      if (deps.vault.hasPassphrase()) sweep('file')
    },
    /** A vault has just given a secret. */
    opened: sweep,
    /** Resolves once nothing is being swept. */
    idle: () => running
  }
}

/** The highest version of a secret that was ever mentioned, so that none is used twice. */
export function highestVersion(store: Store, owner: string, name: string): number {
  const strays = store.secrets.strays().filter(stray => stray.owner === owner && stray.name === name)
  const before = Number(store.options.get('secret-versions-from') ?? 0)
  const known = [store.secrets.get(owner, name)?.version ?? 0, before, ...strays.map(({ version }) => version)]
  return Math.max(...known, ...treesOf(store, owner).map(tree => versionIn(tree, name)))
}

/** An older version is needed as long as a tree of its profile, a request or the history may come back to it. */
export function isNeeded(store: Store, { owner, name, version, vault, isCopy }: StraySecret): boolean {
  if (owner === fingerprintPlace.owner) return store.secrets.all().some(secret => secret.vault === vault)
  const pointed = store.secrets.get(owner, name)
  if (pointed?.version === version) return pointed.vault === vault
  if (isCopy) return false
  return (
    store.profiles.get(owner) !== undefined && treesOf(store, owner).some(tree => versionIn(tree, name) === version)
  )
}

function treesOf(store: Store, profileId: string): Tree[] {
  const record = store.profiles.get(profileId)
  const open = store.runs.operationsIn(['prepared', 'inflight', 'waiting', 'unknown'])
  const sent = open.filter(operation => operation.profileId === profileId).map(({ change }) => change.settings)
  return [
    ...(record ? [record.base, record.local, record.remote] : []),
    ...sent.map(settings => Object.fromEntries(settings.map(({ setting, to }) => [setting, to ?? null]))),
    ...store.history.list({ profileId, limit: historyLimit }).map(({ after }) => after)
  ]
}

function versionIn(tree: Tree, name: string): number {
  const value = tree !== null && Object.hasOwn(tree, name) ? tree[name] : undefined
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value.$secret : 0
}
