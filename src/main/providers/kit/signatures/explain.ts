import { createHash } from 'node:crypto'
import type { VerdictDetail } from '#shared/model/callback.ts'
import type { Captured, Judgement } from '../../contract.ts'
import { judgeTime } from './judge.ts'

/** A scheme that signs a short text and the body behind it. */
export type SignedBody = {
  captured: Captured
  /** Where the signature stands. */
  header: string
  /** What is signed before the body: never a secret. */
  before: string
  /** Of the signature, in seconds as it was written. */
  time: string
  /** How many keys are known. */
  keys: number
  /** Which of them, from 0, the signature fits over these bytes. */
  keyFor: (content: Uint8Array) => number | undefined
}

/** More than that is not tried in other forms. */
const mostVariedBytes = 1_000_000

/**
 * Adds to a judgement which bytes were signed, when, and, where it can be told, with what it would be valid. The body itself is
 * told only by its length and hash.
 */
export function explainBody(judgement: Judgement, signed: SignedBody): Judgement {
  const { captured, header, before, time, keys } = signed
  const content = contentOf(before, captured.body)
  const details: VerdictDetail[] = [
    { label: 'Signature in', value: header },
    { label: 'Signed is', value: `“${shortened(before)}” and the ${captured.body.length} bytes of the body` },
    { label: 'SHA-256 of that', value: hashOf(content) },
    ...clockDetails(time, captured.receivedMs),
    { label: 'Keys tried', value: String(keys) }
  ]
  if (judgement.verdict === 'valid') return { ...judgement, details: [...details, ...keyDetails(signed, content)] }
  if (judgement.verdict !== 'invalid') return { ...judgement, details }
  return withHint({ ...judgement, details }, hintOf(signed, content))
}

/** Names headers that look like a signature of another kind, where the one that belongs to the scheme is not there. */
export function explainMissing(judgement: Judgement, { headers }: Captured): Judgement {
  const others = [...new Set(headers.map(([name]) => name))].filter(name => /sign|hmac|digest|hash/i.test(name))
  if (judgement.verdict !== 'missing' || others.length === 0) return judgement
  const value = others.map(shortened).join(', ')
  return { ...judgement, details: [{ label: 'Headers that look like a signature', value }] }
}

/** A sentence that says what is wrong, where that can be told. */
export function withHint(judgement: Judgement, hint: string | undefined): Judgement {
  if (hint === undefined) return judgement
  const details = [...(judgement.details ?? []), { label: 'What is wrong', value: hint }]
  return { ...judgement, text: `${judgement.text} ${hint}`, details }
}

/** When it was signed, against when it came. None where that is no time. */
export function clockDetails(seconds: string, receivedMs: number): VerdictDetail[] {
  if (!/^\d{1,12}$/.test(seconds)) return []
  const signedMs = Number(seconds) * 1_000
  const apart = Math.round((receivedMs - signedMs) / 1_000)
  const value = `${apart < 0 ? '−' : ''}${Math.abs(apart)} s from signing to receipt; up to 300 s either way are accepted`
  return [
    { label: 'Signed at', value: new Date(signedMs).toISOString() },
    { label: 'Clock', value }
  ]
}

/** Enough of it to compare with what a program of one's own computes. */
export function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

function keyDetails({ keyFor, keys }: SignedBody, content: Uint8Array): VerdictDetail[] {
  const index = keyFor(content)
  if (index === undefined || keys < 2) return []
  const which =
    index === 0 ? 'the first that was entered' : `number ${index + 1} that was entered: an older one matches`
  return [{ label: 'Key', value: `${which}, of ${keys}` }]
}

function hintOf({ captured, before, time, keyFor }: SignedBody, content: Uint8Array): string | undefined {
  if (keyFor(content) !== undefined) return 'The signature itself is right: only its time is not accepted.'
  const change = bodyVariants(captured.body).find(({ body }) => keyFor(contentOf(before, body)) !== undefined)
  if (change) return `The body was changed after it was signed: it would be valid ${change.what}.`
  const isLate = judgeTime('', time, captured.receivedMs) !== undefined
  return isLate
    ? 'The signature does not fit either: the body was changed on the way, or it was signed with another key.'
    : undefined
}

/** What programs on the way are known to do to a body, undone. */
function bodyVariants(body: Uint8Array): { what: string; body: Uint8Array }[] {
  if (body.length > mostVariedBytes) return []
  const text = Buffer.from(body).toString('utf8')
  const json = jsonIn(text)
  const variants: [string, string][] = [
    ['without the line end after it', text.replace(/\r?\n$/, '')],
    ['with a line end after it', `${text}\n`],
    ['with line ends of one character', text.replaceAll('\r\n', '\n')],
    ['with line ends of two characters', text.replaceAll(/\r?\n/g, '\r\n')],
    ['without the byte order mark before it', text.replace(/^\uFEFF/, '')],
    ...(json === undefined
      ? []
      : ([
          ['as JSON without blanks', JSON.stringify(json)],
          ['as JSON with indents of two', JSON.stringify(json, null, 2)],
          ['as JSON with a blank after colons and commas', spaced(json)]
        ] as [string, string][]))
  ]
  return variants.filter(([, other]) => other !== text).map(([what, other]) => ({ what, body: Buffer.from(other) }))
}

/** As Python writes it. */
function spaced(json: unknown): string {
  const lines = JSON.stringify(json, null, 1).split('\n')
  return lines.map((line, at) => line.trimStart() + (line.endsWith(',') && at < lines.length - 1 ? ' ' : '')).join('')
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function contentOf(before: string, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(before, 'utf8'), body])
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
