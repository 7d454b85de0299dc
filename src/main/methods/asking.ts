import { Fault } from '#shared/faults.ts'
import type { FieldCard } from '#shared/model/field.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { ViewTable } from '#shared/model/provider.ts'
import { isSecretMark } from '../sync/trees.ts'
import { knownAccount } from './account-writes.ts'
import type { MethodDeps } from './deps.ts'
import { readSecretSetting } from './secret-settings.ts'

/** Does what an action of a profile's kind offers, once. faults: not-found, missing-there, invalid-input, of the request. */
export async function actOnProfile(
  deps: MethodDeps,
  { id, action, values }: { id: string; action: string; values: Record<string, string> }
): Promise<{ summary: string }> {
  const profile = deps.sync.get(id)
  const account = knownAccount(deps, profile.accountId)
  const { card } = deps.registry.kind(account.provider, profile.kind)
  const offered = card.actions.find(known => known.id === action)
  if (!offered) throw unknownOf('action', action, card.actions)
  if (profile.remoteId === null) {
    throw new Fault('missing-there', {
      message: `${profile.title} is not at the provider yet`,
      advice: 'Apply it first.'
    })
  }
  checkValues(offered.fields, values)
  const api = await deps.connections.connect(account)
  if (!api.act) throw new Error(`${account.provider} offers actions and has no act`)
  const secrets = await sentSecrets(deps, profile)
  return { summary: await api.act(profile.kind, profile.remoteId, action, values, secrets) }
}

/** The secret settings as the provider has them; those that the vault does not have any more are left out. */
async function sentSecrets(deps: MethodDeps, { id, base }: Profile): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {}
  for (const [name, mark] of Object.entries(base ?? {})) {
    if (!isSecretMark(mark)) continue
    try {
      secrets[name] = await readSecretSetting(deps, { profileId: id, setting: name, version: mark.$secret })
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'secret-missing') throw error
    }
  }
  return secrets
}

/** Reads one of the provider's views. faults: not-found, missing-there, of the reads. */
export async function readView(
  deps: MethodDeps,
  { id, view, profileId }: { id: string; view: string; profileId?: string }
): Promise<ViewTable> {
  const account = knownAccount(deps, id)
  const { views } = deps.registry.get(account.provider).card
  const offered = views.find(known => known.id === view)
  if (!offered) throw unknownOf('view', view, views)
  const remoteId = offered.kind === null ? undefined : remoteIdOf(deps, account.id, offered.kind, profileId)
  const api = await deps.connections.connect(account)
  if (!api.view) throw new Error(`${account.provider} offers views and has no view`)
  return await api.view(view, remoteId)
}

function remoteIdOf(deps: MethodDeps, accountId: string, kind: string, profileId: string | undefined): string {
  const profile = profileId === undefined ? undefined : deps.sync.get(profileId)
  if (!profile || profile.accountId !== accountId || profile.kind !== kind) {
    throw new Fault('invalid-input', { message: 'This view is one of a profile: say which', field: 'profileId' })
  }
  if (profile.remoteId === null)
    throw new Fault('missing-there', { message: `${profile.title} is not at the provider yet` })
  return profile.remoteId
}

function checkValues(fields: FieldCard[], values: Record<string, string>): void {
  const foreign = Object.keys(values).find(name => !fields.some(card => card.name === name))
  if (foreign !== undefined)
    throw new Fault('invalid-input', { message: `There is no field "${foreign}"`, field: foreign })
  const missing = fields.find(card => card.required && !values[card.name])
  if (missing) throw new Fault('invalid-input', { message: `${missing.label} is missing`, field: missing.name })
}

function unknownOf(noun: string, id: string, known: { id: string }[]): Fault {
  const names = known.map(one => one.id).join(', ') || 'none'
  return new Fault('not-found', { message: `There is no ${noun} "${id}" (there is: ${names})`, field: noun })
}
