import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import { isSecretName } from '#shared/redact.ts'
import { headerValues } from '../address.ts'
import { parseJsonText } from '../json-text.ts'
import { bodyBytes } from './request.ts'

const mark = 'redacted'
const moreSecretNames = /jwt|hmac|credential|session|passwd|pwd/i
/** Shorter values stand in too many places by chance. */
const shortestValue = 6

/**
 * The callback without what lets somebody else act for its owner: the endpoint's key, and the values of headers, query parameters,
 * form fields, JSON and XML whose names say that they are secret; also where such a value stands elsewhere. Bytes that cannot be
 * read (compressed ones) go as a whole. Other bytes stay as they are.
 */
export function redactedCallback(callback: CallbackDetail): CallbackDetail {
  const taken = new Set<string>()
  const target = redactTarget(callback.target, taken)
  const headers = callback.headers.map(pair => redactPair(pair, taken))
  const trailers = callback.trailers.map(pair => redactPair(pair, taken))
  const body = redactBody(callback, taken)
  const fields = callback.decoded?.fields.map(field => ({
    ...field,
    value: redactNamed(field.name, field.value, taken)
  }))
  const clean = (text: string) => withoutValues(text, taken)
  const cleanPairs = (pairs: HeaderPair[]) => pairs.map(([name, value]): HeaderPair => [name, clean(value)])
  const bytes = Buffer.from(clean(body), 'latin1')
  return {
    ...callback,
    target: clean(target),
    headers: withLength(cleanPairs(headers), bytes.length, callback),
    trailers: cleanPairs(trailers),
    bodyBase64: bytes.toString('base64'),
    bodyText: textOf(bytes),
    bodyBytes: bytes.length,
    verdictText: callback.verdictText === null ? null : clean(callback.verdictText),
    verdictDetails: callback.verdictDetails.map(({ label, value }) => ({ label, value: clean(value) })),
    decoded: callback.decoded && {
      ...callback.decoded,
      title: clean(callback.decoded.title),
      fields: (fields ?? []).map(field => ({ ...field, value: clean(field.value) }))
    }
  }
}

function isSecret(name: string): boolean {
  return isSecretName(name) || moreSecretNames.test(name)
}

function take(value: string, taken: Set<string>): string {
  if (value.length >= shortestValue && value !== mark) taken.add(value)
  return mark
}

function redactNamed(name: string, value: string, taken: Set<string>): string {
  return isSecret(name) && value !== '' ? take(value, taken) : value
}

function redactPair([name, value]: HeaderPair, taken: Set<string>): HeaderPair {
  return [name, redactNamed(name, value, taken)]
}

function redactTarget(target: string, taken: Set<string>): string {
  const keyless = target
    .replace(/(\/in\/)([^/?#]+)/, (_whole, before: string, key: string) => before + take(key, taken))
    .replace(/^(https?:\/\/)([^/?#@]*)@/i, (_whole, before: string, user: string) => `${before}${take(user, taken)}@`)
  const at = keyless.indexOf('?')
  return at < 0 ? keyless : keyless.slice(0, at + 1) + redactForm(keyless.slice(at + 1), taken)
}

/** `name=value&…`, as it stands but for the values. */
function redactForm(text: string, taken: Set<string>): string {
  return text.replaceAll(/([^&;=?#]+)=([^&;#]*)/g, (whole, name: string, value: string) => {
    const plain = unescaped(value)
    if (isSecret(unescaped(name)) && value !== '') {
      take(plain, taken)
      return `${name}=${take(value, taken)}`
    }
    const inner = /^\s*[[{]/.test(plain) ? redactJson(plain, taken) : plain
    return inner === plain ? whole : `${name}=${encodeURIComponent(inner)}`
  })
}

/** In and out: one character a byte. */
function redactBody(callback: CallbackDetail, taken: Set<string>): string {
  const bytes = bodyBytes(callback)
  const [encoding = 'identity'] = headerValues(callback.headers, 'content-encoding')
  if (bytes.length > 0 && encoding.toLowerCase() !== 'identity') return mark
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return mark
  const text = callback.bodyText
  if (text !== null && /^\s*[[{"]/.test(text)) {
    const clean = redactJson(text, taken)
    if (clean !== text || parseJsonText(text)) return Buffer.from(clean, 'utf8').toString('latin1')
  }
  const latin1 = bytes.toString('latin1')
  if (/^[^\s=&]+=[^\s]*$/.test(latin1.trim())) return redactForm(latin1, taken)
  return redactLoose(latin1, taken)
}

/** The text as it was where nothing in it is secret; else written anew. */
function redactJson(text: string, taken: Set<string>): string {
  const parsed = parseJsonText(text)
  if (parsed === undefined) return text
  const before = JSON.stringify(parsed.value)
  const after = JSON.stringify(redactValue(parsed.value, taken))
  return before === after ? text : after
}

function redactValue(value: unknown, taken: Set<string>): unknown {
  if (typeof value === 'string') return /^\s*[[{]/.test(value) ? redactJson(value, taken) : value
  if (Array.isArray(value)) return value.map(each => redactValue(each, taken))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) =>
      isSecret(name) && inner !== null && inner !== ''
        ? [name, takeAll(inner, taken)]
        : [name, redactValue(inner, taken)]
    )
  )
}

/** All texts beneath a secret name are secret. */
function takeAll(value: unknown, taken: Set<string>): string {
  if (value !== null && typeof value === 'object') for (const inner of Object.values(value)) takeAll(inner, taken)
  else take(String(value), taken)
  return mark
}

const looseForms = [
  // "name": "value", name=value, name: value, 'name' => 'value'
  /(["']?)([\w.-]{1,80})\1(\s*(?:=>|[:=])\s*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^\s"'&<>,;]+)/g,
  // <name …>value</name>
  /<()([\w.:-]{1,80})((?:\s[^<>]*)?>)([^<]+)(?=<\/)/g,
  // A part of multipart/form-data.
  /(\bname=")([^"\r\n]{1,80})("[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*\r?\n)([^]*?)(?=\r?\n--)/g
]

/** Text of no known form, and bytes. */
function redactLoose(text: string, taken: Set<string>): string {
  return looseForms.reduce(
    (clean, form) =>
      clean.replaceAll(form, (whole: string, _quote: string, name: string, _between: string, value: string) => {
        if (!isSecret(name) || value === '') return whole
        take(value.replaceAll(/^["']|["']$/g, ''), taken)
        return whole.slice(0, whole.length - value.length) + mark
      }),
    text
  )
}

/** Where a secret value stands under a name that does not say so. */
function withoutValues(text: string, taken: Set<string>): string {
  let clean = text
  for (const value of [...taken].sort((one, other) => other.length - one.length)) {
    const inJson = JSON.stringify(value).slice(1, -1)
    const inUrl = encodeURIComponent(value.toWellFormed())
    const inSmallUrl = inUrl.replaceAll(/%../g, code => code.toLowerCase())
    for (const form of [value, inJson, JSON.stringify(inJson).slice(1, -1), inUrl, inSmallUrl]) {
      // Of a body each character is a byte.
      for (const text of new Set([form, Buffer.from(form, 'utf8').toString('latin1')]))
        clean = clean.replaceAll(text, mark)
    }
  }
  return clean
}

/** A length that was right stays right. */
function withLength(headers: HeaderPair[], length: number, { bodyBytes: before }: CallbackDetail): HeaderPair[] {
  return headers.map(([name, value]) => {
    const isRight = name.toLowerCase() === 'content-length' && Number(value) === before
    return [name, isRight ? String(length) : value]
  })
}

function unescaped(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  return spaced.replaceAll(/(?:%[0-9a-f]{2})+/gi, code => Buffer.from(code.replaceAll('%', ''), 'hex').toString('utf8'))
}

function textOf(bytes: Buffer): string | null {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null
}
