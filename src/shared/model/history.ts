import * as z from 'zod'
import { settingChange } from './plan.ts'
import { tree } from './profile.ts'

/** `local-*`: the user's edits. `policy-changed`: its settings' values are policies. `applied-*`: carried out at the provider. `seen-*`: noticed there by a read. */
export const historyWhat = z.enum([
  'local-created',
  'local-edited',
  'local-deleted',
  'local-reverted',
  'local-rolled-back',
  'local-released',
  'conflict-resolved',
  'policy-changed',
  'applied-create',
  'applied-update',
  'applied-delete',
  'seen-new',
  'seen-changed',
  'seen-removed'
])

export const historyEntry = z.object({
  id: z.string(),
  atMs: z.number().int(),
  accountId: z.string(),
  profileId: z.string(),
  /** null in entries from before kinds were noted. */
  kind: z.string().nullable(),
  title: z.string(),
  what: historyWhat,
  settings: z.array(settingChange),
  /** The local tree after the entry: what a rollback to it restores. */
  after: tree,
  runId: z.string().nullable(),
  /** Which part of Plugboard: "window", "browser tab", "command line", "schedule"; null in entries from before it was noted. */
  who: z.string().nullable()
})
export type HistoryEntry = z.infer<typeof historyEntry>

/** A profile that is no longer here, and how it can come back. */
export const goneProfile = z.object({
  profileId: z.string(),
  accountId: z.string(),
  title: z.string(),
  goneMs: z.number().int(),
  /** The entry after which it last was something; null where none says so. */
  restoreTo: z.string().nullable()
})
export type GoneProfile = z.infer<typeof goneProfile>
