import * as z from 'zod'
import { callbackSummary, headerPair, verdictDetail, type CallbackDetail } from '#shared/model/callback.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRows } from '../rows.ts'
import type { CallbackStore } from '../store.ts'
import { notesSql, readCallbackList, summarySql } from './callback-list.ts'
import { readRetention } from './retention.ts'

const contents = 'JOIN callback_contents ON callback_contents.id = callbacks.id'
const getSql = `SELECT ${summarySql}, ifnull(verdict_details, '[]') AS verdictDetails, headers, trailers, body FROM callbacks ${contents} ${notesSql} WHERE callbacks.id = ?`
const unannotatedSql = 'SELECT id FROM callbacks WHERE verdict IS NULL ORDER BY id LIMIT ?'
const afterSql = 'SELECT id, verdict IS NOT NULL AS isLooked FROM callbacks WHERE id > ? ORDER BY id LIMIT ?'
// Ids leave no gaps, so that nothing needs to be counted: a million rows are as quick as one.
const removedSql = "SELECT CAST(value AS INTEGER) AS count FROM options WHERE name = 'callbacks-removed'"
const countSql = `SELECT ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'callbacks'), 0) -
  (SELECT CAST(value AS INTEGER) FROM options WHERE name = 'callbacks-removed') AS count`

const wholeColumns = {
  json: ['decoded', 'tags', 'verdictDetails', 'headers', 'trailers'],
  flags: ['truncated', 'pinned']
}
const whole = callbackSummary.extend({
  verdictDetails: z.array(verdictDetail),
  headers: z.array(headerPair),
  trailers: z.array(headerPair),
  body: z.instanceof(Uint8Array)
})
type Whole = z.infer<typeof whole>

type CallbackReads = Pick<
  CallbackStore,
  'unannotated' | 'after' | 'list' | 'get' | 'raw' | 'count' | 'removed' | 'oldest' | 'tally'
>

export function readCallbacks(db: ReadDb): CallbackReads {
  const get = db.prepare(getSql)
  const unannotated = db.prepare(unannotatedSql)
  const after = db.prepare(afterSql)
  const count = db.prepare(countSql)
  const removed = db.prepare(removedSql)

  function one(id: number): Whole | undefined {
    const row = get.get(id)
    return row === undefined ? undefined : fromRow(whole, row, wholeColumns)
  }

  return {
    ...readCallbackList(db),
    get(id) {
      const stored = one(id)
      return stored && detailOf(stored)
    },
    raw: one,
    unannotated: limit => unannotated.all(limit).map(row => fromRow(idRow, row).id),
    after: (id, limit) => fromRows(afterRow, after.all(id, limit), { flags: ['isLooked'] }),
    ...readRetention(db),
    count: () => fromRow(countRow, count.get()).count,
    removed: () => fromRow(countRow, removed.get()).count
  }
}

const afterRow = z.object({ id: z.number(), isLooked: z.boolean() })
const idRow = z.object({ id: z.number() })
const countRow = z.object({ count: z.number() })

function detailOf({ body, ...rest }: Whole): CallbackDetail {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  return { ...rest, bodyBase64: bytes.toString('base64'), bodyText: textOf(bytes) }
}

function textOf(bytes: Buffer): string | null {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null
}
