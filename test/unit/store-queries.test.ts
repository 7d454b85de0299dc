import { expect, test, vi } from 'vitest'
import { systemClock } from '../../src/main/base/clock.ts'
import { openDatabase, storeOver } from '../../src/main/store/open.ts'
import { storeFolders } from '../helpers/store-folder.ts'

const { folder } = storeFolders()

/** Statements that walk a growing table: backwards along its key until LIMIT, or because they are about all of it. */
const walks = [
  /FROM history ORDER BY seq DESC LIMIT/,
  /FROM runs ORDER BY seq DESC LIMIT/,
  /^SELECT count\(\*\) AS count FROM callbacks$/,
  /^DELETE FROM callback(s|_contents)$/
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
  // Few states are asked for, and few operations are in them.
  expect(sorting.filter(sql => !sql.includes('json_each'))).toEqual([])
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
  return /^SCAN (history|runs|operations|callbacks|callback_contents)\b/m.test(plan)
}
