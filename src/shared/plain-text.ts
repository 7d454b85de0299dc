/** A text with all its escapes undone, where each of its UTF-16 units began in the original, and that one's length. */
export type PlainText = { text: string; starts: number[]; length: number }

// One character percent-encoded, JSON- or HTML-escaped, and the plus sign of a form. Any number of backslashes is one
// escape, so that a document inside a document reads like the document.
const escapes =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}|\\+u[0-9a-f]{4}|\\+[nrtbf]?|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|quot|amp|lt|gt|apos);|\+/gi

const named: Record<string, string> = { quot: '"', amp: '&', lt: '<', gt: '>', apos: "'" }
const jsonLetters: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }

/** As many times over as anything was ever seen escaped. */
const rounds = 4

/** Undoes the escapes of URLs, JSON and HTML, whichever and in whatever order, and the case of Latin letters. */
export function plainTextOf(text: string): PlainText {
  let plain: PlainText = {
    text,
    starts: Array.from({ length: text.length }, (_, index) => index),
    length: text.length
  }
  for (let round = 0; round < rounds; round += 1) plain = unescapeOnce(plain)
  return { ...plain, text: plain.text.replaceAll(/[A-Z]/g, letter => letter.toLowerCase()) }
}

function unescapeOnce(plain: PlainText): PlainText {
  const pieces: string[] = []
  const starts: number[] = []
  function keep(from: number, to: number): void {
    pieces.push(plain.text.slice(from, to))
    for (let at = from; at < to; at += 1) starts.push(plain.starts[at] ?? 0)
  }
  let done = 0
  for (const { 0: escape, index } of plain.text.matchAll(escapes)) {
    keep(done, index)
    done = index + escape.length
    const meaning = meaningOf(escape)
    pieces.push(meaning)
    for (let unit = 0; unit < meaning.length; unit += 1) starts.push(plain.starts[index] ?? 0)
  }
  keep(done, plain.text.length)
  return { text: pieces.join(''), starts, length: plain.length }
}

function meaningOf(escape: string): string {
  if (escape === '+') return ' '
  if (escape.startsWith('%')) return percentDecoded(escape)
  const letters = escape.replaceAll(/^\\+|^&|;$/g, '').toLowerCase()
  if (escape.startsWith('&')) return named[letters] ?? character(letters.replace('#', '').replace(/^x/, '0x'))
  if (/^u./.test(letters)) return String.fromCharCode(Number.parseInt(letters.slice(1), 16))
  return jsonLetters[letters] ?? ''
}

function percentDecoded(escape: string): string {
  try {
    return decodeURIComponent(escape)
  } catch {
    // Overlong or a surrogate: no character at all.
    return ''
  }
}

function character(number: string): string {
  const code = Number(number)
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}
