// TextMarks API V2: the owner's URL with tokens in it, which decides what a callback looks like.
// Source: the help pages of set_dynamic_request_handler and set_integration_config, as summed up in providers/textmarks.md §5, 2026-11.
// Not tested against the live service: how values are encoded; which tokens there are beside these.

/** What a token stands for. `textN` are the words. */
export const tokens: Record<string, { part: string; label: string; help?: string }> = {
  a: {
    part: 'action',
    label: 'Action',
    help: 'REQ: somebody texted the keyword. SUB, UNSUB: joined or left the group.'
  },
  p: { part: 'phone', label: 'Phone' },
  k: { part: 'keyword', label: 'Keyword' },
  0: { part: 'text', label: 'Text', help: 'What stood after the keyword.' },
  ...Object.fromEntries(
    Array.from('123456789', digit => [digit, { part: `word${digit}`, label: `Word ${digit}` }] as const)
  ),
  n: { part: 'name', label: 'Name', help: 'Where the person has given one.' },
  u: { part: 'userId', label: 'User ID', help: 'TextMarks’ number for this phone.' },
  s: { part: 'signature', label: 'Signature', help: 'How TextMarks makes it is not known.' }
}

/** The name under which the signature of our own convention travels. */
export const conventionName = 'plugboard_signature'

const recommended: [name: string, token: string][] = [
  ['action', String.raw`\a`],
  ['phone', String.raw`\p`],
  ['keyword', String.raw`\k`],
  ['user_id', String.raw`\u`],
  ['name', String.raw`\n`],
  ['text', String.raw`\0`]
]

/**
 * The URL template to enter at TextMarks so that callbacks come to the address with all that can be known. One template
 * serves requests (REQ), joins (SUB) and leaves (UNSUB). in: signed: also asks for `\s`, which is then checked by
 * Plugboard's own convention, not by TextMarks' way.
 */
export function callbackTemplate(address: string, { signed = false }: { signed?: boolean } = {}): string {
  const pairs = [...recommended, ...(signed ? [[conventionName, String.raw`\s`]] : [])]
  const [bare = ''] = address.trim().split('#')
  const joint = !bare.includes('?') ? '?' : /[?&]$/.test(bare) ? '' : '&'
  return `${bare}${joint}${pairs.map(([name, token]) => `${name}=${token}`).join('&')}`
}

/** The parts of a callback by name, as far as it was made from one of the templates; undefined when from none. */
export function readByTemplate(target: string, templates: string[]): Map<string, string> | undefined {
  const found = templates.flatMap(template => readBy(target, template) ?? [])
  return found.toSorted((one, other) => other.size - one.size)[0]
}

/** Where there is no template: the names of our own one, and those of TextMarks' samples. */
export function readByNames(target: string): Map<string, string> | undefined {
  const query = new URLSearchParams(queryOf(target))
  const value = (...names: string[]) => names.map(name => query.get(name)).find(one => one !== null)
  const phone = phoneText(value('phone', 'phoneNumber', 'user') ?? '')
  const action = value('action') ?? ''
  if (!isAction(action) && !(isPhone(phone) && value('text', 'msg', 'req', 'message') !== undefined)) return undefined
  const parts: [string, string | undefined][] = [
    ['action', action === '' ? undefined : action],
    ['phone', phone === '' ? undefined : phone],
    ['keyword', value('keyword')],
    ['text', value('text', 'msg', 'req', 'message')],
    ['name', value('name')],
    ['userId', value('user_id', 'userId')],
    ['signature', value(conventionName)]
  ]
  return new Map(parts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))
}

export function isAction(text: string): boolean {
  return text === 'REQ' || text === 'SUB' || text === 'UNSUB'
}

export function queryOf(target: string): string {
  return target.split('?').slice(1).join('?')
}

function readBy(target: string, template: string): Map<string, string> | undefined {
  const [path = ''] = target.split('?')
  const [templatePath = ''] = pathOf(template).split('?')
  const parts = match(templatePath, path, decodePath)
  if (!parts || !template.includes('\\')) return undefined
  const query = [...new URLSearchParams(queryOf(target))]
  for (const [name, pattern] of pairsOf(queryOf(template))) {
    const index = query.findIndex(pair => pair[0] === name)
    const [pair] = index < 0 ? [] : query.splice(index, 1)
    const inside = pair && match(pattern, pair[1], text => text)
    if (!inside) return undefined
    for (const [part, text] of inside) parts.set(part, part === 'phone' ? phoneText(text) : text)
  }
  return parts.size > 0 ? parts : undefined
}

/** The pairs of a template's query, decoded but for its tokens. */
function pairsOf(query: string): [string, string][] {
  // In a query a plus is a space; the tokens' backslashes pass through decoding.
  return [...new URLSearchParams(query)]
}

/** What the tokens of the pattern stand for in the text; undefined when the text was not made from it. */
function match(pattern: string, text: string, decode: (text: string) => string): Map<string, string> | undefined {
  const names: string[] = []
  const pieces = pattern.split(/\\([0-9a-z])/i).map((piece, index) => {
    if (index % 2 === 0) return escapeRegExp(piece)
    const token = Object.hasOwn(tokens, piece) ? tokens[piece] : undefined
    if (!token) return escapeRegExp(`\\${piece}`)
    names.push(token.part)
    return '(.*?)'
  })
  const found = new RegExp(`^${pieces.join('')}$`, 's').exec(text)
  if (!found) return undefined
  return new Map(names.map((name, index) => [name, decode(found[index + 1] ?? '')]))
}

function pathOf(url: string): string {
  return /^https?:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? ''
}

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A plus that was not encoded arrives as a space. */
function phoneText(text: string): string {
  return /^ \d+$/.test(text) ? `+${text.trim()}` : text
}

function isPhone(text: string): boolean {
  return /^\+?\d{7,15}$/.test(text)
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
