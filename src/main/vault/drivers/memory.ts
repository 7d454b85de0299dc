import type { SecretDriver } from '../driver.ts'

/** Keeps secrets for this session only; closing forgets them. */
export function createMemoryDriver(): SecretDriver {
  const entries = new Map<string, string>()
  return {
    name: 'session',
    probe: async () => null,
    get: async name => entries.get(name),
    async set(name, value) {
      entries.set(name, value)
    },
    remove: async name => entries.delete(name),
    names: async () => [...entries.keys()].sort(),
    async close() {
      entries.clear()
    }
  }
}
