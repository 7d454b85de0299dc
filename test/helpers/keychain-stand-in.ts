import type { ForkAnswering } from '../../src/main/base/answering.ts'
import type { KeychainAnswer, KeychainRequest } from '../../src/main/vault/drivers/keychain-calls.ts'

/** A keychain in memory that refuses what a real one does. in: refuses: the error's text for a request, or undefined. */
export function keychainStandIn(refuses: (request: KeychainRequest) => string | undefined = () => undefined) {
  const entries = new Map<string, string>()

  function answer(request: KeychainRequest): KeychainAnswer {
    const error = refuses(request)
    if (error !== undefined) return { error }
    if (request.op === 'names') return { values: [...entries.keys()] }
    if (request.op === 'remove') return { values: entries.delete(request.name) ? [request.name] : [] }
    if (request.op === 'set') entries.set(request.name, request.value)
    const value = entries.get(request.name)
    return { values: request.op === 'get' && value !== undefined ? [value] : [] }
  }

  const fork: ForkAnswering = () => {
    const listeners: ((message: unknown) => void)[] = []
    return {
      send(message) {
        const told = answer(message as KeychainRequest)
        setImmediate(() => listeners.forEach(listener => listener(told)))
      },
      onMessage: listener => void listeners.push(listener),
      onExit: () => undefined,
      stop: async () => undefined
    }
  }
  return { fork, entries }
}

/**
 * What Windows refuses, as keytar asks it: CredWrite takes CRED_MAX_CREDENTIAL_BLOB_SIZE = 5 · 512 bytes, which keytar fills
 * with the value's UTF-8 (not UTF-16), and user names of CRED_MAX_USERNAME_LENGTH = 513 UTF-16 units.
 */
export function refusedByWindows(request: KeychainRequest): string | undefined {
  if (request.op !== 'set') return undefined
  if (Buffer.byteLength(request.value, 'utf8') > 2560) return 'The stub received bad data.'
  if (request.name.length > 513) return 'The parameter is incorrect.'
  return undefined
}
