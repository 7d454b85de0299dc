import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Change, Operation, SettingChange } from '#shared/model/plan.ts'
import type { Kind, RemoteProfile } from '../providers/contract.ts'
import { asSeen, isSecretMark, withValues } from './trees.ts'
import type { Work } from './work.ts'

/** The request, with the values of its secrets, ready to go. It gives the id there. */
export async function requestOf(
  { api, kind, store, secretSetting }: Work,
  { change, profileId }: Operation,
  found: RemoteProfile | undefined,
  settings: SettingChange[]
): Promise<() => Promise<string>> {
  const reveal = async (tree: Settings): Promise<Settings> => {
    const values = Object.entries(tree).map(async ([name, value]): Promise<[string, Settings[string]]> => [
      name,
      isSecretMark(value) ? await secretSetting(profileId, name, value.$secret).catch(lacking(change, kind)) : value
    ])
    return Object.fromEntries(await Promise.all(values))
  }
  const planned = await reveal(Object.fromEntries(settings.map(({ setting, to }) => [setting, to ?? null])))
  if (change.action === 'create') return () => api.create(change.kind, planned)
  const { remoteId } = change
  if (remoteId === null) throw new Error(`a change without an id there: ${change.action}`)
  if (change.action === 'delete') return () => api.remove(change.kind, remoteId).then(() => remoteId)
  // Where the whole object is replaced, the secrets that are not planned must go along, or they would be cleared.
  const isWhole = kind.update === 'replace' && (kind.isWhole?.(Object.keys(planned)) ?? true)
  const known = isWhole ? (store.profiles.get(profileId)?.base ?? null) : null
  const before = asSeen(kind, found?.settings ?? {}, known)
  // A secret that the plan replaces is not looked up: the vault need not have its old version any more.
  const kept = Object.entries(before).filter(([name]) => !Object.hasOwn(planned, name))
  const whole = withValues(
    await reveal(Object.fromEntries(kept)),
    Object.entries(planned).map(([name, value]) => [name, value ?? undefined])
  )
  return () => api.update(change.kind, remoteId, planned, whole).then(() => remoteId)
}

/** Says of a missing secret whose it is. */
function lacking({ title }: Change, kind: Kind): (error: unknown) => never {
  return error => {
    if (!(error instanceof Fault) || error.code !== 'secret-missing') throw error
    const { field = '' } = error.detail
    const label = kind.card.form.fields.find(({ name }) => name === field)?.label ?? field
    const message = `${label} of “${title}” is not in the vault`
    throw new Fault('secret-missing', { message, field, advice: 'Enter it again in the profile, then apply.' })
  }
}
