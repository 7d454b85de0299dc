import type { WriteDb } from '../db.ts'
import type { OptionStore } from '../store.ts'

const setSql = `INSERT INTO options (name, value) VALUES (?, ?)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

export function writeOptions(db: WriteDb): Pick<OptionStore, 'set'> {
  const set = db.prepare(setSql)
  return { set: (name, value) => void set.run(name, value) }
}
