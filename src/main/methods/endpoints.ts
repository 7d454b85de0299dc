import { Fault } from '#shared/faults.ts'
import type { EndpointView, SignatureScheme } from '#shared/model/callback.ts'
import { newId } from '../base/ids.ts'
import { endpointKeyName, type EndpointChange } from '../listener/endpoints.ts'
import { keyProblem } from '../providers/kit/signatures/schemes.ts'
import { knownAccount } from './account-writes.ts'
import type { MethodDeps } from './deps.ts'
import { forgetOwners, saveWithSecrets } from './secret-writes.ts'

type Deps = Pick<MethodDeps, 'store' | 'vault' | 'log' | 'secretTurn' | 'listener'>
type Checks = EndpointChange & { secrets?: { key: string } }

/** Adds an endpoint, its key first. faults: not-found (the account), invalid-input, vault-*. */
export async function addEndpoint(
  deps: Deps,
  { secrets, ...input }: Checks & { accountId?: string; label: string }
): Promise<EndpointView> {
  if (input.accountId !== undefined) knownAccount(deps, input.accountId)
  const values = keyFor(input.scheme ?? 'provider', secrets, input)
  const id = newId('end')
  return saveWithSecrets(deps, { owner: id, values }, () => deps.listener.addEndpoint({ ...input, id }))
}

/** Changes what is given. faults: not-found, invalid-input, vault-*. */
export async function updateEndpoint(
  deps: Deps,
  { secrets, ...input }: Checks & { id: string }
): Promise<EndpointView> {
  const { id } = input
  const values = keyFor(input.scheme ?? schemeOf(deps, id), secrets, input)
  const hasNewKey = secrets !== undefined
  const save = () => {
    const scheme = input.scheme ?? schemeOf(deps, id)
    // Somebody may have changed the scheme while the vault was written.
    keyFor(scheme, secrets, input)
    return deps.listener.updateEndpoint({ ...input, hasNewKey })
  }
  const updated = await saveWithSecrets(deps, { owner: id, values }, save)
  // The key of a scheme that it had before.
  await forgetOwners(deps, new Set([id]))
  return updated
}

/** Removes the endpoint, then its key from the vault. faults: not-found. */
export async function removeEndpoint(deps: Deps, id: string): Promise<void> {
  deps.listener.removeEndpoint(id)
  await forgetOwners(deps, new Set([id]))
}

function schemeOf({ store }: Pick<Deps, 'store'>, id: string): SignatureScheme {
  const endpoint = store.endpoints.get(id)
  if (!endpoint) throw new Fault('not-found', { message: `There is no endpoint ${id}.`, field: 'id' })
  return endpoint.scheme
}

/** What goes to the vault. faults: invalid-input, which never quotes it. */
function keyFor(
  scheme: SignatureScheme,
  secrets: { key: string } | undefined,
  shown: { label?: string; publicUrl?: string | null }
): Record<string, string> {
  if (secrets === undefined) return {}
  const key = secrets.key.trim()
  const problem =
    scheme === 'provider'
      ? 'The callbacks are checked as the provider signs them, which takes no key here.'
      : keyProblem(scheme, key)
  if (problem !== undefined) throw new Fault('invalid-input', { message: problem, field: endpointKeyName })
  if (shown.label === key || shown.publicUrl?.includes(key)) {
    throw new Fault('invalid-input', {
      message: 'The key is also in a field that is not kept secret; enter it in its own field only.',
      field: endpointKeyName
    })
  }
  return { [endpointKeyName]: key }
}
