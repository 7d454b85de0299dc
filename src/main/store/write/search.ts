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
const knownSql = `SELECT ${columns} FROM ${tables}
  WHERE callbacks.id = ? AND callbacks.id <= (SELECT indexed_to FROM callback_words_state WHERE only = 1)`
// A row may be there already where an index was begun anew.
const removeSql = 'DELETE FROM callback_words WHERE rowid = ?'
const addSql = 'INSERT INTO callback_words (rowid, words) VALUES (?, ?)'
const spanSql = `INSERT INTO callback_spans (span, first_ms, last_ms) VALUES (@span, @atMs, @atMs)
  ON CONFLICT (span) DO UPDATE SET first_ms = min(first_ms, excluded.first_ms), last_ms = max(last_ms, excluded.last_ms)`
const rowSql = `SELECT ${columns} FROM ${tables} WHERE callbacks.id = ?`
const changingSql = 'SELECT answer_status AS status, verdict, decoded FROM callbacks WHERE id = ?'
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
/** What of a row may change after it was stored. */
const changingRow = waitingRow.pick({ status: true, verdict: true, decoded: true })
type Indexed = { row: WaitingRow; words: string }

/** How many ids share a row of `callback_spans`. */
export const spanSize = 4_096

type SearchWrites = Pick<CallbackStore, 'index'> & {
  /** A row has changed that may be in the index already. */
  indexAgain(id: number): void
}

export function writeSearch(db: WriteDb): SearchWrites {
  const state = db.prepare(stateSql)
  const waiting = db.prepare(waitingSql)
  const known = db.prepare(knownSql)
  const single = db.prepare(rowSql)
  const changing = db.prepare(changingSql)
  const remove = db.prepare(removeSql)
  const add = db.prepare(addSql)
  const span = db.prepare(spanSql)
  const advance = db.prepare(advanceSql)

  function write({ row, words }: Indexed): void {
    remove.run(row.id)
    add.run(row.id, words)
    span.run({ span: Math.floor(row.id / spanSize), atMs: row.receivedMs })
  }

  /** As it is now; undefined where it was removed meanwhile. */
  function upToDate(known: Indexed): Indexed | undefined {
    const now = fromRowOrNone(changingRow, changing.get(known.row.id))
    const isSame = now && now.status === known.row.status && now.verdict === known.row.verdict
    if (isSame && now.decoded === known.row.decoded) return known
    const row = now && fromRowOrNone(waitingRow, single.get(known.row.id))
    return row && indexed(row)
  }

  function writeAll(known: Indexed[], from: number): number {
    const last = known.at(-1)
    // Somebody else was faster, or the index was begun anew.
    if (!last || fromRow(stateRow, state.get()).indexedTo !== from) return 0
    for (const each of known) {
      const now = upToDate(each)
      if (now) write(now)
    }
    advance.run(last.row.id)
    return known.length
  }

  return {
    index(limit, inTurn = work => work()) {
      const { indexedTo } = fromRow(stateRow, state.get())
      const rows = fromRows(waitingRow, waiting.all(indexedTo, limit))
      const unlooked = rows.findIndex(row => row.verdict === null)
      // What takes the time, the words, is done while others write.
      const known = (unlooked === -1 ? rows : rows.slice(0, unlooked)).map(indexed)
      return known.length === 0 ? 0 : inTurn(() => atOnce(db, () => writeAll(known, indexedTo)))
    },
    indexAgain(id) {
      const row = fromRowOrNone(waitingRow, known.get(id))
      if (row) write(indexed(row))
    }
  }
}

function indexed(row: WaitingRow): Indexed {
  return { row, words: tokensOf(row).join(' ') }
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
