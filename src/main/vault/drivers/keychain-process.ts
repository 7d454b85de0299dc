/**
 * A program: makes keytar's calls for the driver, in a process of its own. Seen with libsecret 0.21 and gnome-keyring 46:
 * a call that waits for an unlock prompt cannot be cancelled and keeps even `process.exit` from ending the process, and
 * listing a locked keyring ends the process with a segmentation fault. Here both cost only this process.
 */
import { createRequire } from 'node:module'
import { answerMessages } from '../../base/answering.ts'
import type { KeychainAnswer, KeychainRequest } from './keychain-calls.ts'

async function valuesOf(request: KeychainRequest): Promise<string[]> {
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

answerMessages((request): Promise<KeychainAnswer> =>
  valuesOf(request as KeychainRequest).then(
    values => ({ values }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : 'unknown' })
  )
)
