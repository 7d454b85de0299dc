import { atOnce, type WriteDb } from '../db.ts'
import { accountColumns } from '../read/accounts.ts'
import { mustChange, toRow } from '../rows.ts'
import type { AccountStore } from '../store.ts'

const addSql = `INSERT INTO accounts
  (id, provider, label, base_url, fields, state, parked_fault, created_ms, updated_ms, pulled_ms)
  VALUES (@id, @provider, @label, @baseUrl, @fields, @state, @parkedFault, @createdMs, @updatedMs, @pulledMs)`
const updateSql = `UPDATE accounts SET label = @label, base_url = @baseUrl, fields = @fields, state = @state,
  parked_fault = @parkedFault, updated_ms = @updatedMs, pulled_ms = @pulledMs WHERE id = @id`
const removeProfileSecretsSql = 'DELETE FROM secrets WHERE owner IN (SELECT id FROM profiles WHERE account_id = ?)'
const removeSecretsSql = 'DELETE FROM secrets WHERE owner = ?'
// Its profiles and endpoints go with it: ON DELETE CASCADE.
const removeSql = 'DELETE FROM accounts WHERE id = ?'

export function writeAccounts(db: WriteDb): Pick<AccountStore, 'add' | 'update' | 'remove'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const removals = [removeProfileSecretsSql, removeSecretsSql, removeSql].map(sql => db.prepare(sql))

  return {
    add: account => void add.run(toRow(account, accountColumns)),
    update: account => mustChange(update.run(toRow(account, accountColumns)), `The account ${account.label}`),
    remove(id) {
      atOnce(db, () => removals.forEach(removal => removal.run(id)))
    }
  }
}
