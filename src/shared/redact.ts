import { plainTextOf, type PlainText } from './plain-text.ts'

const secretName = /secret|token|password|passphrase|authorization|api[-_]?key|auth[-_]?key|private|cookie|signature/i

/** Whether a field or header of this name is to be hidden in logs and excerpts, whoever sent it. */
export function isSecretName(name: string): boolean {
  return secretName.test(name)
}

/** A copy in which the values of secret names are replaced, at any depth. For logs and excerpts, not for data. */
export function redactNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redactNames)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecretName(name) ? '[redacted]' : redactNames(inner)])
  )
}

/** Longer texts are cut before they are searched, and their end, where a secret may have been cut in half, is dropped. */
const limits = { textLength: 100_000, secretLength: 25_000 }

/** So many characters of a secret of at least `longLength` are hidden wherever they stand: texts are cut, and cut secrets. */
const piece = { length: 12, longLength: 16 }

/**
 * The text without the given secret values, in every form they commonly travel in: raw, escaped as URLs, JSON and HTML do
 * in any order and letter case, and in hex or base64, also as a part of something larger such as `user:password`, and of a
 * long one each piece of it. Values under four characters are left: replacing them would destroy the text and hide nothing.
 */
export function redactValues(text: string, secretValues: Iterable<string>): string {
  const values = [...new Set(secretValues)].filter(value => value.length >= 4)
  const needles = values.flatMap(value => [value, ...codesOf(value)])
  const isLong = text.length > limits.textLength
  const searched = isLong ? text.slice(0, limits.textLength) : text
  const plain = plainTextOf(searched)
  const spans = needles.flatMap(needle => [...rawSpans(searched, needle), ...plainSpans(plain, needle)])
  spans.push(...pieceSpans(plain, needles))
  return cover(isLong ? searched.slice(0, -limits.secretLength) : searched, spans)
}

type Span = { from: number; to: number }

function rawSpans(text: string, needle: string): Span[] {
  return placesOf(text, needle).map(from => ({ from, to: from + needle.length }))
}

function plainSpans({ text, starts, length }: PlainText, needle: string): Span[] {
  const plain = plainTextOf(needle).text
  // Of a value that is nothing but escapes nothing is left.
  if (plain.length < 3) return []
  // Up to where the next character begins: an escape that stands for nothing may belong to the value's end.
  const endOf = (at: number) => starts[at] ?? length
  return placesOf(text, plain).map(at => ({ from: starts[at] ?? 0, to: endOf(at + plain.length) }))
}

function pieceSpans({ text, starts, length }: PlainText, needles: string[]): Span[] {
  const pieces = new Set<string>()
  for (const needle of needles) {
    const plain = plainTextOf(needle).text
    if (plain.length < piece.longLength) continue
    for (let at = 0; at + piece.length <= plain.length; at += 1) pieces.add(plain.slice(at, at + piece.length))
  }
  const spans: Span[] = []
  for (let at = 0; pieces.size > 0 && at + piece.length <= text.length; at += 1) {
    if (!pieces.has(text.slice(at, at + piece.length))) continue
    spans.push({ from: starts[at] ?? 0, to: starts[at + piece.length] ?? length })
  }
  return spans
}

function placesOf(text: string, needle: string): number[] {
  const places: number[] = []
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) places.push(at)
  return places
}

/** Puts one mark for each stretch that the spans cover together. */
function cover(text: string, spans: Span[]): string {
  let clean = ''
  let done = 0
  for (const { from, to } of spans.sort((one, other) => one.from - other.from)) {
    if (to <= done) continue
    if (from > done || done === 0) clean += `${text.slice(done, from)}[redacted]`
    done = to
  }
  return clean + text.slice(done)
}

/** The value as one word that does not show its characters. */
function codesOf(value: string): string[] {
  const escaped = [value, JSON.stringify(value).slice(1, -1)]
  const hex = hexOf([...new TextEncoder().encode(value)])
  return [hex, hex.toUpperCase(), ...escaped.flatMap(base64Forms)]
}

function hexOf(numbers: number[], width = 2): string {
  return numbers.map(number => number.toString(16).padStart(width, '0')).join('')
}

/** The whole in base64, and for each of the three positions the characters that depend on nothing around it. */
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value)
  const inside = [0, 1, 2].map(lead => {
    const text = base64Of([...new Uint8Array(lead), ...bytes])
    return text.slice(Math.ceil((lead * 4) / 3), Math.floor(((lead + bytes.length) * 4) / 3))
  })
  const forms = [base64Of([...bytes]), ...inside.filter(form => form.length >= 6)]
  return forms.flatMap(form => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

function base64Of(bytes: number[]): string {
  return btoa(String.fromCharCode(...bytes))
}

/** At most `limit` characters of the text, for an excerpt in a fault. */
export function excerptOf(text: string, limit = 200): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > limit ? `${line.slice(0, limit)}…` : line
}
