import { Fault } from '#shared/faults.ts'
import { listenerSettings, type ListenerSettings } from '#shared/model/lab.ts'
import type { Store } from '../store/store.ts'

/** What holds until somebody chooses: nothing goes for its age, and what would take more than 5 GB for its size. */
export const usualSettings: ListenerSettings = {
  keepDays: null,
  keepCount: null,
  keepBytes: 5_000_000_000,
  hosts: [],
  https: false
}

/** What the listener of the data folder keeps and takes. What cannot be read counts as not chosen. */
export function readSettings(options: Store['options']): ListenerSettings {
  const stored = options.get('listener-settings')
  if (stored === undefined) return usualSettings
  const parsed = listenerSettings.partial().safeParse(jsonIn(stored))
  return { ...usualSettings, ...parsed.data }
}

/** Changes what is given. faults: invalid-input (a name that cannot stand in a Host header). */
export function writeSettings(options: Store['options'], changes: Partial<ListenerSettings>): ListenerSettings {
  const next = { ...readSettings(options), ...changes }
  const hosts = [...new Set(next.hosts.map(hostName))]
  options.set('listener-settings', JSON.stringify({ ...next, hosts }))
  return { ...next, hosts }
}

/** As it stands in a Host header: a name, and a port where it is not the usual one. */
function hostName(text: string): string {
  const name = text.trim().toLowerCase()
  if (/^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/.test(name)) return name
  throw new Fault('invalid-input', {
    message: `"${name}" is not a host name.`,
    advice: 'Give the name alone, for example hooks.example.com, without https:// and without a path.',
    field: 'hosts'
  })
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Written by a hand or a version that is not ours.
    return {}
  }
}
