import { fieldsFor } from '#shared/fields.ts'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Profile } from '#shared/model/profile.ts'
import { newId } from '../base/ids.ts'
import { checkSchema } from '../sync/validate.ts'
import { knownAccount } from './account-writes.ts'
import { actOnProfile } from './asking.ts'
import type { MethodDeps } from './deps.ts'
import type { Methods } from './router.ts'
import { forgetOwners, saveWithSecrets } from './secret-writes.ts'

export function profileMethods(methods: Methods, deps: MethodDeps) {
  const { sync } = deps
  return {
    profiles: {
      pull: methods.profiles.pull.handler(({ input }) => sync.pull(input.accountId)),
      list: methods.profiles.list.handler(({ input }) => sync.list(input.accountId)),
      get: methods.profiles.get.handler(({ input }) => sync.get(input.id)),
      set: methods.profiles.set.handler(({ input }) => setSettings(deps, input.id, input.settings)),
      unset: methods.profiles.unset.handler(({ input }) => sync.unset(input.id, input.settings)),
      create: methods.profiles.create.handler(({ input }) => createProfile(deps, input)),
      adopt: methods.profiles.adopt.handler(({ input }) => sync.adopt(input.accountId, input.name)),
      act: methods.profiles.act.handler(({ input }) => actOnProfile(deps, input)),
      delete: methods.profiles.delete.handler(({ input }) => {
        sync.remove(input.id)
        return { done: true }
      }),
      setPolicy: methods.profiles.setPolicy.handler(({ input }) => sync.setPolicy(input)),
      revert: methods.profiles.revert.handler(({ input }) => {
        sync.revert(input.id)
        return { done: true }
      }),
      release: methods.profiles.release.handler(async ({ input }) => {
        sync.release(input.id)
        await forgetOwners(deps, new Set([input.id]))
        return { done: true }
      })
    },
    conflicts: {
      list: methods.conflicts.list.handler(({ input }) => sync.conflicts(input.accountId)),
      resolve: methods.conflicts.resolve.handler(({ input }) => sync.resolve(input.profileId, input.setting, input.use))
    },
    history: {
      list: methods.history.list.handler(({ input }) => sync.history(input)),
      gone: methods.history.gone.handler(() => sync.gone()),
      diff: methods.history.diff.handler(({ input }) => ({ settings: sync.historyDiff(input) })),
      rollback: methods.history.rollback.handler(({ input }) => sync.rollback(input.profileId, input.entryId))
    }
  }
}

/** Secret settings go to the vault; the local tree gets their version. */
async function setSettings(deps: MethodDeps, id: string, given: Settings): Promise<Profile> {
  const profile = deps.sync.get(id)
  const secretNames = secretNamesOf(deps, profile.accountId, profile.kind, { ...profile.local, ...given })
  const { open, secrets } = split(given, secretNames)
  if (Object.keys(secrets).length === 0) return deps.sync.set(id, given)
  checkSecrets(deps, profile, { ...profile.local, ...given }, secrets)
  return saveWithSecrets(deps, { owner: id, values: secrets }, versions =>
    deps.sync.set(id, { ...open, ...marksOf(versions) })
  )
}

async function createProfile(
  deps: MethodDeps,
  input: { accountId: string; kind: string; settings: Settings }
): Promise<Profile> {
  const { open, secrets } = split(input.settings, secretNamesOf(deps, input.accountId, input.kind, input.settings))
  checkSecrets(deps, input, input.settings, secrets)
  const id = newId('pro')
  return saveWithSecrets(deps, { owner: id, values: secrets }, versions =>
    deps.sync.create(input.accountId, input.kind, { ...open, ...marksOf(versions) }, id)
  )
}

/** A value is judged before it goes into the vault: the tree holds only its version. */
function checkSecrets(
  deps: MethodDeps,
  of: { accountId: string; kind: string },
  settings: Settings,
  secrets: Record<string, string>
): void {
  const names = Object.keys(secrets)
  if (names.length === 0) return
  const { provider } = knownAccount(deps, of.accountId)
  checkSchema(deps.registry.kind(provider, of.kind), settings, names)
}

function marksOf(versions: Record<string, number>): Settings {
  return Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, { $secret: version }]))
}

function secretNamesOf(deps: MethodDeps, accountId: string, kind: string, settings: Settings): Set<string> {
  const account = knownAccount(deps, accountId)
  const { form } = deps.registry.kind(account.provider, kind).card
  return new Set(fieldsFor(form, settings).flatMap(card => (card.secret ? card.name : [])))
}

function split(given: Settings, secretNames: Set<string>): { open: Settings; secrets: Record<string, string> } {
  const secrets: Record<string, string> = {}
  const open: Settings = {}
  for (const [name, value] of Object.entries(given)) {
    // null takes it out, which is no secret.
    if (!secretNames.has(name) || value === null) open[name] = value
    else if (typeof value === 'string') secrets[name] = value
    else throw new Fault('invalid-input', { message: `${name} is a secret and takes text`, field: name })
  }
  return { open, secrets }
}
