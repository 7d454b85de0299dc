import type { HistoryEntry } from '#shared/model/history.ts'

/** What undoes an edit: going back to an entry, or dropping what it made. */
type Undo = { rollbackTo: string } | 'drop'

/** Edits that are undone by what was before them. A decision about a conflict is not: it says what was agreed, too. */
const undoable: readonly HistoryEntry['what'][] = [
  'local-created',
  'local-edited',
  'local-deleted',
  'local-reverted',
  'local-rolled-back'
]

export function canUndo(newest: HistoryEntry | undefined): boolean {
  return newest !== undefined && undoable.includes(newest.what)
}

/** in: the two newest entries of one profile. out: undefined where the last thing that happened to it is no edit. */
export function undoOf([newest, before]: HistoryEntry[]): Undo | undefined {
  if (!newest || !canUndo(newest)) return undefined
  const wasNothing = before === undefined || before.after === null
  if (!wasNothing) return { rollbackTo: before.id }
  return newest.after === null ? undefined : 'drop'
}
