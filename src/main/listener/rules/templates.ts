import { Liquid } from 'liquidjs'
import type { Looked, Parts } from './conditions.ts'

/** A body with places to be filled in. */
export type Template = {
  /** Whether it speaks of what only the look can say. */
  needsLook: boolean
  /** Throws where it cannot be filled in within its bounds. */
  render(view: View): string
}

export type View = Record<string, unknown>

const limits = { parseLimit: 1_000_000, renderLimit: 100, memoryLimit: 10_000_000 }
const saidByLook = ['event', 'title', 'fields', 'verdict']

/**
 * Liquid over plain data: it reads no files, follows no prototypes, and has an end in time and size. Throws an Error that says
 * what is wrong with the text.
 */
export function compileTemplate(text: string): Template {
  const liquid = new Liquid({ ...limits, templates: {}, strictFilters: true, ownPropertyOnly: true })
  const parsed = liquid.parse(text)
  const names = liquid.globalVariablesSync(parsed)
  return {
    needsLook: names.some(name => saidByLook.includes(name)),
    render: view => String(liquid.renderSync(parsed, view))
  }
}

/** What a template may speak of. Names of headers are in small letters; of several values with one name the first stands. */
export function viewOf(known: { id: number; receivedMs: number }, parts: Parts, looked: Looked): View {
  return {
    id: known.id,
    receivedMs: known.receivedMs,
    method: parts.method,
    path: parts.path,
    query: firstOfEach(parts.query),
    headers: firstOfEach(parts.headers.map(([name, value]) => [name.toLowerCase(), value])),
    body: parts.text(),
    json: parts.json()?.value,
    verdict: looked?.verdict,
    event: looked?.decoded?.event,
    title: looked?.decoded?.title,
    fields: firstOfEach((looked?.decoded?.fields ?? []).map(({ name, value }) => [name, value]))
  }
}

function firstOfEach(pairs: readonly [string, string][]): Record<string, string> {
  return Object.fromEntries(pairs.toReversed())
}
