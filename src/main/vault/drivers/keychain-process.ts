/**
 * A program: makes keytar's calls for the driver, in a process of its own. Seen with libsecret 0.21 and gnome-keyring 46:
 * a call that waits for an unlock prompt cannot be cancelled and keeps even `process.exit` from ending the process, and
 * listing a locked keyring ends the process with a segmentation fault. Here both cost only this process.
 */
import { createRequire } from 'node:module'
import type { KeychainAnswer, KeychainRequest } from './keychain-calls.ts'

async function answer(request: KeychainRequest): Promise<string[]> {
  const keytar: typeof import('keytar') = createRequire(import.meta.url)('keytar')
  const { service } = request
  if (request.op === 'names') return (await keytar.findCredentials(service)).map(entry => entry.account)
  if (request.op === 'remove') return (await keytar.deletePassword(service, request.name)) ? [request.name] : []
  if (request.op === 'set') {
    await keytar.setPassword(service, request.name, request.value)
    return []
  }
  const value = await keytar.getPassword(service, request.name)
  return value === null ? [] : [value]
}

function reply(message: KeychainAnswer): void {
  process.send?.(message)
}

process.on('message', (request: KeychainRequest) => {
  answer(request).then(
    values => reply({ values }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : 'unknown' })
  )
})

// Whoever asked is gone. An orderly exit would wait for a call that may never return.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'))
