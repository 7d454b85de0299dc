import type { Account } from '#shared/model/account.ts'
import type { FormCard } from '#shared/model/field.ts'
import { Fault } from '#shared/faults.ts'
import { newId, randomWord } from '../base/ids.ts'
import { isLoopback } from '../base/loopback.ts'
import type { Provider } from '../providers/contract.ts'
import { hasSameCredentials, isSamePlace } from '../sync/park.ts'
import { isSandboxUrl, sandboxUrlOf } from './connections.ts'
import type { MethodDeps } from './deps.ts'
import { forgetOwners, saveWithSecrets } from './secret-writes.ts'

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
  checkNotShown([input.label, ...Object.values(input.fields)], input.secrets)
  const baseUrl = checkBaseUrl(input.baseUrl ?? provider.card.endpoints[0]?.baseUrl ?? '', input.provider)
  checkLabel(deps, input.label)
  const account = newRow(deps, { ...input, baseUrl })
  await saveWithSecrets(deps, { owner: account.id, values: input.secrets }, () => {
    // Again: somebody may have taken the label while the vault was written.
    checkLabel(deps, input.label)
    putNew(deps, account)
  })
  deps.bus.tell('accounts')
  deps.bus.tell('listener')
  return knownAccount(deps, account.id)
}

/** Adds an account whose secrets are entered later; until then nothing is sent for it. faults: invalid-input, already-exists. */
export function addWithoutSecrets(
  deps: Pick<MethodDeps, 'store' | 'registry' | 'clock' | 'bus'>,
  input: Required<Omit<NewAccount, 'secrets'>>
): Account {
  const provider = deps.registry.get(input.provider)
  const secrets = secretNamesOf(provider)
  checkCredentials(provider, input.fields, {}, secrets)
  const baseUrl = checkBaseUrl(input.baseUrl, input.provider)
  checkLabel(deps, input.label)
  const account = newRow(deps, { ...input, baseUrl })
  const message = `“${input.label}” came without its ${secrets.join(', ')}`
  const isLacking = secrets.length > 0 && !isSandboxUrl(baseUrl)
  const parked = { state: 'parked' as const, parkedFault: new Fault('secret-missing', { message }).report() }
  deps.store.together(() => putNew(deps, isLacking ? { ...account, ...parked } : account))
  deps.bus.tell('accounts')
  deps.bus.tell('listener')
  return knownAccount(deps, account.id)
}

/** The names of a provider's secret credentials. */
export function secretNamesOf(provider: Provider): string[] {
  return provider.card.credentials.fields.filter(card => card.secret).map(card => card.name)
}

type NewRow = Omit<Account, 'secrets'>

function newRow(
  deps: Pick<MethodDeps, 'clock'>,
  { provider, label, baseUrl, fields }: Required<Omit<NewAccount, 'secrets'>>
): NewRow {
  const now = deps.clock.now()
  const state = { state: 'untested' as const, parkedFault: null }
  return {
    id: newId('acc'),
    provider,
    label,
    baseUrl,
    fields,
    ...state,
    createdMs: now,
    updatedMs: now,
    pulledMs: null
  }
}

/** An account, and the endpoint that its provider posts to. */
function putNew({ store }: Pick<MethodDeps, 'store'>, account: NewRow): void {
  store.accounts.add(account)
  store.endpoints.add({
    id: newId('end'),
    accountId: account.id,
    key: randomWord(20),
    label: account.label,
    scheme: 'provider',
    publicUrl: null,
    createdMs: account.createdMs
  })
}

/** Changes what is given; new credentials make the account untested and no longer parked. */
export async function updateAccount(
  deps: MethodDeps,
  input: { id: string } & Partial<Omit<NewAccount, 'provider'>>
): Promise<Account> {
  const account = knownAccount(deps, input.id)
  const provider = deps.registry.get(account.provider)
  const secrets = input.secrets ?? {}
  check(account)
  await saveWithSecrets(deps, { owner: account.id, values: secrets }, () => {
    // Somebody may have changed it while the vault was written: what is not given stays as it is now.
    const current = knownAccount(deps, input.id)
    const { secrets: _kept, ...row } = current
    const next = { ...row, ...check(current), updatedMs: deps.clock.now() }
    const isElsewhere = !isSamePlace({ ...next, secrets: [] }, current)
    const isNew = isElsewhere || Object.keys(secrets).length > 0
    deps.store.accounts.update({ ...next, ...(isNew && { state: 'untested' as const, parkedFault: null }) })
    // What was seen in another place says nothing about this one: it is not planned before it was read there.
    if (isElsewhere) forgetSeen(deps, account.id)
  })
  deps.bus.tell('accounts')
  deps.bus.tell('profiles')
  return knownAccount(deps, account.id)

  function check(current: Account): Pick<Account, 'label' | 'baseUrl' | 'fields'> {
    const fields = { ...current.fields, ...input.fields }
    const kept = current.secrets.map(secret => secret.name)
    checkCredentials(provider, fields, secrets, kept)
    checkNotShown([input.label ?? current.label, ...Object.values(fields)], secrets)
    if (input.label !== undefined && input.label !== current.label) checkLabel(deps, input.label)
    const baseUrl = input.baseUrl === undefined ? current.baseUrl : checkBaseUrl(input.baseUrl, current.provider)
    return { label: input.label ?? current.label, baseUrl, fields }
  }
}

/** Removes the account here (nothing at the provider), then its secrets from the vault. */
export async function removeAccount(deps: MethodDeps, id: string): Promise<void> {
  const owners = deps.store.together(() => {
    knownAccount(deps, id)
    const profiles = deps.store.profiles.list({ accountId: id })
    const endpoints = deps.store.endpoints.list().filter(endpoint => endpoint.accountId === id)
    deps.store.accounts.remove(id)
    return new Set([id, ...[...profiles, ...endpoints].map(owned => owned.id)])
  })
  deps.connections.forget(id)
  await forgetOwners(deps, owners)
  deps.bus.tell('accounts')
  deps.bus.tell('profiles')
}

/** Proves the credentials. A pass makes the account ready; a rejection parks it. */
export async function testAccount(deps: MethodDeps, id: string): Promise<{ summary: string }> {
  const account = knownAccount(deps, id)
  try {
    const api = await deps.connections.connect(account)
    const summary = await api.test()
    mark(deps, account, { state: 'ready', parkedFault: null })
    return { summary }
  } catch (error) {
    if (error instanceof Fault && error.code === 'auth') {
      mark(deps, account, { state: 'parked', parkedFault: error.report() })
    }
    throw error
  }
}

export function knownAccount(deps: Pick<MethodDeps, 'store'>, id: string): Account {
  const account = deps.store.accounts.get(id)
  if (!account) throw new Fault('not-found', { message: `There is no account ${id}`, field: 'id' })
  return account
}

/** What was found out holds for the credentials that were tested, not for others that were entered meanwhile. */
function mark(deps: MethodDeps, tested: Account, state: Pick<Account, 'state' | 'parkedFault'>): void {
  deps.store.together(() => {
    const current = knownAccount(deps, tested.id)
    if (!hasSameCredentials(current, tested)) return
    const { secrets: _kept, ...row } = current
    deps.store.accounts.update({ ...row, ...state, updatedMs: deps.clock.now() })
  })
  deps.bus.tell('accounts')
}

function forgetSeen({ store }: MethodDeps, accountId: string): void {
  for (const record of store.profiles.list({ accountId })) {
    if (record.remoteId !== null && record.remoteKnown) store.profiles.update({ ...record, remoteKnown: false })
  }
}

function checkLabel(deps: Pick<MethodDeps, 'store'>, label: string): void {
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
  const missing = issue.code !== 'custom' && !(name in fields) && !(name in secrets)
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

/** A secret that is also the label or an open field would be stored in the clear. */
function checkNotShown(texts: string[], secrets: Record<string, string>): void {
  const name = Object.keys(secrets).find(secret => texts.includes(secrets[secret] ?? ''))
  if (name === undefined) return
  throw new Fault('invalid-input', {
    message: `${name} is the same as a value that is not kept secret; enter the secret in its own field only`,
    field: name
  })
}

/** http only to this machine: elsewhere it would send the secret in the clear. */
function checkBaseUrl(baseUrl: string, provider: string): string {
  if (baseUrl === sandboxUrlOf(provider)) return baseUrl
  const url = URL.parse(baseUrl)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Fault('invalid-input', {
      // Not quoted: it may hold a password.
      message: 'The base URL is not an http(s) address',
      field: 'baseUrl'
    })
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw new Fault('invalid-input', {
      message: 'The base URL takes no user name, password, query or fragment',
      field: 'baseUrl'
    })
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new Fault('invalid-input', {
      message: 'The base URL must be https: over http everybody on the way could read the credentials',
      field: 'baseUrl'
    })
  }
  return url.href.replace(/\/$/, '')
}
