import * as z from 'zod'
import { decodedCallback } from '#shared/model/callback.ts'
import { atOnce, type WriteDb } from '../db.ts'
import { searchedRow } from '../read/search.ts'
import { fromRow, fromRowOrNone, fromRows } from '../rows.ts'
import type { CallbackStore } from '../store.ts'
import { blockOf, propertyToken, wordsOfCallback, wordToken } from '../words.ts'

const stateSql = 'SELECT indexed_to AS indexedTo FROM callback_words_state WHERE only = 1'
const columns = `callbacks.id AS id, endpoint_id AS endpointId, account_id AS accountId, provider,
  received_ms AS receivedMs, method, target, origin, answer_status AS status, verdict, decoded, headers, trailers, body`
const tables = 'callbacks JOIN callback_contents ON callback_contents.id = callbacks.id'
const waitingSql = `SELECT ${columns} FROM ${tables} WHERE callbacks.id > ? ORDER BY callbacks.id LIMIT ?`
const indexedSql = `SELECT ${columns} FROM ${tables}
  WHERE callbacks.id = ? AND callbacks.id <= (SELECT indexed_to FROM callback_words_state WHERE only = 1)`
// A row may be there already where an index was begun anew.
const removeSql = 'DELETE FROM callback_words WHERE rowid = ?'
const addSql = 'INSERT INTO callback_words (rowid, words) VALUES (?, ?)'
const spanSql = `INSERT INTO callback_spans (span, first_ms, last_ms) VALUES (@span, @atMs, @atMs)
  ON CONFLICT (span) DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`
const advanceSql = 'UPDATE callback_words_state SET indexed_to = ? WHERE only = 1'

const stateRow = z.object({ indexedTo: z.number() })
const waitingRow = z.object({
  id: z.number(),
  endpointId: z.string().nullable(),
  accountId: z.string().nullable(),
  provider: z.string().nullable(),
  receivedMs: z.number(),
  method: z.string(),
  target: z.string(),
  origin: z.string(),
  status: z.number(),
  verdict: z.string().nullable(),
  decoded: z.string().nullable(),
  headers: z.string(),
  trailers: z.string(),
  body: z.instanceof(Uint8Array)
})
type WaitingRow = z.infer<typeof waitingRow>

/** How many ids share a row of `callback_spans`. */
export const spanSize = 4_096

type SearchWrites = Pick<CallbackStore, 'index'> & {
  /** A row has changed that may be in the index already. */
  indexAgain(id: number): void
}

export function writeSearch(db: WriteDb): SearchWrites {
  const state = db.prepare(stateSql)
  const waiting = db.prepare(waitingSql)
  const indexed = db.prepare(indexedSql)
  const remove = db.prepare(removeSql)
  const add = db.prepare(addSql)
  const span = db.prepare(spanSql)
  const advance = db.prepare(advanceSql)

  function indexOne(row: WaitingRow): void {
    remove.run(row.id)
    add.run(row.id, tokensOf(row).join(' '))
    span.run({ span: Math.floor(row.id / spanSize), atMs: row.receivedMs })
  }

  function indexSome(limit: number): number {
    const { indexedTo } = fromRow(stateRow, state.get())
    const rows = fromRows(waitingRow, waiting.all(indexedTo, limit))
    const unlooked = rows.findIndex(row => row.verdict === null)
    const ready = unlooked === -1 ? rows : rows.slice(0, unlooked)
    for (const row of ready) indexOne(row)
    const last = ready.at(-1)
    if (last) advance.run(last.id)
    return ready.length
  }

  return {
    index: limit => atOnce(db, () => indexSome(limit)),
    indexAgain(id) {
      const row = fromRowOrNone(waitingRow, indexed.get(id))
      if (row) indexOne(row)
    }
  }
}

function tokensOf(row: WaitingRow): string[] {
  const block = blockOf(row.id)
  const words = wordsOfCallback(searchedRow([row.target, row.headers, row.trailers, row.body, row.decoded]))
  const { endpointId, accountId, provider, method, origin, status, verdict } = row
  const event = row.decoded === null ? null : decodedCallback.parse(JSON.parse(row.decoded)).event
  const properties = { endpointId, accountId, provider, method, origin, status, verdict, event }
  const tokens = Object.entries(properties).flatMap(([name, value]) =>
    value === null ? [] : propertyToken(block, name, value)
  )
  return [...tokens, ...Array.from(words, word => wordToken(block, word))]
}
