import { isRecord } from '../running.ts'
import { offeredProviders, sandboxAccount, secretNames } from './account.ts'
import type { Offered } from './account.ts'
import { Refusal } from './envelope.ts'
import { sealed, timeOf } from './state.ts'
import type { Integration, OcambaState, SecretMemory } from './state.ts'
import type { Switches } from './switches.ts'

/** What an integration is shown with. */
export type Showing = { switches: Switches; memory: SecretMemory }

/** The integration as the API shows it. */
export function shownIntegration(one: Integration, { switches, memory }: Showing): Record<string, unknown> {
  const provider = offeredProviders.find(each => each.id === one.provider_id)
  const id = switches.idType === 'number' ? Number(one.id) : one.id
  return {
    ...one,
    id,
    company_id: sandboxAccount.companyId,
    type: provider?.type ?? 'sms',
    settings: shownSettings(one.settings, { switches, memory }),
    ...(switches.showProvider && provider && { provider: shownProvider(provider, switches) })
  }
}

export function shownProvider(provider: Offered, { providerNames }: Switches): Record<string, unknown> {
  const { name, type } = provider
  if (providerNames === 'with-type') return { ...provider, name: `${name}_${type}` }
  return providerNames === 'title' ? { ...provider, name: name.replaceAll('_', ' ').toUpperCase() } : { ...provider }
}

function shownSettings(settings: Record<string, string>, { switches, memory }: Showing): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) => {
      if (!secretNames.includes(name)) return [[name, value]]
      if (switches.secrets === 'omit') return []
      // A secret that an earlier process was told is known by its digest alone.
      const clear = memory.get(value) ?? '********'
      return [[name, switches.secrets === 'mask' ? `********${clear.slice(-2)}` : clear]]
    })
  )
}

export function findIntegration(state: OcambaState, id: string): Integration {
  const found = state.integrations.find(one => one.id === id)
  if (!found) throw new Refusal(404, 'The requested resource was not found.')
  return found
}

type Making = Showing & { nowMs: number }

/** in: what a POST has. Keys that do not belong to the provider are dropped without a word, as the real API does. */
export function makeIntegration(state: OcambaState, body: Record<string, unknown>, making: Making): Integration {
  const provider = offeredProviders.find(one => one.id === body['provider_id'])
  if (!provider) throw new Refusal(400, 'The "provider_id" is not valid.')
  const name = nameIn(body['name'])
  const settings = settingsIn(provider, body['settings'], making)
  const lacking = provider.settings.find(one => one.required && !settings[one.name])
  if (lacking) throw new Refusal(400, `The setting "${lacking.name}" is required.`)
  const status = body['status'] === undefined ? 'active' : statusIn(body['status'])
  const at = timeOf(making.nowMs)
  const made: Integration = {
    id: String(state.nextId),
    name,
    provider_id: provider.id,
    settings,
    status,
    effective_status: 'inactive',
    is_default: false,
    create_time: at,
    update_time: at
  }
  state.nextId += 1
  state.integrations.push(made)
  return made
}

/** in: what a PATCH has; at least one of the three fields. */
export function changeIntegration(one: Integration, body: Record<string, unknown>, making: Making): void {
  const { name, status, settings } = body
  if (name === undefined && status === undefined && settings === undefined) {
    throw new Refusal(400, 'The request body is not valid.')
  }
  const next = { ...one }
  if (name !== undefined) next.name = nameIn(name)
  if (status !== undefined) next.status = statusIn(status)
  if (settings !== undefined) {
    const provider = offeredProviders.find(each => each.id === one.provider_id)
    const given = provider ? settingsIn(provider, settings, making) : {}
    next.settings = making.switches.settingsUpdate === 'replace' ? given : { ...one.settings, ...given }
    next.effective_status = 'inactive'
  }
  Object.assign(one, next, { update_time: timeOf(making.nowMs) })
}

function settingsIn(provider: Offered, given: unknown, { switches, memory }: Showing): Record<string, string> {
  if (!isRecord(given)) throw new Refusal(400, 'The "settings" must be an object.')
  const own = Object.entries(given).filter(([name]) => provider.settings.some(one => one.name === name))
  const texts = own.map(([name, value]): [string, string] => {
    if (typeof value !== 'string') throw new Refusal(400, `"${name}" must be a string.`)
    return [name, name === 'default_phone_number' && !switches.keepsPlus ? value.replace(/^\+/, '') : value]
  })
  return sealed(Object.fromEntries(texts), memory)
}

function nameIn(value: unknown): string {
  if (typeof value !== 'string' || value.length < 1 || value.length > 100) {
    throw new Refusal(400, 'The "name" must have 1 to 100 characters.')
  }
  return value
}

function statusIn(value: unknown): string {
  if (value !== 'active' && value !== 'inactive') throw new Refusal(400, 'The "status" must be active or inactive.')
  return value
}
