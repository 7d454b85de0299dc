import { Fault } from '#shared/faults.ts'
import type { Endpoint } from '#shared/model/callback.ts'
import type { Captured, Judgement, Provider } from '../../providers/contract.ts'
import type { KeyPair } from '../../providers/kit/signatures/ed25519.ts'
import { verifyByScheme, type KeyedScheme } from '../../providers/kit/signatures/schemes.ts'
import { sentTo } from '../address.ts'
import { publicAddressOf } from '../public-url.ts'

/** What a callback is judged with; each is asked only where it is needed. */
type CheckMeans = {
  /** undefined: the endpoint is gone, or there never was one. */
  endpoint: Endpoint | undefined
  /** undefined: it belongs to no account. */
  provider: Provider | undefined
  secretsOfAccount: () => Promise<Record<string, string>>
  /** undefined: none was entered. faults: vault-*, secret-missing. */
  keyOfEndpoint: (endpointId: string) => Promise<string | undefined>
  /** Of Plugboard's own samples. */
  samples: KeyPair
  /** Of those that other processes of this data folder send. */
  otherSamples: () => readonly string[]
  /** A callback that was sent to this port came by https. null: none could. */
  httpsPort: number | null
}

/** Judges by the endpoint's scheme, else as its provider signs. */
export async function judgeCallback(captured: Captured, means: CheckMeans): Promise<Judgement> {
  const { endpoint, provider } = means
  if (endpoint !== undefined && endpoint.scheme !== 'provider') {
    return judgeByScheme(captured, { ...means, endpointId: endpoint.id, scheme: endpoint.scheme })
  }
  if (!provider) {
    return {
      verdict: 'not-offered',
      text: 'This endpoint belongs to no account and has no scheme, so there is nothing to check it against.'
    }
  }
  const [url = null, ...otherUrls] = addressesOf(captured, endpoint?.publicUrl ?? null, means.httpsPort)
  return provider.callbacks.verify(captured, { url, otherUrls, secrets: await means.secretsOfAccount() })
}

async function judgeByScheme(
  captured: Captured,
  means: CheckMeans & { endpointId: string; scheme: KeyedScheme }
): Promise<Judgement> {
  const { endpointId, scheme, keyOfEndpoint, samples, otherSamples } = means
  try {
    const key = (await keyOfEndpoint(endpointId)) ?? ''
    return verifyByScheme(scheme, captured, { key, samples, otherSamples })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return {
      verdict: 'no-secret',
      text: `The key of this endpoint is saved, but could not be read, so that it could not be checked: ${error.message}.`
    }
  }
}

/** The address to check with, then others that lead here as well. */
function addressesOf({ target, headers }: Captured, publicUrl: string | null, httpsPort: number | null): string[] {
  const called = sentTo(target, headers, httpsPort)
  const known = [
    ...(publicUrl === null ? [] : [publicAddressOf(publicUrl, target)]),
    ...(called === null ? [] : [called])
  ]
  return [...new Set(known)]
}
