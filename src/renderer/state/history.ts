import type { HistoryEntry } from '#shared/model/history.ts'
import type { Profile } from '#shared/model/profile.ts'

/** A profile that is no longer here, and how it can come back. */
export type GoneProfile = {
  profileId: string
  accountId: string
  title: string
  goneMs: number
  /** The entry after which it last was something; undefined where the history does not reach that far. */
  restoreTo: string | undefined
}

/** in: entries newest first. out: newest first. */
export function goneProfiles(entries: HistoryEntry[], profiles: Pick<Profile, 'id'>[]): GoneProfile[] {
  const here = new Set(profiles.map(({ id }) => id))
  const byProfile = Map.groupBy(
    entries.filter(({ profileId }) => !here.has(profileId)),
    ({ profileId }) => profileId
  )
  return [...byProfile].flatMap(([profileId, own]) => {
    const [last] = own
    const was = own.find(({ after }) => after !== null)
    if (!last) return []
    const { accountId, atMs } = last
    return { profileId, accountId, title: last.title, goneMs: atMs, restoreTo: was?.id }
  })
}

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
