import type { Store, StraySecret } from '../store/store.ts'
import type { ChosenVault } from '../vault/chosen.ts'

/** The value of a secret setting, by its version. faults: vault-*, secret-missing. */
export async function readSecretSetting(
  { store, vault }: { store: Pick<Store, 'secrets'>; vault: Pick<ChosenVault, 'open'> },
  { profileId, setting, version }: { profileId: string; setting: string; version: number }
): Promise<string> {
  const pointed = store.secrets.get(profileId, setting)
  const isMeant = (one: StraySecret) =>
    one.owner === profileId && one.name === setting && one.version === version && !one.isCopy
  // An older version is a stray, and may be in a vault that was chosen before.
  const place = pointed?.version === version ? pointed : store.secrets.strays().find(isMeant)
  const open = await vault.open((place ?? pointed)?.vault)
  return open.read(profileId, setting, version)
}
