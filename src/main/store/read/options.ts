import * as z from 'zod'
import type { ReadDb } from '../db.ts'
import { fromRowOrNone } from '../rows.ts'
import type { OptionStore } from '../store.ts'

const getSql = 'SELECT value FROM options WHERE name = ?'

const optionRow = z.object({ value: z.string() })

export function readOptions(db: ReadDb): Pick<OptionStore, 'get'> {
  const get = db.prepare(getSql)
  return { get: name => fromRowOrNone(optionRow, get.get(name))?.value }
}
