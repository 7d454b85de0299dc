import { atOnce, type WriteDb } from '../db.ts'
import { ruleColumns } from '../read/rules.ts'
import { mustChange, toRow } from '../rows.ts'
import type { RuleStore } from '../store.ts'

const addSql = `INSERT INTO rules (id, endpoint_id, position, label, enabled, conditions, every_nth, percent, answer, forwards)
  VALUES (@id, @endpointId, @position, @label, @enabled, @conditions, @everyNth, @percent, @answer, @forwards)`
const updateSql = `UPDATE rules SET endpoint_id = @endpointId, position = @position, label = @label, enabled = @enabled,
  conditions = @conditions, every_nth = @everyNth, percent = @percent, answer = @answer, forwards = @forwards WHERE id = @id`
const removeSql = 'DELETE FROM rules WHERE id = ?'
const renewSql = `INSERT INTO options (name, value) VALUES ('rules-version', '1')
  ON CONFLICT (name) DO UPDATE SET value = CAST(value AS INTEGER) + 1`

export function writeRules(db: WriteDb): Pick<RuleStore, 'add' | 'update' | 'remove'> {
  const add = db.prepare(addSql)
  const update = db.prepare(updateSql)
  const remove = db.prepare(removeSql)
  const renew = db.prepare(renewSql)

  function writing(write: () => void): void {
    atOnce(db, () => {
      write()
      renew.run()
    })
  }

  return {
    add: rule => writing(() => add.run(toRow(rule, ruleColumns))),
    update: rule => writing(() => mustChange(update.run(toRow(rule, ruleColumns)), `The rule ${rule.label}`)),
    remove: id => writing(() => remove.run(id))
  }
}
