import type { CallbackSummary } from '#shared/model/callback.ts'
import { callbackFilter, type CallbackFilter } from '#shared/model/lab.ts'

type Query = Record<string, string>

/** The filter's part of an address: what it is called there, so that a list can be shared as a link. */
export const filterNames = {
  search: 'search',
  verdict: 'verdict',
  method: 'method',
  origin: 'origin',
  status: 'status',
  event: 'event',
  tag: 'tag',
  pinned: 'pinned',
  provider: 'provider',
  account: 'accountId',
  endpoint: 'endpointId',
  since: 'sinceMs',
  until: 'untilMs'
} as const satisfies Record<string, keyof CallbackFilter>

const spans: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `15m`, `1h`, `7d`: that long ago; else a date. undefined: neither. */
function momentOf(text: string, nowMs: number): number | undefined {
  const [, count, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? []
  if (count !== undefined) return nowMs - Number(count) * (spans[unit] ?? 0)
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : atMs
}

/** The filter that an address asks for. What it names wrongly is left out. */
export function filterOf(query: Query, nowMs: number): CallbackFilter {
  const given: Record<string, unknown> = {}
  for (const [name, key] of Object.entries(filterNames)) {
    const text = query[name]
    if (text === undefined || text.trim() === '') continue
    given[key] = readAs(key, text, nowMs)
  }
  const entries = Object.entries(given).filter(
    ([key, value]) => value !== undefined && callbackFilter.safeParse({ [key]: value }).success
  )
  return callbackFilter.parse(Object.fromEntries(entries))
}

function readAs(key: keyof CallbackFilter, text: string, nowMs: number): unknown {
  if (key === 'sinceMs' || key === 'untilMs') return momentOf(text, nowMs)
  if (key === 'status') return Number(text)
  if (key === 'pinned') return text === 'yes' ? true : undefined
  return key === 'search' ? text : text.trim()
}

/** What of an address is the filter, to be kept when another callback is opened. */
export function filterQuery(query: Query): Query {
  return Object.fromEntries(Object.entries(query).filter(([name, value]) => name in filterNames && value !== ''))
}

export function isFiltered(filter: CallbackFilter): boolean {
  return Object.values(filter).some(value => value !== undefined && value !== '')
}

export function hasWords(filter: CallbackFilter): boolean {
  return (filter.search ?? '').trim() !== ''
}

/** Whether a callback is shown under a filter, as far as the page can tell: the words of a search only the core knows. */
export function passes(filter: CallbackFilter, callback: CallbackSummary): boolean {
  const same = (wanted: unknown, is: unknown) => wanted === undefined || wanted === is
  return (
    same(filter.accountId, callback.accountId) &&
    same(filter.endpointId, callback.endpointId) &&
    same(filter.provider, callback.provider) &&
    same(filter.verdict, callback.verdict) &&
    same(filter.method, callback.method) &&
    same(filter.origin, callback.origin) &&
    same(filter.status, callback.answerStatus) &&
    same(filter.event, callback.decoded?.event) &&
    same(filter.pinned, callback.pinned) &&
    (filter.tag === undefined || callback.tags.includes(filter.tag)) &&
    callback.receivedMs >= (filter.sinceMs ?? Number.NEGATIVE_INFINITY) &&
    callback.receivedMs <= (filter.untilMs ?? Number.POSITIVE_INFINITY)
  )
}
