import { Fault } from '#shared/faults.ts'
import { forkAnsweringNode, type ForkAnswering } from '../../base/answering.ts'
import type { SecretDriver } from '../driver.ts'
import { createKeychainCalls, type KeychainTimes } from './keychain-calls.ts'
import { keychainAltered, keychainDismissed, keychainIncomplete } from './keychain-faults.ts'
import { entryOf, pack, partsOf, unpack } from './keychain-parts.ts'

const checkName = 'vault-check'

export type KeychainOptions = {
  service: string
  times?: Partial<KeychainTimes> & { probeMs?: number }
  /** How the program that calls keytar is started; Node's way by default. */
  fork?: ForkAnswering | undefined
}

/**
 * Keeps secrets in the system's keychain through keytar: Keychain on macOS, Credential Manager on Windows, the Secret
 * Service on Linux. faults: vault-no-service, vault-no-collection, vault-locked, vault-denied, vault-damaged.
 */
export function createKeychainDriver({ service, times = {}, fork = forkAnsweringNode }: KeychainOptions): SecretDriver {
  const { callMs = 30_000, idleMs = 30_000, probeMs = 4_000 } = times
  const calls = createKeychainCalls(fork, { callMs, idleMs })

  /** Only a write proves an open keychain: libsecret answers reads of a locked one with "there is none". */
  async function proveOpen(patienceMs?: number): Promise<void> {
    await calls.call({ op: 'set', service, name: checkName, value: 'open' }, patienceMs)
    const [kept] = await calls.call({ op: 'get', service, name: checkName }, patienceMs)
    if (kept !== 'open') throw keychainDismissed()
    await calls.call({ op: 'remove', service, name: checkName }, patienceMs)
  }

  async function lookUp(name: string): Promise<string | undefined> {
    const [value] = await calls.call({ op: 'get', service, name })
    if (value !== undefined) return value
    await proveOpen()
    return (await calls.call({ op: 'get', service, name }))[0]
  }

  async function removeAll(names: string[]): Promise<void> {
    for (const name of names) await calls.call({ op: 'remove', service, name })
  }

  async function get(name: string): Promise<string | undefined> {
    const head = await lookUp(name)
    if (head === undefined) return undefined
    const parts: string[] = []
    for (const part of partsOf(name, head)) parts.push((await lookUp(part)) ?? '')
    const value = unpack(head, parts)
    if (value === undefined) throw keychainIncomplete(name)
    return value
  }

  /** The head is written last and replaced in one step, so that a crash leaves the old value or the new one. */
  async function set(name: string, value: string): Promise<void> {
    const [before] = await calls.call({ op: 'get', service, name })
    const { head, parts } = pack(name, value)
    for (const part of parts) await calls.call({ op: 'set', service, ...part })
    await calls.call({ op: 'set', service, name, value: head })
    if ((await get(name)) !== value) throw keychainAltered(name)
    if (before !== undefined) await removeAll(partsOf(name, before))
  }

  /** All names in the keychain, parts too. Listing a locked Secret Service crashes libsecret's caller: prove it open. */
  async function allNames(): Promise<string[]> {
    await proveOpen()
    return (await calls.call({ op: 'names', service })).filter(name => name !== checkName)
  }

  return {
    name: 'keychain',
    async probe() {
      try {
        await proveOpen(probeMs)
        return null
      } catch (error) {
        if (error instanceof Fault) return error.report()
        throw error
      }
    },
    get,
    set,
    async remove(name) {
      const head = await lookUp(name)
      if (head !== undefined) {
        await removeAll([name, ...partsOf(name, head)])
        return true
      }
      const left = (await allNames()).filter(stored => entryOf(stored) === name)
      await removeAll(left)
      return left.length > 0
    },
    names: async () => [...new Set((await allNames()).map(entryOf))].sort(),
    close: () => calls.close()
  }
}
