import * as z from 'zod'
import { callbackSummary, headerPair, type CallbackDetail } from '#shared/model/callback.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRows } from '../rows.ts'
import type { CallbackStore } from '../store.ts'
import { mentionsName, needleOf } from './search.ts'

// A callback outlives its account and its endpoint: it is shown as nobody's then.
const columns = `callbacks.id AS id,
  (SELECT id FROM endpoints WHERE id = callbacks.endpoint_id) AS endpointId,
  (SELECT id FROM accounts WHERE id = callbacks.account_id) AS accountId,
  provider, received_ms AS receivedMs, method, target, http_version AS httpVersion, remote_address AS remoteAddress, origin,
  body_bytes AS bodyBytes, truncated, answer_status AS answerStatus, verdict, verdict_text AS verdictText, decoded`
const newestFirst = 'callbacks.id < @beforeId ORDER BY callbacks.id DESC LIMIT @limit'
const found = `${mentionsName}(target, headers, body, @needle)`
const contents = 'JOIN callback_contents ON callback_contents.id = callbacks.id'
const ofAccount = 'callbacks.account_id = @accountId'

const listSql = `SELECT ${columns} FROM callbacks WHERE ${newestFirst}`
const listOfAccountSql = `SELECT ${columns} FROM callbacks WHERE ${ofAccount} AND ${newestFirst}`
const searchSql = `SELECT ${columns} FROM callbacks ${contents} WHERE ${found} AND ${newestFirst}`
const searchOfAccountSql = `SELECT ${columns} FROM callbacks ${contents} WHERE ${ofAccount} AND ${found} AND ${newestFirst}`
const getSql = `SELECT ${columns}, headers, trailers, body FROM callbacks ${contents} WHERE callbacks.id = ?`
const unannotatedSql = 'SELECT id FROM callbacks WHERE verdict IS NULL ORDER BY id LIMIT ?'
const countSql = 'SELECT count(*) AS count FROM callbacks'

const summaryColumns = { json: ['decoded'], flags: ['truncated'] }
const wholeColumns = { json: ['decoded', 'headers', 'trailers'], flags: ['truncated'] }
const whole = callbackSummary.extend({
  headers: z.array(headerPair),
  trailers: z.array(headerPair),
  body: z.instanceof(Uint8Array)
})
type Whole = z.infer<typeof whole>

type CallbackReads = Pick<CallbackStore, 'unannotated' | 'list' | 'get' | 'raw' | 'count'>

export function readCallbacks(db: ReadDb): CallbackReads {
  const list = db.prepare(listSql)
  const listOfAccount = db.prepare(listOfAccountSql)
  const search = db.prepare(searchSql)
  const searchOfAccount = db.prepare(searchOfAccountSql)
  const get = db.prepare(getSql)
  const unannotated = db.prepare(unannotatedSql)
  const count = db.prepare(countSql)

  function rowsOf(filter: Parameters<CallbackStore['list']>[0]): unknown[] {
    const { accountId, limit, beforeId = Number.MAX_SAFE_INTEGER } = filter
    const needle = needleOf(filter.search ?? '')
    if (accountId === undefined) {
      return needle === '' ? list.all({ beforeId, limit }) : search.all({ beforeId, limit, needle })
    }
    if (needle === '') return listOfAccount.all({ accountId, beforeId, limit })
    return searchOfAccount.all({ accountId, beforeId, limit, needle })
  }

  function one(id: number): Whole | undefined {
    const row = get.get(id)
    return row === undefined ? undefined : fromRow(whole, row, wholeColumns)
  }

  return {
    list: filter => fromRows(callbackSummary, rowsOf(filter), summaryColumns),
    get(id) {
      const stored = one(id)
      return stored && detailOf(stored)
    },
    raw: one,
    unannotated: limit => unannotated.all(limit).map(row => fromRow(idRow, row).id),
    count: () => fromRow(countRow, count.get()).count
  }
}

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
