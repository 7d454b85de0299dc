import type { Account } from '#shared/model/account.ts'
import type { FormCard } from '#shared/model/field.ts'
import { Fault } from '#shared/faults.ts'
import { newId, randomWord } from '../base/ids.ts'
import type { Provider } from '../providers/contract.ts'
import { isSandboxUrl } from './connections.ts'
import type { MethodDeps } from './deps.ts'
import { forgetSecret, writeSecrets } from './secret-writes.ts'

export type NewAccount = {
  provider: string
  label: string
  baseUrl?: string
  fields: Record<string, string>
  secrets: Record<string, string>
}

/** Adds an account with its secrets and a listener endpoint of its own. faults: invalid-input, already-exists, vault-*. */
export async function addAccount(deps: MethodDeps, input: NewAccount): Promise<Account> {
  const provider = deps.registry.get(input.provider)
  checkCredentials(provider, input.fields, input.secrets)
  const baseUrl = checkBaseUrl(input.baseUrl ?? provider.card.endpoints[0]?.baseUrl ?? '')
  checkLabel(deps, input.label)
  const now = deps.clock.now()
  const account = {
    id: newId('acc'),
    provider: input.provider,
    label: input.label,
    baseUrl,
    fields: input.fields,
    state: 'untested' as const,
    parkedFault: null,
    createdMs: now,
    updatedMs: now,
    pulledMs: null
  }
  const written = await writeSecrets(deps, account.id, input.secrets)
  deps.store.together(() => {
    deps.store.accounts.add(account)
    deps.store.endpoints.add({
      id: newId('end'),
      accountId: account.id,
      key: randomWord(20),
      label: input.label,
      createdMs: now
    })
    written.point()
  })
  deps.bus.tell('accounts')
  deps.bus.tell('listener')
  return knownAccount(deps, account.id)
}

/** Changes what is given; new credentials make the account untested and no longer parked. */
export async function updateAccount(
  deps: MethodDeps,
  input: { id: string } & Partial<Omit<NewAccount, 'provider'>>
): Promise<Account> {
  const account = knownAccount(deps, input.id)
  const provider = deps.registry.get(account.provider)
  const fields = { ...account.fields, ...input.fields }
  const secrets = input.secrets ?? {}
  checkCredentials(
    provider,
    fields,
    secrets,
    account.secrets.map(secret => secret.name)
  )
  if (input.label !== undefined && input.label !== account.label) checkLabel(deps, input.label)
  const written = await writeSecrets(deps, account.id, secrets)
  const changed = input.fields !== undefined || input.baseUrl !== undefined || Object.keys(secrets).length > 0
  deps.store.together(() => {
    const { secrets: _kept, ...current } = knownAccount(deps, input.id)
    deps.store.accounts.update({
      ...current,
      label: input.label ?? current.label,
      baseUrl: input.baseUrl === undefined ? current.baseUrl : checkBaseUrl(input.baseUrl),
      fields,
      ...(changed && { state: 'untested' as const, parkedFault: null }),
      updatedMs: deps.clock.now()
    })
    written.point()
  })
  await written.tidy()
  deps.bus.tell('accounts')
  return knownAccount(deps, account.id)
}

/** Removes the account here (nothing at the provider), then its secrets from the vault. */
export async function removeAccount(deps: MethodDeps, id: string): Promise<void> {
  knownAccount(deps, id)
  const owners = [id, ...deps.store.profiles.list({ accountId: id }).map(profile => profile.id)]
  const secrets = owners.flatMap(owner => deps.store.secrets.list(owner))
  deps.store.accounts.remove(id)
  for (const secret of secrets) await forgetSecret(deps, secret)
  deps.bus.tell('accounts')
  deps.bus.tell('profiles')
}

/** Proves the credentials. A pass makes the account ready; a rejection parks it. */
export async function testAccount(deps: MethodDeps, id: string): Promise<{ summary: string }> {
  const account = knownAccount(deps, id)
  try {
    const api = await deps.connections.connect(account)
    const summary = await api.test()
    mark(deps, id, { state: 'ready', parkedFault: null })
    return { summary }
  } catch (error) {
    if (error instanceof Fault && error.code === 'auth') {
      mark(deps, id, { state: 'parked', parkedFault: error.report() })
    }
    throw error
  }
}

export function knownAccount(deps: Pick<MethodDeps, 'store'>, id: string): Account {
  const account = deps.store.accounts.get(id)
  if (!account) throw new Fault('not-found', { message: `There is no account ${id}`, field: 'id' })
  return account
}

function mark(deps: MethodDeps, id: string, state: Pick<Account, 'state' | 'parkedFault'>): void {
  const { secrets: _kept, ...account } = knownAccount(deps, id)
  deps.store.accounts.update({ ...account, ...state, updatedMs: deps.clock.now() })
  deps.bus.tell('accounts')
}

function checkLabel(deps: MethodDeps, label: string): void {
  if (deps.store.accounts.list().some(account => account.label === label)) {
    throw new Fault('already-exists', { message: `There is already an account called "${label}"`, field: 'label' })
  }
}

/** Secret fields only among the secrets, others only among the fields, and all of them valid; `stored` secrets may stay as they are. */
function checkCredentials(
  provider: Provider,
  fields: Record<string, string>,
  secrets: Record<string, string>,
  stored: string[] = []
): void {
  checkNames(provider.card.credentials, fields, secrets)
  const parsed = provider.credentials.safeParse({ ...fields, ...secrets })
  const issue = parsed.error?.issues.find(
    found => !stored.includes(String(found.path[0])) || String(found.path[0]) in secrets
  )
  if (!issue) return
  const name = String(issue.path[0])
  const label = provider.card.credentials.fields.find(card => card.name === name)?.label ?? name
  const missing = !(name in fields) && !(name in secrets)
  throw new Fault('invalid-input', {
    message: missing ? `${label} (${name}) is missing` : `${label} (${name}): ${issue.message}`,
    field: name
  })
}

function checkNames(form: FormCard, fields: Record<string, string>, secrets: Record<string, string>): void {
  for (const [given, secret] of [
    [fields, false],
    [secrets, true]
  ] as const) {
    for (const name of Object.keys(given)) {
      const card = form.fields.find(field => field.name === name)
      if (!card) throw new Fault('invalid-input', { message: `There is no credential field "${name}"`, field: name })
      if (card.secret !== secret) {
        throw new Fault('invalid-input', {
          message: secret
            ? `${card.label} is not a secret: give it as a field`
            : `${card.label} is a secret: never give it as an argument`,
          field: name
        })
      }
    }
  }
}

/** http only to this machine: elsewhere it would send the secret in the clear. */
function checkBaseUrl(baseUrl: string): string {
  if (isSandboxUrl(baseUrl)) return baseUrl
  const url = URL.parse(baseUrl)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Fault('invalid-input', {
      message: `The base URL "${baseUrl}" is not an http(s) address`,
      field: 'baseUrl'
    })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Fault('invalid-input', {
      message: 'The base URL takes no user name, password, query or fragment',
      field: 'baseUrl'
    })
  }
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'http:' && !loopback) {
    throw new Fault('invalid-input', {
      message: 'The base URL must be https: over http everybody on the way could read the credentials',
      field: 'baseUrl'
    })
  }
  return url.href.replace(/\/$/, '')
}
