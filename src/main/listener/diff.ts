import type { CallbackDetail, HeaderPair } from '#shared/model/callback.ts'
import type { CallbackDiff } from '#shared/model/lab.ts'
import { headerValues } from './address.ts'
import { parseJsonText } from './json-text.ts'

type Difference = CallbackDiff['differences'][number]
type Part = Difference['part']

/** More are not told: whoever compares two unlike callbacks sees that by then. */
const mostDifferences = 1_000

/**
 * What is different between two callbacks, in the order of a request. Headers and parameters are compared by name, whatever their
 * order, each of several with the same name for itself; header names without case. A body is compared as what both say that it
 * is: a form, JSON, text or bytes.
 */
export function diffCallbacks(from: CallbackDetail, to: CallbackDetail): CallbackDiff {
  const sameBody = from.bodyBase64 === to.bodyBase64
  const differences = [
    ...one('method', '', from.method, to.method),
    ...targetDifferences(from.target, to.target),
    ...pairDifferences('header', from.headers, to.headers, lower),
    ...(sameBody ? [] : bodyDifferences(from, to)),
    ...pairDifferences('trailer', from.trailers, to.trailers, lower),
    ...pairDifferences('field', decodedPairs(from), decodedPairs(to))
  ]
  return { differences: differences.slice(0, mostDifferences), sameBody }
}

function one(part: Part, name: string, from: string | null, to: string | null): Difference[] {
  return from === to ? [] : [{ part, name, from, to }]
}

const lower = (name: string) => name.toLowerCase()

/** Where the parameters are the same, but not how they are written, the texts are what is different. */
function targetDifferences(from: string, to: string): Difference[] {
  const [before, after] = [cut(from), cut(to)]
  const byName = pairDifferences('query', formPairs(before.query), formPairs(after.query))
  const asWritten = byName.length === 0 ? one('query', '', before.query, after.query) : byName
  return [...one('target', '', before.path, after.path), ...asWritten]
}

function cut(target: string): { path: string; query: string } {
  const at = target.indexOf('?')
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) }
}

function formPairs(text: string): HeaderPair[] {
  return [...new URLSearchParams(text)]
}

function decodedPairs({ decoded }: CallbackDetail): HeaderPair[] {
  if (!decoded) return []
  return [['event', decoded.event], ...decoded.fields.map(({ name, value }): HeaderPair => [name, value])]
}

type NamedValues = Map<string, { name: string; values: string[] }>

/** Equal values of a name go together, whatever their order; what is left is compared in order. */
function pairDifferences(
  part: Part,
  from: HeaderPair[],
  to: HeaderPair[],
  key: (name: string) => string = name => name
): Difference[] {
  const [before, after] = [byName(from, key), byName(to, key)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap(each => {
    const [old, fresh] = [before.get(each)?.values ?? [], after.get(each)?.values ?? []]
    const [lost, gained] = [without(old, fresh), without(fresh, old)]
    const name = before.get(each)?.name ?? after.get(each)?.name ?? each
    return Array.from({ length: Math.max(lost.length, gained.length) }, (_, at) => ({
      part,
      name,
      from: lost[at] ?? null,
      to: gained[at] ?? null
    }))
  })
}

function byName(pairs: HeaderPair[], key: (name: string) => string): NamedValues {
  const found: NamedValues = new Map()
  for (const [name, value] of pairs) {
    const known = found.get(key(name))
    if (known) known.values.push(value)
    else found.set(key(name), { name, values: [value] })
  }
  return found
}

/** The values but for those of the others, each of which takes one away. */
function without(values: string[], others: string[]): string[] {
  const counts = new Map<string, number>()
  for (const other of others) counts.set(other, (counts.get(other) ?? 0) + 1)
  return values.filter(value => {
    const count = counts.get(value) ?? 0
    counts.set(value, count - 1)
    return count <= 0
  })
}

function bodyDifferences(from: CallbackDetail, to: CallbackDetail): Difference[] {
  if (from.bodyText === null || to.bodyText === null) return byteDifference(from, to)
  const [before, after] = [parseJsonText(from.bodyText), parseJsonText(to.bodyText)]
  if (before && after) return orText(jsonDifferences('$', before.value, after.value), from.bodyText, to.bodyText)
  if (isForm(from) && isForm(to))
    return orText(pairDifferences('body', formPairs(from.bodyText), formPairs(to.bodyText)), from.bodyText, to.bodyText)
  return lineDifference(from.bodyText, to.bodyText)
}

/** The same meaning in other words: the words are what is different. */
function orText(found: Difference[], from: string, to: string): Difference[] {
  return found.length > 0 ? found : lineDifference(from, to)
}

function isForm({ headers }: CallbackDetail): boolean {
  return headerValues(headers, 'content-type').some(type => /^application\/x-www-form-urlencoded\b/i.test(type.trim()))
}

function byteDifference(from: CallbackDetail, to: CallbackDetail): Difference[] {
  const [before, after] = [Buffer.from(from.bodyBase64, 'base64'), Buffer.from(to.bodyBase64, 'base64')]
  const first = before.findIndex((byte, at) => byte !== after[at])
  const at = first < 0 ? before.length : first
  const told = (bytes: Buffer) =>
    `${bytes.length} bytes, from byte ${at}: ${bytes.subarray(at, at + 32).toString('hex')}`
  return [{ part: 'body', name: 'bytes', from: told(before), to: told(after) }]
}

/** The lines between what both begin and end with. */
function lineDifference(from: string, to: string): Difference[] {
  const [before, after] = [from.split('\n'), to.split('\n')]
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  const middle = (lines: string[]) => {
    const own = lines.slice(start, lines.length - end)
    return own.length === 0 ? null : own.join('\n')
  }
  return [{ part: 'body', name: `from line ${start + 1}`, from: middle(before), to: middle(after) }]
}

function jsonDifferences(path: string, from: unknown, to: unknown): Difference[] {
  if (Array.isArray(from) && Array.isArray(to)) {
    const longer = from.length > to.length ? from : to
    return longer.flatMap((_, at) => jsonMember(`${path}[${at}]`, at, from, to))
  }
  if (isObject(from) && isObject(to)) {
    const names = new Set([...Object.keys(from), ...Object.keys(to)])
    return [...names].flatMap(name => jsonMember(`${path}${step(name)}`, name, from, to))
  }
  return one('json', path, JSON.stringify(from), JSON.stringify(to))
}

function jsonMember(path: string, name: string | number, from: object, to: object): Difference[] {
  const [isBefore, isAfter] = [Object.hasOwn(from, name), Object.hasOwn(to, name)]
  const [before, after]: unknown[] = [Reflect.get(from, name), Reflect.get(to, name)]
  if (isBefore && isAfter) return jsonDifferences(path, before, after)
  return one('json', path, isBefore ? JSON.stringify(before) : null, isAfter ? JSON.stringify(after) : null)
}

function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
