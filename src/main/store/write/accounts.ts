import { atOnce, type WriteDb } from '../db.ts'
import { accountColumns } from '../read/accounts.ts'
import { mustChange, toRow } from '../rows.ts'
import type { AccountStore } from '../store.ts'

const addSql = `INSERT INTO accounts
  (id, provider, label, base_url, fields, state, parked_fault, created_ms, updated_ms, pulled_ms)
  VALUES (@id, @provider, @label, @baseUrl, @fields, @state, @parkedFault, @createdMs, @updatedMs, @pulledMs)`
const updateSql = `UPDATE accounts SET label = @label, base_url = @baseUrl, fields = @fields, state = @state,
  parked_fault = @parkedFault, updated_ms = @updatedMs, pulled_ms = @pulledMs WHERE id = @id`
const ofItsOwn = `WHERE owner IN (SELECT id FROM profiles WHERE account_id = @id
  UNION ALL SELECT id FROM endpoints WHERE account_id = @id UNION ALL SELECT @id)`
const strayOfItsOwnSql = `INSERT OR IGNORE INTO stray_secrets (owner, name, version, vault)
  SELECT owner, name, version, vault FROM secrets ${ofItsOwn}`
const removeOfItsOwnSql = `DELETE FROM secrets ${ofItsOwn}`
// Its profiles, endpoints and schedule go with it: ON DELETE CASCADE.
const removeSql = 'DELETE FROM accounts WHERE id = @id'

export function writeAccounts(db: WriteDb): Pick<AccountStore, 'add' | 'update' | 'remove'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const steps = [strayOfItsOwnSql, removeOfItsOwnSql, removeSql]
  const removals = steps.map(sql => db.prepare(sql))

  return {
    add: account => void add.run(toRow(account, accountColumns)),
    update: account => mustChange(update.run(toRow(account, accountColumns)), `The account ${account.label}`),
    remove(id) {
      atOnce(db, () => removals.forEach(removal => removal.run({ id })))
    }
  }
}
