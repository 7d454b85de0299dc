import * as z from 'zod'
import { settings, settingValue } from './field.ts'

/** A tree: the settings as one side has them, or null where the profile does not exist on that side. */
export const tree = settings.nullable()
export type Tree = z.infer<typeof tree>

export const policy = z.enum(['managed', 'follow', 'ignore'])
export type Policy = z.infer<typeof policy>

/** A profile as it is stored: base (last agreed), local (what the user wants), remote (last seen at the provider). */
export const profileRecord = z.object({
  id: z.string(),
  accountId: z.string(),
  kind: z.string(),
  /** The provider's own id; null until it was seen there. */
  remoteId: z.string().nullable(),
  base: tree,
  local: tree,
  remote: tree,
  /** `unknown`: the last read of it failed, so that `remote` may be old. */
  remoteKnown: z.boolean(),
  remoteSeenMs: z.number().int().nullable(),
  policies: z.record(z.string(), policy),
  createdMs: z.number().int(),
  updatedMs: z.number().int()
})
export type ProfileRecord = z.infer<typeof profileRecord>

export const settingDecision = z.object({
  setting: z.string(),
  label: z.string(),
  secret: z.boolean(),
  decision: z.enum([
    'equal',
    'edited-here-then-push',
    'edited-there-then-ask',
    'edited-there-then-pull',
    'edited-there-then-ignore',
    'edited-alike-then-settle',
    'edited-both-then-ask'
  ]),
  /** undefined: the setting is absent from that tree. */
  base: settingValue.optional(),
  local: settingValue.optional(),
  remote: settingValue.optional()
})
export type SettingDecision = z.infer<typeof settingDecision>

/** What is to be done about a profile, from all its settings. */
export const profileState = z.enum([
  'in-sync',
  'edited',
  'created',
  'deleted',
  'drifted',
  'removed-there',
  'conflict',
  'unknown'
])
export type ProfileState = z.infer<typeof profileState>

/** Something in the local tree that looks odd and is taken all the same. `setting` null: of the profile as a whole. */
export const warning = z.object({ setting: z.string().nullable(), text: z.string() })
export type Warning = z.infer<typeof warning>

export const profile = profileRecord.extend({
  title: z.string(),
  state: profileState,
  warnings: z.array(warning),
  decisions: z.array(settingDecision)
})
export type Profile = z.infer<typeof profile>

/** One setting (or, with `setting` null, the whole profile: deleted on one side and changed on the other). */
export const conflict = z.object({
  profileId: z.string(),
  accountId: z.string(),
  title: z.string(),
  setting: z.string().nullable(),
  label: z.string(),
  base: settingValue.optional(),
  local: settingValue.optional(),
  remote: settingValue.optional()
})
export type Conflict = z.infer<typeof conflict>
