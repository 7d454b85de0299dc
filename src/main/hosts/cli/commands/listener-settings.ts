import { Fault } from '#shared/faults.ts'
import type { ListenerStatus } from '#shared/model/callback.ts'
import type { ListenerSettings } from '#shared/model/lab.ts'
import type { Action } from '../main.ts'
import { countText } from '../table.ts'

export const showStatus: Action = async context => {
  const status = await (await context.open()).core.client.listener.status()
  return { value: status, text: statusText(status) }
}

function statusText({ state, port, caught, unknown, fault }: ListenerStatus): string {
  const where = port === null ? '' : ` on port ${port}`
  const stranger = unknown > 0 ? `, ${countText(unknown, 'request')} for unknown keys` : ''
  const who = state === 'elsewhere' ? 'Another Plugboard on this data folder listens' : `The listener is ${state}`
  const lines = [`${who}${where}: ${countText(caught, 'callback')} kept${stranger}.`]
  return fault ? [...lines, `${fault.message}. ${fault.advice}`].join('\n') : lines.join('\n')
}

export type SettingOptions = {
  keepDays?: string
  keepCount?: string
  keepBytes?: string
  host: string[]
  withoutHost: string[]
}

/** Shows them, or changes what is given. */
export const setSettings =
  (options: SettingOptions): Action =>
  async context => {
    const { client } = (await context.open()).core
    const before = await client.listener.settings()
    const changes = changesOf(options, before)
    const settings = Object.keys(changes).length > 0 ? await client.listener.configure(changes) : before
    return { value: settings, text: settingsText(settings) }
  }

function changesOf(options: SettingOptions, { hosts }: ListenerSettings): Partial<ListenerSettings> {
  const { keepDays, keepCount, keepBytes, host, withoutHost } = options
  const gone = new Set(withoutHost.map(name => name.toLowerCase()))
  const isHosts = host.length > 0 || gone.size > 0
  return {
    ...(keepDays !== undefined && { keepDays: limitOf('--keep-days', keepDays) }),
    ...(keepCount !== undefined && { keepCount: limitOf('--keep-count', keepCount) }),
    ...(keepBytes !== undefined && { keepBytes: limitOf('--keep-bytes', keepBytes) }),
    ...(isHosts && { hosts: [...hosts.filter(name => !gone.has(name)), ...host] })
  }
}

function limitOf(option: string, text: string): number | null {
  if (text === 'off') return null
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new Fault('bad-usage', { message: `${option} takes a number or off` })
}

function settingsText({ keepDays, keepCount, keepBytes, hosts }: ListenerSettings): string {
  const lines = [
    ['age', keepDays === null ? 'no limit' : `at most ${countText(keepDays, 'day')}`],
    ['count', keepCount === null ? 'no limit' : `at most ${countText(keepCount, 'callback')}`],
    ['space', keepBytes === null ? 'no limit' : `at most ${keepBytes} bytes`],
    ['hosts', ['localhost', '127.0.0.1', '[::1]', ...hosts].join(', ')]
  ]
  return lines.map(([name = '', value]) => `${name.padEnd(7)} ${value}`).join('\n')
}
