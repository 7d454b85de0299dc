import * as z from 'zod'
import { callbackSummary, type CallbackSummary } from '#shared/model/callback.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRows } from '../rows.ts'
import type { CallbackStore } from '../store.ts'
import { blockOf, blockSize, propertyToken, wordToken } from '../words.ts'
import { spanSize } from '../write/search.ts'
import { mentionsName, readSearch, type Search, type SearchedWord } from './search.ts'

// A callback outlives its account and its endpoint: it is shown as nobody's then.
export const summarySql = `callbacks.id AS id,
  (SELECT id FROM endpoints WHERE id = callbacks.endpoint_id) AS endpointId,
  (SELECT id FROM accounts WHERE id = callbacks.account_id) AS accountId,
  provider, received_ms AS receivedMs, method, target, http_version AS httpVersion, remote_address AS remoteAddress, origin,
  body_bytes AS bodyBytes, truncated, answer_status AS answerStatus, verdict, verdict_text AS verdictText, decoded,
  rule_id AS ruleId, replay_of AS replayOf, ifnull(pinned, 0) AS pinned, ifnull(tags, '[]') AS tags, ifnull(note, '') AS note`
export const notesSql = 'LEFT JOIN callback_notes ON callback_notes.id = callbacks.id'
export const summaryColumns = { json: ['decoded', 'tags'], flags: ['truncated', 'pinned'] }

const contentOf = (name: string) => `(SELECT ${name} FROM callback_contents WHERE callback_contents.id = callbacks.id)`
const mentioned = (words: string) =>
  `${mentionsName}(target, ${contentOf('headers')}, ${contentOf('trailers')}, ${contentOf('body')}, decoded, ${words}, @phrases)`
const equal = ['accountId', 'endpointId', 'provider', 'verdict', 'method', 'origin'].map(name => {
  return `(@${name} IS NULL OR ${name.replace('Id', '_id')} = @${name})`
})
/** All that is asked of a row but its words; whatever chose the row, it is exact. */
const asked = `${equal.join(' AND ')} AND (@status IS NULL OR answer_status = @status)
  AND (@event IS NULL OR decoded ->> '$.event' = @event) AND (@pinned IS NULL OR ifnull(pinned, 0) = @pinned)
  AND (@tag IS NULL OR EXISTS (SELECT 1 FROM json_each(ifnull(tags, '[]')) WHERE value = @tag))
  AND (@sinceMs IS NULL OR received_ms >= @sinceMs) AND (@untilMs IS NULL OR received_ms <= @untilMs)`
const within = 'callbacks.id < @beforeId AND callbacks.id >= @fromId'
const inOrder = 'ORDER BY callbacks.id DESC LIMIT @limit'
const searched = `(@phrases IS NULL OR ${mentioned('@words')})`

/** Along the ids, row by row. */
const walkSql = `SELECT ${summarySql} FROM callbacks ${notesSql} WHERE ${within} AND ${asked} AND ${searched} ${inOrder}`
/** Along what people wrote to callbacks, which is little. */
const notedSql = `SELECT ${summarySql} FROM callback_notes CROSS JOIN callbacks ON callbacks.id = callback_notes.id
  WHERE callback_notes.id < @beforeId AND callback_notes.id >= @fromId AND ${asked} AND ${searched}
  ORDER BY callback_notes.id DESC LIMIT @limit`
const matched = 'callback_words MATCH @match AND callback_words.rowid < @beforeId AND callback_words.rowid >= @fromId'
/** Along the index of words and properties. */
const indexedSql = `SELECT ${summarySql} FROM callback_words CROSS JOIN callbacks ON callbacks.id = callback_words.rowid ${notesSql}
  WHERE ${matched} AND ${asked} ORDER BY callback_words.rowid DESC LIMIT @limit`
const candidatesSql = `SELECT rowid AS id FROM callback_words WHERE ${matched} ORDER BY rowid DESC LIMIT @limit`
const phraseSql = `SELECT ${summarySql} FROM callbacks ${notesSql} WHERE callbacks.id = @id AND ${asked} AND ${mentioned("'[]'")}`
const stateSql = 'SELECT indexed_to AS id FROM callback_words_state WHERE only = 1'
const edgesSql = 'SELECT ifnull(min(id), 1) AS id FROM callbacks'
const nthSql = 'SELECT id FROM callbacks WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?'
const firstSpanSql = 'SELECT min(span) AS id FROM callback_spans WHERE last_ms >= ?'
const lastSpanSql = 'SELECT max(span) AS id FROM callback_spans WHERE first_ms <= ?'

/**
 * So many rows are looked through for what the index cannot tell: those that are not in it yet, for a search that names no word,
 * and those that have all words of a text in quotes.
 */
export const walkLimits = { unindexed: 2_000, wordless: 2_000, phrase: 2_000 }

type Filter = Parameters<CallbackStore['list']>[0]
type Bound = Record<string, string | number | null>
const idRow = z.object({ id: z.number().nullable() })

export function readCallbackList(db: ReadDb): Pick<CallbackStore, 'list'> {
  const walk = db.prepare(walkSql)
  const noted = db.prepare(notedSql)
  const indexed = db.prepare(indexedSql)
  const candidates = db.prepare(candidatesSql)
  const phrase = db.prepare(phraseSql)
  const [state, edge, nth] = [db.prepare(stateSql), db.prepare(edgesSql), db.prepare(nthSql)]
  const [firstSpan, lastSpan] = [db.prepare(firstSpanSql), db.prepare(lastSpanSql)]
  const idOf = (row: unknown) => (row === undefined ? null : fromRow(idRow, row).id)
  const summaries = (rows: unknown[]) => fromRows(callbackSummary, rows, summaryColumns)

  /** Rows that no index knows are walked; for a search so many of them at most. */
  function walked(bound: Bound, from: number, before: number, rows: number): CallbackSummary[] {
    const oldest = bound['phrases'] === null ? null : idOf(nth.get(before, rows - 1))
    return summaries(walk.all({ ...bound, beforeId: before, fromId: Math.max(from, oldest ?? 0) }))
  }

  /** Block by block, newest first, until there are enough. */
  function found(filter: Filter, search: Search, bound: Bound, range: Range): CallbackSummary[] {
    const rows: CallbackSummary[] = []
    const lowest = blockOf(Math.max(range.from, idOf(edge.get()) ?? 1))
    const budget = { rows: walkLimits.phrase }
    for (let block = blockOf(range.before - 1); block >= lowest && rows.length < filter.limit; block -= 1) {
      const beforeId = Math.min(range.before, (block + 1) * blockSize)
      const place = { beforeId, fromId: Math.max(range.from, block * blockSize) }
      if (neededIn(block, filter, search).some(match => candidates.all({ ...place, match, limit: 1 }).length === 0))
        continue
      const here = { ...bound, ...place, match: matchOf(block, filter, search), limit: filter.limit - rows.length }
      rows.push(...(search.phrases.length > 0 ? withPhrases(here, budget) : summaries(indexed.all(here))))
    }
    return rows
  }

  function withPhrases(bound: Bound & { limit: number }, budget: { rows: number }): CallbackSummary[] {
    const { match, beforeId, fromId, limit, ...others } = bound
    const ids = candidates.all({ match, beforeId, fromId, limit: budget.rows })
    budget.rows -= ids.length
    const rows: CallbackSummary[] = []
    for (const id of ids) {
      const row = phrase.get({ ...others, id: idOf(id) })
      if (row !== undefined) rows.push(...summaries([row]))
      if (rows.length === limit) break
    }
    return rows
  }

  /** The ids among which those of a time are; there may be others between them. */
  function rangeOf({ sinceMs, untilMs }: Filter, before: number): Range {
    const first = sinceMs === undefined ? 0 : idOf(firstSpan.get(sinceMs))
    const last = untilMs === undefined ? Number.MAX_SAFE_INTEGER : idOf(lastSpan.get(untilMs))
    if (first === null || last === null) return { from: 0, before: 0 }
    return { from: first * spanSize, before: Math.min(before, (last + 1) * spanSize) }
  }

  return {
    list(filter) {
      const { beforeId = Number.MAX_SAFE_INTEGER, limit } = filter
      const search = readSearch(filter.search ?? '')
      const bound = boundOf(filter, search)
      if (filter.pinned === true || filter.tag !== undefined)
        return summaries(noted.all({ ...bound, beforeId, fromId: 0 }))
      const isSearch = bound['phrases'] !== null
      const isNarrow = matchOf(0, filter, search) !== ''
      const isOfTime = filter.sinceMs !== undefined || filter.untilMs !== undefined
      if (!isNarrow && !isOfTime) return walked(bound, 0, beforeId, walkLimits.wordless)
      const indexedTo = idOf(state.get()) ?? 0
      const fresh = walked(bound, indexedTo + 1, beforeId, walkLimits.unindexed)
      const rest = limit - fresh.length
      if (rest <= 0) return fresh
      const range = rangeOf(filter, Math.min(beforeId, indexedTo + 1))
      const more = { ...bound, limit: rest }
      if (isNarrow) return [...fresh, ...found({ ...filter, limit: rest }, search, more, range)]
      return [...fresh, ...walked(more, range.from, range.before, isSearch ? walkLimits.wordless : 0)]
    }
  }
}

type Range = { from: number; before: number }

function boundOf(filter: Filter, { words, phrases }: Search): Bound {
  const isSearch = words.length > 0 || phrases.length > 0
  return {
    accountId: filter.accountId ?? null,
    endpointId: filter.endpointId ?? null,
    provider: filter.provider ?? null,
    verdict: filter.verdict ?? null,
    method: filter.method ?? null,
    origin: filter.origin ?? null,
    status: filter.status ?? null,
    event: filter.event ?? null,
    pinned: filter.pinned === undefined ? null : Number(filter.pinned),
    tag: filter.tag ?? null,
    sinceMs: filter.sinceMs ?? null,
    untilMs: filter.untilMs ?? null,
    words: JSON.stringify(words),
    phrases: isSearch ? JSON.stringify(phrases) : null,
    limit: filter.limit
  }
}

/** The expression for one block; empty where nothing in the filter is in the index. */
function matchOf(block: number, filter: Filter, { words }: Search): string {
  return [...propertyMatches(block, filter), ...words.map(word => wordMatch(block, word))].join(' AND ')
}

function propertyMatches(block: number, filter: Filter): string[] {
  const { endpointId, accountId, provider, method, origin, status, verdict, event } = filter
  const properties = { endpointId, accountId, provider, method, origin, status, verdict, event }
  return Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : `"${propertyToken(block, name, value)}"`
  )
}

function wordMatch(block: number, { text, isWhole }: SearchedWord): string {
  const token = `"${wordToken(block, text)}"`
  return isWhole ? token : `${token} *`
}

/**
 * What a block has to have for a search in it to find anything, and is looked for quickly: where it is missing, the words need not be
 * looked for, which for common beginnings costs more.
 */
function neededIn(block: number, filter: Filter, { words }: Search): string[] {
  if (words.length === 0) return []
  const rarest = words.length > 1 ? [wordMatch(block, rarestOf(words))] : []
  return [...propertyMatches(block, filter), ...rarest]
}

/** The one that is likely to be in few callbacks. */
function rarestOf(words: readonly SearchedWord[]): SearchedWord {
  const rank = ({ text }: SearchedWord) => text.length + (/\d/.test(text) ? 100 : 0)
  return words.reduce((rarest, word) => (rank(word) > rank(rarest) ? word : rarest))
}
