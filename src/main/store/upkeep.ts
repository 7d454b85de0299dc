import type Database from 'better-sqlite3'
import * as z from 'zod'
import type { UpkeepStore } from './store.ts'

const logRow = z.tuple([z.object({ log: z.number(), checkpointed: z.number() })])

/** What an open database needs from time to time; each call is bounded by what it says. */
export function upkeepOf(db: Database.Database): UpkeepStore {
  const numberOf = (pragma: string) => z.number().parse(db.pragma(pragma, { simple: true }))

  function log(mode: 'NOOP' | 'PASSIVE' | 'RESTART') {
    const [{ log: pages, checkpointed }] = logRow.parse(db.pragma(`wal_checkpoint(${mode})`))
    return { pages: Math.max(0, pages), copied: Math.max(0, checkpointed) }
  }

  return {
    log: () => log('NOOP'),
    copyLog: () => log('PASSIVE'),
    restartLog: () => log('RESTART'),
    space: () => ({
      pageBytes: numberOf('page_size'),
      pages: numberOf('page_count'),
      free: numberOf('freelist_count'),
      givesBack: numberOf('auto_vacuum') === 2
    }),
    giveBack: pages => void db.pragma(`incremental_vacuum(${Math.max(1, Math.trunc(pages))})`)
  }
}
