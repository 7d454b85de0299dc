import type { HeaderPair, SignatureScheme } from '#shared/model/callback.ts'
import type { Captured, Judgement } from '../../contract.ts'
import type { KeyPair } from './ed25519.ts'
import {
  signStandardWebhook,
  standardWebhookKeyProblem,
  standardWebhookPrivateKey,
  standardWebhookPublicKey,
  verifyStandardWebhook
} from './standard-webhooks.ts'
import { signTelnyx, telnyxKeyProblem, verifyTelnyx } from './telnyx.ts'

/** A published scheme, checked with a key that was entered at the endpoint. */
export type KeyedScheme = Exclude<SignatureScheme, 'provider'>

/**
 * What is known for a scheme. `key`: as it was entered, several generations apart by blanks. `samples`: of our own samples;
 * `otherSamples`: public keys of those that other processes of ours send.
 */
type SchemeKeys = { key: string; samples: KeyPair; otherSamples?: () => readonly string[] }

const sampleWords =
  'It is a sample of Plugboard’s own, signed with a key made for samples: only the sender can sign for the key that is entered here.'

/** Why the text cannot be a key of the scheme, in a sentence that does not quote it; undefined where it can. */
export function keyProblem(scheme: KeyedScheme, key: string): string | undefined {
  const keys = keysIn(key)
  if (keys.length === 0) return 'The key is empty.'
  const problemOf = scheme === 'telnyx' ? telnyxKeyProblem : standardWebhookKeyProblem
  return keys.map(problemOf).find(problem => problem !== undefined)
}

/** Judges by the scheme alone, whoever the provider is. Without a key the verdict says where to enter one. */
export function verifyByScheme(scheme: KeyedScheme, captured: Captured, known: SchemeKeys): Judgement {
  const { key, samples, otherSamples = () => [] } = known
  const keys = keysIn(key)
  const judgement = verifyWith(scheme, captured, keys)
  if (judgement.verdict !== 'invalid' || !keys.some(one => isPublic(scheme, one))) return judgement
  const verifying = [samples.publicKey, ...otherSamples()].map(publicKey => publicKeyText(scheme, publicKey))
  const own = verifyWith(scheme, captured, verifying)
  return own.verdict === 'valid' ? { ...own, text: `${own.text} ${sampleWords}` } : judgement
}

/**
 * The headers with which the scheme signs a body: with the first of the keys, or, where that one is public, with the key of
 * our own samples, which `verifyByScheme` takes for one that Plugboard signed. out: none without a key.
 */
export function signByScheme(
  scheme: KeyedScheme,
  { id, atMs, body }: { id: string; atMs: number; body: Uint8Array },
  { key, samples }: SchemeKeys
): HeaderPair[] {
  const [first] = keysIn(key)
  if (first === undefined) return []
  const signing = isPublic(scheme, first) ? privateKeyText(scheme, samples.privateKey) : first
  const timestampSeconds = Math.floor(atMs / 1000)
  if (scheme === 'telnyx') {
    return [
      ['telnyx-timestamp', String(timestampSeconds)],
      ['telnyx-signature-ed25519', signTelnyx(timestampSeconds, body, signing)]
    ]
  }
  return [
    ['webhook-id', id],
    ['webhook-timestamp', String(timestampSeconds)],
    ['webhook-signature', signStandardWebhook({ id, timestampSeconds, body }, signing)]
  ]
}

function verifyWith(scheme: KeyedScheme, captured: Captured, keys: string[]): Judgement {
  return scheme === 'telnyx' ? verifyTelnyx(captured, keys) : verifyStandardWebhook(captured, keys)
}

function isPublic(scheme: KeyedScheme, key: string): boolean {
  return scheme === 'telnyx' || key.startsWith('whpk_')
}

function privateKeyText(scheme: KeyedScheme, key: string): string {
  return scheme === 'telnyx' ? key : standardWebhookPrivateKey(key)
}

function publicKeyText(scheme: KeyedScheme, key: string): string {
  return scheme === 'telnyx' ? key : standardWebhookPublicKey(key)
}

function keysIn(key: string): string[] {
  return key.split(/\s+/).filter(one => one !== '')
}
