import { createHmac } from 'node:crypto'
import type { Captured, Judgement } from '../../contract.ts'
import { headerOf } from '../answer-headers.ts'
import { isKeyText, publicKeyOf, signEd25519, verifyEd25519 } from './ed25519.ts'
import { explainBody, explainMissing, withHint } from './explain.ts'
import { invalid, judgeTime, missing, noSecret, sameBytes } from './judge.ts'

// Standard Webhooks, and Svix, which means the same with `svix-` headers. Source: the specification and its JavaScript and
// Python libraries, as summed up in providers/webhook-signatures.md §5, 2026-11. The time is judged by the moment of receipt.

const prefixes = ['webhook', 'svix'] as const
const symmetric = 'whsec_'
const publicAsymmetric = 'whpk_'
const privateAsymmetric = 'whsk_'
// The specification says 24 to 64 bytes; senders are known that hand out 18.
const fewestBytes = 16
const mostBytes = 64

export type WebhookMessage = { id: string; timestampSeconds: number; body: Uint8Array }

/**
 * Judges by all known keys: `whsec_…` (prefix optional) for `v1`, `whpk_…` for `v1a`. Several keys are several generations of
 * one; any match is valid.
 */
export function verifyStandardWebhook(captured: Captured, keys: string[]): Judgement {
  const judgement = judge(captured, keys)
  if (judgement.verdict === 'missing') return explainMissing(judgement, captured)
  const { prefix, id, timestamp, signatures } = partsOf(captured)
  const known = keys.filter(key => key !== '')
  const keyFor = (content: Uint8Array) => {
    const index = known.findIndex(key => signatures.some(one => matches(one, key, content)))
    return index === -1 ? undefined : index
  }
  const header = `${prefix}-signature`
  const before = `${id}.${timestamp}.`
  const explained = explainBody(judgement, { captured, header, before, time: timestamp, keys: known.length, keyFor })
  return withHint(explained, judgement.verdict === 'invalid' ? kindHint(signatures, known) : undefined)
}

/** Where no signature is of a kind that a known key is for. */
function kindHint(signatures: string[], keys: string[]): string | undefined {
  const isPublic = (key: string) => key.startsWith(publicAsymmetric)
  const kinds = signatures.map(one => one.split(',')[0] ?? '')
  if (kinds.some(kind => (kind === 'v1' && !keys.every(isPublic)) || (kind === 'v1a' && keys.some(isPublic))))
    return undefined
  const wanted = kinds.includes('v1a')
    ? 'a public key (whpk_…)'
    : kinds.includes('v1')
      ? 'a secret (whsec_…)'
      : undefined
  if (wanted === undefined) return 'None of the signatures is of a kind that is known: v1 or v1a.'
  return `They are of the kind that ${wanted} is for, and none of those is entered.`
}

function partsOf({ headers }: Captured): { prefix: string; id: string; timestamp: string; signatures: string[] } {
  const prefix = prefixes.find(name => headerOf(headers, `${name}-signature`) !== undefined) ?? 'webhook'
  const read = (name: string) => headerOf(headers, `${prefix}-${name}`) ?? ''
  const signatures = read('signature')
    .split(' ')
    .filter(one => one !== '')
  return { prefix, id: read('id'), timestamp: read('timestamp'), signatures }
}

function judge(captured: Captured, keys: string[]): Judgement {
  const { prefix, id, timestamp, signatures } = partsOf(captured)
  for (const name of ['id', 'timestamp', 'signature']) {
    if (!headerOf(captured.headers, `${prefix}-${name}`)) return missing(`${prefix}-${name}`)
  }
  const known = keys.filter(key => key !== '')
  if (known.length === 0) return noSecret('the signing secret (whsec_…)')
  const late = judgeTime(`The header ${prefix}-timestamp`, timestamp, captured.receivedMs)
  if (late) return late
  const content = contentOf(id, timestamp, captured.body)
  for (const [index, key] of known.entries()) {
    if (signatures.some(signature => matches(signature, key, content))) return valid(prefix, index, known.length)
  }
  const one = signatures.length === 1 ? 'The signature' : `None of the ${signatures.length} signatures`
  const fits = signatures.length === 1 ? 'does not fit' : 'fits'
  return invalid(
    `${one} in ${prefix}-signature ${fits}: the body was changed on the way, or it was signed with another secret.`
  )
}

/** Why the text is no key that such a sender hands out, without quoting it. */
export function standardWebhookKeyProblem(key: string): string | undefined {
  if (key.startsWith(privateAsymmetric)) {
    return 'It is the private key of the sender (whsk_…), which belongs nowhere else: enter its public key (whpk_…).'
  }
  if (key.startsWith(publicAsymmetric)) {
    return isKeyText(key.slice(publicAsymmetric.length))
      ? undefined
      : 'It is no public key: after whpk_ come 44 characters of base64.'
  }
  const text = withoutPrefix(key)
  const sizeBytes = Buffer.from(text, 'base64').length
  if (/^[A-Za-z0-9+/]+={0,2}$/.test(text) && sizeBytes >= fewestBytes && sizeBytes <= mostBytes) return undefined
  return `It is no signing secret: after whsec_ comes base64 of ${fewestBytes} to ${mostBytes} bytes.`
}

/** A key as this scheme writes it. in: base64 of its 32 bytes. */
export function standardWebhookPublicKey(key: string): string {
  return publicAsymmetric + key
}

/** As the public one. */
export function standardWebhookPrivateKey(key: string): string {
  return privateAsymmetric + key
}

/** out: the value of `webhook-signature`. in: a `whsec_…` key for `v1`, or `whsk_…` (the private key) for `v1a`. */
export function signStandardWebhook({ id, timestampSeconds, body }: WebhookMessage, key: string): string {
  const content = contentOf(id, String(timestampSeconds), body)
  if (!key.startsWith(privateAsymmetric)) return `v1,${hmacOf(key, content).toString('base64')}`
  return `v1a,${signEd25519(key.slice(privateAsymmetric.length), content).toString('base64')}`
}

function contentOf(id: string, timestamp: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${id}.${timestamp}.`, 'utf8'), body])
}

function matches(signature: string, key: string, content: Uint8Array): boolean {
  const [version, text = ''] = signature.split(',')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length === 0) return false
  const isPublic = key.startsWith(publicAsymmetric)
  if (version === 'v1' && !isPublic) return sameBytes(hmacOf(key, content), bytes)
  if (version !== 'v1a' || !isPublic) return false
  const publicKey = publicKeyOf(key.slice(publicAsymmetric.length))
  return publicKey !== undefined && verifyEd25519(publicKey, content, bytes)
}

function hmacOf(key: string, content: Uint8Array): Buffer {
  return createHmac('sha256', Buffer.from(withoutPrefix(key), 'base64'))
    .update(content)
    .digest()
}

function withoutPrefix(key: string): string {
  return key.startsWith(symmetric) ? key.slice(symmetric.length) : key
}

function valid(prefix: string, index: number, count: number): Judgement {
  const which = count > 1 ? ` with secret ${index + 1} of ${count}` : ''
  return {
    verdict: 'valid',
    text: `The signature in ${prefix}-signature fits the id, the time and the whole body${which}.`
  }
}
