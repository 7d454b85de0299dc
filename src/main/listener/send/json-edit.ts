// Sets one value in the text of a JSON document and leaves every other byte as it is: the blanks, the order, the digits of a
// long number, even bytes that are no UTF-8. The text has one character a byte (latin1) and is known to be valid JSON.

type Place = { from: number; to: number }
type Member = Place & { key: string }

const stringText = '"[^"\\\\]*(?:\\\\[^][^"\\\\]*)*"'
const scalarText = '[^\\s,\\]}]+'
const bracketOrStringText = `[[\\]{}]|${stringText}`

/**
 * Sets the field: of the top level by its whole name, else by a path of names and positions with dots between. A new one is
 * added where its name leads. Where the old value is no text, one that reads as JSON is set as such. out: undefined where
 * the document is no object and has no such place.
 */
export function setInJson(text: string, name: string, value: string): string | undefined {
  const top = blanksAfter(text, 0)
  const place = placeOf(text, top, name)
  if (place) return splice(text, place, valueText(text.slice(place.from, place.to), value))
  const dot = name.lastIndexOf('.')
  const parent = dot < 0 ? undefined : placeOf(text, top, name.slice(0, dot))
  const isIn = parent !== undefined && text[parent.from] === '{'
  const open = isIn ? parent.from : top
  if (text[open] !== '{') return undefined
  return addTo(text, open, isIn ? name.slice(dot + 1) : name, value)
}

function addTo(text: string, open: number, key: string, value: string): string {
  const end = valueEnd(text, open) - 1
  const last = membersOf(text, open).at(-1)
  const at = last?.to ?? end
  const added = `${last ? ',' : ''}${asLatin1(JSON.stringify(key))}:${asLatin1(JSON.stringify(value))}`
  return splice(text, { from: at, to: at }, added)
}

/** Of a name that stands twice the last one counts, as for every parser that we know. */
function placeOf(text: string, open: number, name: string): Place | undefined {
  if (text[open] !== '{' && text[open] !== '[') return undefined
  const members = membersOf(text, open)
  const own = members.findLast(member => member.key === name)
  if (own) return own
  for (const member of members.filter(each => name.startsWith(`${each.key}.`)).toReversed()) {
    const found = placeOf(text, member.from, name.slice(member.key.length + 1))
    if (found) return found
  }
  return undefined
}

function membersOf(text: string, open: number): Member[] {
  const members: Member[] = []
  let at = blanksAfter(text, open + 1)
  while (text[at] !== '}' && text[at] !== ']') {
    let key = String(members.length)
    if (text[open] === '{') {
      const end = matchEnd(stringText, text, at)
      key = JSON.parse(fromLatin1(text.slice(at, end))) as string
      at = blanksAfter(text, blanksAfter(text, end) + 1)
    }
    const to = valueEnd(text, at)
    members.push({ key, from: at, to })
    at = blanksAfter(text, to)
    if (text[at] === ',') at = blanksAfter(text, at + 1)
  }
  return members
}

function valueEnd(text: string, at: number): number {
  if (text[at] === '"') return matchEnd(stringText, text, at)
  if (text[at] !== '{' && text[at] !== '[') return matchEnd(scalarText, text, at)
  let depth = 0
  const bracketOrString = new RegExp(bracketOrStringText, 'g')
  bracketOrString.lastIndex = at
  for (let found = bracketOrString.exec(text); found; found = bracketOrString.exec(text)) {
    if (found[0] === '{' || found[0] === '[') depth += 1
    if (found[0] === '}' || found[0] === ']') depth -= 1
    if (depth === 0) return found.index + 1
  }
  throw new Error('the text is not valid JSON')
}

function matchEnd(source: string, text: string, at: number): number {
  const pattern = new RegExp(source, 'y')
  pattern.lastIndex = at
  if (!pattern.test(text)) throw new Error('the text is not valid JSON')
  return pattern.lastIndex
}

function blanksAfter(text: string, from: number): number {
  let at = from
  while (' \t\r\n'.includes(text[at] ?? 'x')) at += 1
  return at
}

function valueText(before: string, value: string): string {
  return asLatin1(before.startsWith('"') || !isJson(value) ? JSON.stringify(value) : value)
}

/** Whether it is the text of a JSON value. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function splice(text: string, { from, to }: Place, by: string): string {
  return text.slice(0, from) + by + text.slice(to)
}

function asLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

function fromLatin1(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8')
}
