import { Fault } from '#shared/faults.ts'
import type { Endpoint, HeaderPair } from '#shared/model/callback.ts'
import { newId } from '../../base/ids.ts'
import type { Captured, Provider } from '../../providers/contract.ts'
import type { KeyPair } from '../../providers/kit/signatures/ed25519.ts'
import { signByScheme, type KeyedScheme } from '../../providers/kit/signatures/schemes.ts'
import { headerValues } from '../address.ts'

/** What is to be signed: as it goes out, with the address that its sender would say it called. */
export type ToSign = {
  captured: Captured
  url: string
  endpoint: Endpoint | undefined
  provider: string | null
  accountId: string | null
}

/** out: the headers that carry the signature, to be put in place of the old ones. faults: unsupported, secret-missing, vault-*. */
export type Sign = (order: ToSign) => Promise<HeaderPair[]>

export type SignDeps = {
  registry: { get(id: string): Provider }
  secretsFor: (accountId: string) => Promise<Record<string, string>>
  keyFor: (endpointId: string) => Promise<string | undefined>
  /** Of Plugboard's own samples: stands in where the key that is known is a public one. */
  samples: KeyPair
}

/** Signs anew by the endpoint's scheme, else as its provider does, with the time of `captured.receivedMs`. */
export function createSign(deps: SignDeps): Sign {
  return async order => {
    const { endpoint } = order
    if (endpoint && endpoint.scheme !== 'provider')
      return signWithKey(deps, order, { id: endpoint.id, scheme: endpoint.scheme })
    return signAsProvider(deps, order)
  }
}

async function signWithKey(
  { keyFor, samples }: SignDeps,
  { captured }: ToSign,
  { id, scheme }: { id: string; scheme: KeyedScheme }
): Promise<HeaderPair[]> {
  const key = (await keyFor(id)) ?? ''
  // Svix signs alike under names of its own, which stay what they are; so does the id, by which receivers know a repeat.
  const isSvix = headerValues(captured.headers, 'svix-signature').length > 0
  const [known] = headerValues(captured.headers, isSvix ? 'svix-id' : 'webhook-id')
  const message = { id: known ?? newId('msg'), atMs: captured.receivedMs, body: captured.body }
  const signed = signByScheme(scheme, message, { key, samples })
  if (signed.length === 0)
    throw new Fault('secret-missing', {
      message: 'It cannot be signed: no key was entered for this endpoint.',
      advice: 'Enter it at the endpoint, or send it without a new signature.',
      field: 'resign'
    })
  return isSvix ? signed.map(([name, value]) => [name.replace(/^webhook-/, 'svix-'), value]) : signed
}

async function signAsProvider(
  { registry, secretsFor }: SignDeps,
  { captured, url, provider, accountId }: ToSign
): Promise<HeaderPair[]> {
  if (provider === null) throw cannotSign('It belongs to no account, and its endpoint has no scheme to sign by.')
  const { card, callbacks } = registry.get(provider)
  if (!callbacks.sign)
    throw cannotSign(`Nothing in the headers of ${card.name}’s callbacks is a signature that is known.`)
  const secrets = accountId === null ? {} : await secretsFor(accountId)
  return callbacks.sign(captured, { url, secrets })
}

function cannotSign(message: string): Fault {
  return new Fault('unsupported', { message, advice: 'Send it without a new signature.', field: 'resign' })
}
