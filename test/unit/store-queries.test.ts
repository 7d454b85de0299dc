import { expect, test, vi } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { openDatabase, storeOver } from '../../src/main/store/open.ts'
import { storeFolders } from '../helpers/store-folder.ts'

const { folder } = storeFolders()

/** Statements that walk a growing table: backwards along its key until LIMIT, or because they are about all of it. */
const walks = [
  /FROM history ORDER BY seq DESC LIMIT/,
  /FROM runs ORDER BY seq DESC LIMIT/,
  /^SELECT ifnull\(min\(id\), 1\) AS id FROM callbacks$/,
  /^DELETE FROM (callbacks|callback_contents|attempts) WHERE (callback_)?id NOT IN/
]

test('every statement on a table that grows uses an index, and none of them sorts more than it returns', async () => {
  const db = await openDatabase({ dataDir: folder(), clock: systemClock })
  const prepare = vi.spyOn(db, 'prepare')
  const store = storeOver(db)
  const statements = prepare.mock.calls.map(([sql]) => sql)
  prepare.mockRestore()
  expect(statements.length).toBeGreaterThan(40)
  const slow = statements.filter(sql => !walks.some(walk => walk.test(sql)) && walksTable(planOf(sql)))
  expect(slow).toEqual([])
  for (const walk of walks) expect(statements.some(sql => walk.test(sql))).toBe(true)
  const sorting = statements.filter(sql => planOf(sql).includes('TEMP B-TREE'))
  // Few states are asked for, and few operations are in them; rules are few.
  expect(sorting.filter(sql => !/FROM (operations|rules)\b/.test(sql))).toEqual([])
  const filtered = statements.filter(sql => sql.includes('MATCH'))
  expect(filtered.length).toBeGreaterThan(1)
  // Newest first out of the index itself, the rows by their ids.
  for (const sql of filtered) expect(planOf(sql)).toMatch(/^SCAN callback_words VIRTUAL TABLE INDEX \d+:\S*M/)
  store.close()

  function planOf(sql: string): string {
    const names = [...sql.matchAll(/@(\w+)/g)].map(([, name = '']) => [name, 1] as const)
    const positions = Array.from(sql.matchAll(/\?/g), () => 1)
    const bound = names.length > 0 ? [Object.fromEntries(names)] : positions
    const steps = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...bound)
    return steps.map(step => step.detail).join('\n')
  }
})

function walksTable(plan: string): boolean {
  return /^SCAN (history|runs|operations|callbacks|callback_contents|callback_spans)\b/m.test(plan)
}
