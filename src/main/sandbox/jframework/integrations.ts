import { randomBytes } from 'node:crypto'
import { seededPasswords, services } from './account.ts'
import { readIntegrationBody, type IntegrationBody } from './bodies.ts'
import { Refusal } from './envelope.ts'
import { digestOf, type Integration, type JframeworkState } from './state.ts'
import type { Switches } from './switches.ts'

/** Passwords by the integration's id, for as long as the process lives. */
export type Passwords = Map<string, string>

export type Store = { state: JframeworkState; passwords: Passwords; switches: Switches; nowMs: number }

const mask = '********'

export function listIntegrations(store: Store): unknown[] {
  return store.state.integrations.map(one => show(one, store))
}

export function readIntegration(store: Store, id: string): unknown {
  return show(find(store.state, id), store)
}

export function createIntegration(store: Store, body: unknown): unknown {
  const fields = readIntegrationBody(body, store.switches)
  const made = place(store, fields)
  store.state.changes.created += 1
  return show(made, store)
}

/** Every required property again; what becomes of an optional one that is left out is a switch. */
export function replaceIntegration(store: Store, id: string, body: unknown): unknown {
  const known = find(store.state, id)
  const fields = readIntegrationBody(body, store.switches)
  const optional = store.switches.omitted === 'keep' ? known : defaults
  write(store, known, { ...fields, ...chosen(fields, optional) })
  store.state.changes.updated += 1
  return show(known, store)
}

export function removeIntegration({ state, passwords }: Store, id: string): void {
  const gone = find(state, id)
  state.integrations = state.integrations.filter(one => one !== gone)
  passwords.delete(id)
  state.changes.deleted += 1
}

const defaults = { description: null, status: 'Inactive', isDefault: false } as const

/** Makes an integration without counting it as a change that came through the API. */
export function place(store: Store, fields: IntegrationBody): Integration {
  const made: Integration = {
    id: newId(),
    serviceId: '',
    name: '',
    username: '',
    passwordDigest: '',
    phoneNumber: '',
    ...defaults,
    createdDate: new Date(store.nowMs).toISOString()
  }
  store.state.integrations.push(made)
  write(store, made, { ...fields, ...chosen(fields, defaults) })
  return made
}

type Optional = Pick<Integration, 'description' | 'status' | 'isDefault'>

function chosen(fields: IntegrationBody, otherwise: Optional): Optional {
  return {
    description: fields.description === undefined ? otherwise.description : fields.description,
    status: fields.status ?? otherwise.status,
    isDefault: fields.isDefault ?? otherwise.isDefault
  }
}

function write({ state, passwords, switches }: Store, into: Integration, from: IntegrationBody & Optional): void {
  const { appIntegrationId, password, name, username, phoneNumber, description, status, isDefault } = from
  checkService(appIntegrationId)
  if (isDefault) endOtherDefaults(state, switches)
  Object.assign(into, { name, username, phoneNumber, description, status, isDefault })
  into.serviceId = appIntegrationId
  into.passwordDigest = digestOf(password)
  passwords.set(into.id, password)
}

/** A brand has one default, or so it is assumed. */
export function endOtherDefaults(state: JframeworkState, { exclusiveDefault }: Switches): void {
  if (exclusiveDefault) for (const one of state.integrations) one.isDefault = false
}

export function checkService(id: string): void {
  const found = services.find(one => one.id === id)
  if (!found) {
    throw new Refusal(404, [{ code: 'AppIntegrationNotFound', message: 'The app integration was not found.' }])
  }
  if (found.type !== 'SMS') {
    const message = `The app integration is of type ${found.type}, not SMS.`
    throw new Refusal(409, [{ code: 'AppIntegrationUnsupported', message }])
  }
}

export function find(state: JframeworkState, id: string): Integration {
  const found = state.integrations.find(one => one.id === id)
  if (found) return found
  const message = 'The app integration SMS was not found.'
  throw new Refusal(404, [{ code: 'AppIntegrationSMSNotFound', message }])
}

/** The password as it was entered, or undefined after a restart. */
export function passwordOf({ passwords }: Pick<Store, 'passwords'>, one: Integration): string | undefined {
  const candidates = [passwords.get(one.id), seededPasswords[one.id]]
  return candidates.find(known => known !== undefined && digestOf(known) === one.passwordDigest)
}

function show(one: Integration, store: Store) {
  const { passwordDigest: _, serviceId, ...open } = one
  const clear = store.switches.password === 'clear' ? passwordOf(store, one) : undefined
  return { appIntegration: services.find(known => known.id === serviceId), ...open, password: clear ?? mask }
}

/** Opaque letters and digits, as JFramework's ids are. */
function newId(): string {
  return `i${randomBytes(32)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '')
    .slice(0, 17)}`
}
