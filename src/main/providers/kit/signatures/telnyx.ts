import type { Captured, Judgement } from '../../contract.ts'
import { headerOf } from '../answer-headers.ts'
import { isKeyText, publicKeyOf, signEd25519, verifyEd25519 } from './ed25519.ts'
import { explainBody, explainMissing } from './explain.ts'
import { invalid, judgeTime, missing, noSecret } from './judge.ts'

// Telnyx' messaging webhooks. Source: telnyx-node, as summed up in providers/webhook-signatures.md §4, 2026-11. No official
// vector exists; the time is judged by the moment of receipt.

const signatureHeader = 'telnyx-signature-ed25519'
const timeHeader = 'telnyx-timestamp'

/** Why the text is no public key of Telnyx, without quoting it. */
export function telnyxKeyProblem(key: string): string | undefined {
  return isKeyText(key)
    ? undefined
    : 'It is no public key of Telnyx: that is 44 characters of base64, from “Keys & Credentials” in the portal.'
}

/** Judges by the account's public keys (base64 of 32 bytes, from Telnyx' portal). */
export function verifyTelnyx(captured: Captured, publicKeys: string[]): Judgement {
  const judgement = judge(captured, publicKeys)
  if (judgement.verdict === 'missing') return explainMissing(judgement, captured)
  const time = headerOf(captured.headers, timeHeader) ?? ''
  const signature = Buffer.from(headerOf(captured.headers, signatureHeader) ?? '', 'base64')
  const keys = publicKeys.flatMap(text => publicKeyOf(text) ?? [])
  const keyFor = (content: Uint8Array) => {
    const index = keys.findIndex(key => verifyEd25519(key, content, signature))
    return index === -1 ? undefined : index
  }
  const header = signatureHeader
  return explainBody(judgement, { captured, header, before: `${time}|`, time, keys: keys.length, keyFor })
}

function judge(captured: Captured, publicKeys: string[]): Judgement {
  const signature = headerOf(captured.headers, signatureHeader)
  const time = headerOf(captured.headers, timeHeader)
  if (!signature) return missing(signatureHeader)
  if (!time) return missing(timeHeader)
  const keys = publicKeys.flatMap(text => publicKeyOf(text) ?? [])
  if (keys.length === 0) return noSecret('the public key of the Telnyx account')
  const late = judgeTime(`The header ${timeHeader}`, time, captured.receivedMs)
  if (late) return late
  const content = contentOf(time, captured.body)
  if (keys.some(key => verifyEd25519(key, content, Buffer.from(signature, 'base64')))) {
    return { verdict: 'valid', text: `The signature in ${signatureHeader} fits the time and the whole body.` }
  }
  return invalid(
    `The signature in ${signatureHeader} does not fit: the body was changed on the way, or it was signed with another key.`
  )
}

/** out: the value of `telnyx-signature-ed25519`. in: base64 of the 32 bytes of the private key. */
export function signTelnyx(timestampSeconds: number, body: Uint8Array, privateKey: string): string {
  return signEd25519(privateKey, contentOf(String(timestampSeconds), body)).toString('base64')
}

function contentOf(time: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${time}|`, 'utf8'), body])
}
