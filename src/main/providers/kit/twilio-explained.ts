import type { VerdictDetail } from '#shared/model/callback.ts'
import type { Captured, Judgement } from '../contract.ts'
import { headerOf } from './answer-headers.ts'
import { explainMissing, hashOf, withHint } from './signatures/explain.ts'
import { formOf } from './twilio-form.ts'
import { bodyHashHolds, signedTextOf, signedUrlOf, urlVariants } from './twilio-signature.ts'

type Known = { url: string | null; tokens: string[] }

/** A form with more fields is not searched for one that was added. */
const mostFields = 60

/**
 * Adds which bytes were signed, over which addresses that was tried and, where it can be told, what was changed. Values of the
 * form are told by a hash alone.
 */
export function explainTwilio(judgement: Judgement, captured: Captured, { url, tokens }: Known): Judgement {
  if (judgement.verdict === 'missing') return explainMissing(judgement, captured)
  const signature = headerOf(captured.headers, 'x-twilio-signature')
  if (signature === undefined || url === null || tokens.length === 0) return judgement
  const hash = bodyHashHolds(url, captured.body)
  const form = hash === undefined ? (formOf(captured) ?? []) : []
  const attempt = { signature, tokens, urls: urlVariants(url), form }
  const found = signedWith(attempt)
  const details: VerdictDetail[] = [
    ...(judgement.details ?? []),
    { label: 'Signature in', value: 'X-Twilio-Signature' },
    { label: 'Signed is', value: signedWords(hash, form.length) },
    { label: 'Address', value: shown(found?.url ?? url) },
    { label: 'SHA-256 of that', value: hashOf(Buffer.from(signedTextOf(found?.url ?? url, form), 'utf8')) },
    { label: 'Addresses tried', value: attempt.urls.map(shown).join(' ') },
    { label: 'Keys tried', value: String(tokens.length) }
  ]
  if (found && tokens.length > 1) details.push({ label: 'Key', value: `number ${found.token + 1} of ${tokens.length}` })
  if (hash !== undefined) {
    details.push({ label: 'SHA-256 of the body', value: hashOf(captured.body) })
  }
  const explained = { ...judgement, details }
  // What another address makes valid needs no other reason.
  return judgement.verdict === 'invalid' && judgement.details === undefined
    ? withHint(explained, hintOf(attempt, hash))
    : explained
}

type Attempt = { signature: string; tokens: string[]; urls: string[]; form: [string, string][] }

function signedWith({ signature, tokens, urls, form }: Attempt): { url: string; token: number } | undefined {
  for (const [token, authToken] of tokens.entries()) {
    const url = signedUrlOf(signature, { authToken, urls, form })
    if (url !== undefined) return { url, token }
  }
  return undefined
}

function hintOf(attempt: Attempt, hash: boolean | undefined): string | undefined {
  const { form } = attempt
  if (hash === false) {
    return signedWith(attempt) ? 'The address was signed so: the body was changed after that.' : undefined
  }
  if (form.length === 0 || form.length > mostFields) return undefined
  const added = form.find((_, at) => signedWith({ ...attempt, form: form.filter((_each, other) => other !== at) }))
  if (added) return `The body was changed after it was signed: it would be valid without the field ${added[0]}.`
  const other = changedForms(form).find(each => signedWith({ ...attempt, form: each.form }))
  return other && `The body was changed after it was signed: it would be valid ${other.what}.`
}

/** What programs on the way are known to do to a form, undone. */
function changedForms(form: [string, string][]): { what: string; form: [string, string][] }[] {
  return [
    { what: 'without any field: only the address was signed', form: [] },
    { what: 'with plus signs where blanks are', form: form.map(([name, value]) => [name, value.replaceAll(' ', '+')]) },
    {
      what: 'with line ends of one character',
      form: form.map(([name, value]) => [name, value.replaceAll('\r\n', '\n')])
    }
  ]
}

function signedWords(hash: boolean | undefined, fields: number): string {
  if (hash !== undefined) return 'the address, with the SHA-256 of the body in its query'
  return fields === 0 ? 'the address' : `the address and the names and values of ${fields} fields, sorted`
}

/** A user name and password in an address are not for the screen. */
function shown(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1…@')
}
