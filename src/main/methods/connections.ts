import type { Account, VaultDriver } from '#shared/model/account.ts'
import { Fault } from '#shared/faults.ts'
import type { Clock } from '../base/clock.ts'
import type { Http } from '../base/http.ts'
import type { ProviderApi } from '../providers/contract.ts'
import type { Registry } from '../providers/registry.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import type { ChosenVault } from '../vault/chosen.ts'

const sandboxPrefix = 'sandbox:'

export type Connections = {
  /**
   * A session of the account at its provider, kept while its credentials stay the same, so that its token and its rate are
   * shared. `signal` ends all sessions: whoever hands one in is closing everything.
   */
  connect(account: Account, signal?: AbortSignal): Promise<ProviderApi>
  /** Ends nothing, but keeps no session and no secret of the account any more. */
  forget(accountId: string): void
  /** The same for all accounts: what is sent at the moment goes on with what it has. */
  forgetAll(): void
  /** All secrets of the account by name. faults: vault-*, secret-missing. */
  secretsOf(account: Account): Promise<Record<string, string>>
}

export function isSandboxUrl(baseUrl: string): boolean {
  return baseUrl.startsWith(sandboxPrefix)
}

export function sandboxUrlOf(provider: string): string {
  return sandboxPrefix + provider
}

/** The only place where a secret meets its account. */
export function createConnections(deps: {
  registry: Registry
  vault: ChosenVault
  sandbox: Sandbox
  http: Http
  clock: Clock
  /** Told which vault has just given a secret. */
  onOpened?(vault: VaultDriver): void
}): Connections {
  const sessions = new Map<string, { key: string; api: ProviderApi }>()
  const closing = new AbortController()
  const followed = new WeakSet<AbortSignal>()

  function follow(signal: AbortSignal): void {
    if (followed.has(signal)) return
    followed.add(signal)
    if (signal.aborted) closing.abort(signal.reason)
    signal.addEventListener('abort', () => closing.abort(signal.reason), { once: true })
  }

  async function secretsOf(account: Account): Promise<Record<string, string>> {
    const pairs = account.secrets.map(async ref => {
      const vault = await deps.vault.open(ref.vault)
      return [ref.name, await vault.read(account.id, ref.name, ref.version)] as const
    })
    const secrets = Object.fromEntries(await Promise.all(pairs))
    for (const ref of account.secrets) deps.onOpened?.(ref.vault)
    return secrets
  }

  /** The sandbox's credentials are printed for everyone: a session vault that has forgotten them is no obstacle. */
  async function sandboxSecrets(account: Account): Promise<Record<string, string>> {
    try {
      return await secretsOf(account)
    } catch (error) {
      if (error instanceof Fault) return deps.sandbox.credentials(account.provider).secrets
      throw error
    }
  }

  return {
    secretsOf,
    forget: accountId => void sessions.delete(accountId),
    forgetAll: () => sessions.clear(),
    async connect(account, signal) {
      if (signal) follow(signal)
      const provider = deps.registry.get(account.provider)
      const inSandbox = isSandboxUrl(account.baseUrl)
      const baseUrl = inSandbox ? await deps.sandbox.ensure(account.provider) : account.baseUrl
      const key = JSON.stringify([baseUrl, account.fields, account.secrets])
      const known = sessions.get(account.id)
      if (known?.key === key) return known.api
      const secrets = inSandbox ? await sandboxSecrets(account) : await secretsOf(account)
      const parsed = provider.credentials.safeParse({ ...account.fields, ...secrets })
      if (!parsed.success) throw missingCredential(account, parsed.error.issues[0]?.path[0])
      const api = provider.connect({
        baseUrl,
        credentials: parsed.data,
        http: deps.http,
        clock: deps.clock,
        signal: closing.signal
      })
      sessions.set(account.id, { key, api })
      return api
    }
  }
}

function missingCredential(account: Account, field: PropertyKey | undefined): Fault {
  const name = String(field ?? 'credential')
  return new Fault('secret-missing', { message: `${account.label} has no usable ${name}`, field: name })
}
