import { Fault, type FaultCode } from '#shared/faults.ts'
import type { HttpAnswer } from '../../base/http.ts'
import type { Redaction } from './redaction.ts'
import { retryAtOf } from './answer-headers.ts'

/**
 * What a request is for. It decides what a refusal means: the absence of a whole list is no "not found", it is a wrong
 * address, and only a write can be refused.
 */
export type Intent = 'login' | 'list' | 'read' | 'write'

/**
 * What the provider itself says of its refusal. `code`: what that means where the HTTP status says success; without it the
 * refusal counts as a status 400.
 */
export type Refusal = { reason?: string; field?: string; code?: FaultCode }

/** What the faults of one session need to know. */
export type Speaker = { name: string; redaction: Redaction; now(): number }

/** The fault for an answer with a status that is no success. */
export function faultOfStatus(speaker: Speaker, intent: Intent, answer: HttpAnswer, refusal: Refusal = {}): Fault {
  return faultOfCode(codeOfStatus(intent, answer.status), speaker, answer, refusal)
}

/** The fault for a 2xx whose body says that it failed: as if its status had said so. */
export function faultOfRefusal(speaker: Speaker, intent: Intent, answer: HttpAnswer, refusal: Refusal): Fault {
  return faultOfCode(refusal.code ?? codeOfStatus(intent, 400), speaker, answer, refusal)
}

function faultOfCode(code: FaultCode, speaker: Speaker, answer: HttpAnswer, refusal: Refusal): Fault {
  const said = refusal.reason === undefined ? '' : `: ${speaker.redaction.excerpt(refusal.reason)}`
  return new Fault(code, {
    message: `${sentenceOf(code, speaker.name, answer.status)}${said}`,
    ...(code === 'refused' && { field: refusal.field }),
    ...((code === 'rate-limited' || answer.status === 503) && { retryAtMs: retryAtOf(answer.headers, speaker.now()) }),
    ...(said === '' && { excerpt: pageExcerpt(speaker, answer.text) })
  })
}

/** The fault for a 2xx whose body is no JSON. Of half a document nothing is shown: the half of a secret is not recognised. */
export function faultOfText(speaker: Speaker, answer: HttpAnswer): Fault {
  const excerpt = pageExcerpt(speaker, answer.text)
  const isPage = excerpt?.startsWith('<') ?? false
  const what = isPage ? 'a web page' : `${answer.text.length} characters that are no complete JSON`
  return new Fault('protocol', { message: `${speaker.name} answered ${answer.status} with ${what}`, excerpt })
}

/** The fault for a 2xx whose JSON has another shape than the one known. `quiet`: it may be a secret as a whole. */
export function faultOfShape(speaker: Speaker, body: unknown, { quiet }: { quiet: boolean }): Fault {
  return new Fault('protocol', {
    message: `${speaker.name} answered with JSON of an unknown form`,
    ...(!quiet && { excerpt: speaker.redaction.excerptOfJson(body) })
  })
}

function codeOfStatus(intent: Intent, status: number): FaultCode {
  if (status === 401 || (status === 400 && intent === 'login')) return 'auth'
  if (status === 403) return 'forbidden'
  // A 429 was turned away before it was looked at; a write that is answered 503 may have been carried out.
  if (status === 429 || (status === 503 && intent !== 'write')) return 'rate-limited'
  if (status >= 500) return 'provider-error'
  if (status < 400) return 'protocol'
  if (status === 404 && (intent === 'read' || intent === 'write')) return 'missing-there'
  if (intent !== 'write') return 'protocol'
  return status === 409 ? 'conflict-there' : 'refused'
}

function sentenceOf(code: FaultCode, name: string, status: number): string {
  switch (code) {
    case 'auth':
      return `${name} rejected the credentials`
    case 'forbidden':
      return `${name} does not allow this account to do that`
    case 'rate-limited':
      return `${name} asks to slow down (${status})`
    case 'missing-there':
      return `It does not exist at ${name}`
    case 'conflict-there':
      return `${name} says that it conflicts with something there`
    case 'refused':
      return `${name} refused the change`
    default:
      return `${name} answered with status ${status}`
  }
}

function pageExcerpt(speaker: Speaker, text: string): string | undefined {
  const excerpt = speaker.redaction.excerpt(text)
  return excerpt === '' || /^[[{"]/.test(excerpt) ? undefined : excerpt
}
