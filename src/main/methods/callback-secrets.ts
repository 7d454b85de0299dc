import { Fault } from '#shared/faults.ts'
import type { Account } from '#shared/model/account.ts'
import { endpointKeyName } from '../listener/endpoints.ts'
import type { Registry } from '../providers/registry.ts'
import type { Store } from '../store/store.ts'
import type { ChosenVault } from '../vault/chosen.ts'
import type { Connections } from './connections.ts'
import { readSecretSetting } from './secret-settings.ts'

type Deps = {
  store: Pick<Store, 'accounts' | 'profiles' | 'secrets'>
  registry: Pick<Registry, 'get'>
  vault: Pick<ChosenVault, 'open'>
  connections: Pick<Connections, 'secretsOf'>
}

/**
 * Gives what a callback of the account may be signed with, by name: its credentials, and the secret settings that its
 * provider's dialect asks for, as `settings.<profile id>.<setting>`. What is not in the vault is left out.
 * faults: vault-*, secret-missing where nothing at all could be read.
 */
export function createCallbackSecrets(deps: Deps): (accountId: string) => Promise<Record<string, string>> {
  return async accountId => {
    const account = deps.store.accounts.get(accountId)
    if (!account) return {}
    const parts = await Promise.all([readable(deps.connections.secretsOf(account)), ...settingsOf(deps, account)])
    const found = Object.fromEntries(parts.flatMap(part => Object.entries(part.secrets)))
    const fault = parts.find(part => part.fault !== undefined)?.fault
    if (fault && Object.keys(found).length === 0) throw fault
    return found
  }
}

/** Gives the key of an endpoint's scheme; undefined where none was entered. faults: vault-*, secret-missing. */
export function createEndpointKeys({
  store,
  vault
}: {
  store: Pick<Store, 'secrets'>
  vault: Pick<ChosenVault, 'open'>
}): (endpointId: string) => Promise<string | undefined> {
  return async endpointId => {
    const place = store.secrets.get(endpointId, endpointKeyName)
    return place && (await vault.open(place.vault)).read(place.owner, place.name, place.version)
  }
}

function settingsOf(deps: Deps, account: Account): Promise<Part>[] {
  const wanted = deps.registry.get(account.provider).callbacks.settingSecrets ?? []
  if (wanted.length === 0) return []
  return deps.store.profiles.list({ accountId: account.id }).flatMap(({ id }) =>
    deps.store.secrets.list(id).flatMap(({ name, version }) => {
      if (!wanted.includes(name)) return []
      const reading = readSecretSetting(deps, { profileId: id, setting: name, version })
      return readable(reading.then(value => ({ [`settings.${id}.${name}`]: value })))
    })
  )
}

type Part = { secrets: Record<string, string>; fault?: Fault }

async function readable(reading: Promise<Record<string, string>>): Promise<Part> {
  try {
    return { secrets: await reading }
  } catch (error) {
    if (error instanceof Fault) return { secrets: {}, fault: error }
    throw error
  }
}
