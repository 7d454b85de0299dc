import type { DecodedCallback, HeaderPair } from '#shared/model/callback.ts'

/** What of a callback is searched. */
export type Searched = {
  target: string
  headers: HeaderPair[]
  trailers: HeaderPair[]
  body: Uint8Array
  decoded: DecodedCallback | null
}

/** So much of a body is searched, and so many different words of a callback. */
export const searchedLimits = { bodyBytes: 262_144, words: 20_000, wordLength: 64 }

const marks = /[\u0300-\u036f]/g
const word = /[\p{L}\p{N}\p{M}]+/gu
const isAscii = /^[\0-\x7f]*$/

/** The text without case and diacritics, so that equal means found. */
export function folded(text: string): string {
  if (isAscii.test(text)) return text.toLowerCase()
  // A capital sigma at the end of a word becomes another letter than one that is followed by more.
  return text.normalize('NFKD').replaceAll(marks, '').toLowerCase().replaceAll(marks, '').replaceAll('ς', 'σ')
}

/** The words of a text: letters and digits in a row, folded; of very long ones the beginning. */
export function wordsOf(text: string): string[] {
  const words = folded(text).match(word) ?? []
  return words.map(each => (each.length > searchedLimits.wordLength ? beginning(each) : each))
}

/** The words of all that is searched, each once. */
export function wordsOfCallback(callback: Searched): Set<string> {
  const found = new Set<string>()
  for (const text of textsOf(callback)) {
    for (const each of wordsOf(text)) {
      found.add(each)
      if (found.size >= searchedLimits.words) return found
    }
  }
  return found
}

/** The texts of a callback as they stand and as they are meant: without the escapes of URLs, forms and JSON, headers also as UTF-8. */
export function textsOf({ target, headers, trailers, body, decoded }: Searched): string[] {
  const head = [...headers, ...trailers].map(([name, value]) => `${name}: ${value}`).join('\n')
  const bytes = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, searchedLimits.bodyBytes))
  const texts = [target, head, bytes.toString('utf8')]
  if (!isAscii.test(head)) texts.push(Buffer.from(head, 'latin1').toString('utf8'))
  if (decoded) texts.push([decoded.title, decoded.event, ...decoded.fields.map(field => field.value)].join('\n'))
  return texts.flatMap(text => withMeaning(text))
}

function withMeaning(text: string): string[] {
  const plain = text.includes('%') ? withoutPercents(text) : text
  const meant = plain.includes('\\') ? withoutJsonEscapes(plain) : plain
  return [text, plain, meant].filter((each, at, all) => all.indexOf(each) === at)
}

/** What is not UTF-8 becomes the mark for it and is no word. */
function withoutPercents(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  return spaced.replaceAll(/(?:%[0-9a-f]{2})+/gi, code => Buffer.from(code.replaceAll('%', ''), 'hex').toString('utf8'))
}

const jsonEscape = /\\(?:u([0-9a-f]{4})|(.))/gi
const controls: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

function withoutJsonEscapes(text: string): string {
  return text.replaceAll(jsonEscape, (_whole, unit?: string, letter?: string) =>
    unit === undefined ? (controls[letter ?? ''] ?? letter ?? '') : String.fromCharCode(Number.parseInt(unit, 16))
  )
}

/** Never half of a character. */
function beginning(text: string): string {
  const cut = text.slice(0, searchedLimits.wordLength)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}

/** A stretch of ids that has a vocabulary of its own: words in it can be looked for by their beginnings without reading all others. */
export const blockSize = 65_536

/** What the index has for a word in a block of ids. The dot is no letter, so that no word can look like it. */
export function wordToken(block: number, text: string): string {
  return `${block.toString(36)}·${text}`
}

/** What the index has for a property of a callback; not exact, so that whoever asks compares the property as well. */
export function propertyToken(block: number, name: string, value: string | number): string {
  return `${block.toString(36)}··${name}·${Buffer.from(String(value)).toString('hex').slice(0, 128)}`
}

export function blockOf(id: number): number {
  return Math.floor(id / blockSize)
}
