import { account, secretRef, type Account } from '#shared/model/account.ts'
import type { ReadDb } from '../db.ts'
import { fromRow, fromRows } from '../rows.ts'
import type { AccountStore } from '../store.ts'

const columns = `id, provider, label, base_url AS baseUrl, fields, state, parked_fault AS parkedFault,
  created_ms AS createdMs, updated_ms AS updatedMs, pulled_ms AS pulledMs`
const listSql = `SELECT ${columns} FROM accounts ORDER BY seq`
const getSql = `SELECT ${columns} FROM accounts WHERE id = ?`
const secretsSql = 'SELECT name, version, vault FROM secrets WHERE owner = ? ORDER BY name'

/** Made once: zod compiles a schema at its first use, and accounts are read for every callback. */
const accountRow = account.omit({ secrets: true })

export const accountColumns = { json: ['fields', 'parkedFault'] }

export function readAccounts(db: ReadDb): Pick<AccountStore, 'list' | 'get'> {
  const list = db.prepare(listSql)
  const get = db.prepare(getSql)
  const secrets = db.prepare(secretsSql)

  function whole(row: unknown): Account {
    const own = fromRow(accountRow, row, accountColumns)
    return { ...own, secrets: fromRows(secretRef, secrets.all(own.id)) }
  }

  return {
    list: () => list.all().map(whole),
    get(id) {
      const row = get.get(id)
      return row === undefined ? undefined : whole(row)
    }
  }
}
