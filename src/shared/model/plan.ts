import * as z from 'zod'
import { faultReport } from '../faults.ts'
import { settingValue } from './field.ts'
import { conflict, tree } from './profile.ts'

export const settingChange = z.object({
  setting: z.string(),
  label: z.string(),
  secret: z.boolean(),
  /** undefined: absent. */
  from: settingValue.optional(),
  to: settingValue.optional()
})
export type SettingChange = z.infer<typeof settingChange>

export const action = z.enum(['create', 'update', 'delete'])
export type Action = z.infer<typeof action>

export const change = z.object({
  accountId: z.string(),
  profileId: z.string(),
  kind: z.string(),
  remoteId: z.string().nullable(),
  title: z.string(),
  action,
  settings: z.array(settingChange),
  /** The remote tree that this change was planned against. */
  reliesOn: tree
})
export type Change = z.infer<typeof change>

export const guard = z.object({
  code: z.enum(['brake', 'delete', 'cannot']),
  accountId: z.string(),
  profileId: z.string().nullable(),
  message: z.string(),
  /** What has to be confirmed to go on: the guard's own key; null where nothing can lift it. */
  confirm: z.string().nullable()
})
export type Guard = z.infer<typeof guard>

/** A profile that is not planned, and why: its state is not known, or its drift needs a person. */
export const held = z.object({
  profileId: z.string(),
  accountId: z.string(),
  title: z.string(),
  reason: z.enum(['remote-unknown', 'drift', 'removed-there', 'account-parked', 'outcome-unknown']),
  message: z.string()
})
export type Held = z.infer<typeof held>

/** Creates first, deletes last. `hash` covers the changes and the remote values they rely on, and nothing else. */
export const plan = z.object({
  hash: z.string(),
  accountId: z.string().nullable(),
  changes: z.array(change),
  conflicts: z.array(conflict),
  guards: z.array(guard),
  held: z.array(held)
})
export type Plan = z.infer<typeof plan>

/** SYNC.md: prepared → inflight → done | failed | waiting | unknown. `skipped`: nothing was sent (already so, or changed there). */
export const operationState = z.enum(['prepared', 'inflight', 'done', 'failed', 'waiting', 'unknown', 'skipped'])
export type OperationState = z.infer<typeof operationState>

export const operation = z.object({
  id: z.string(),
  runId: z.string(),
  accountId: z.string(),
  profileId: z.string(),
  change,
  state: operationState,
  attempts: z.number().int(),
  /** Why it failed, waits or is unknown; or a remark on a finished one. */
  fault: faultReport.nullable(),
  note: z.string().nullable(),
  retryAtMs: z.number().int().nullable(),
  preparedMs: z.number().int(),
  /** When it went out last, as the computer's elapsed time: no date, since clocks are set. */
  inflightElapsedMs: z.number().int().nullable(),
  finishedMs: z.number().int().nullable()
})
export type Operation = z.infer<typeof operation>

export const run = z.object({
  id: z.string(),
  planHash: z.string(),
  accountId: z.string().nullable(),
  state: z.enum(['running', 'done', 'incomplete', 'cancelled', 'interrupted']),
  /** Requests sent to the provider that change something there. */
  writes: z.number().int(),
  startedMs: z.number().int(),
  finishedMs: z.number().int().nullable(),
  operations: z.array(operation)
})
export type Run = z.infer<typeof run>

export const runEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('started'), runId: z.string(), total: z.number().int() }),
  z.object({ type: z.literal('operation'), operation, finished: z.number().int(), total: z.number().int() }),
  z.object({ type: z.literal('waiting'), operationId: z.string(), untilMs: z.number().int(), reason: z.string() }),
  z.object({ type: z.literal('finished'), run })
])
export type RunEvent = z.infer<typeof runEvent>

export const pullResult = z.object({
  accountId: z.string(),
  seen: z.number().int(),
  adopted: z.number().int(),
  changed: z.number().int(),
  removed: z.number().int(),
  fault: faultReport.nullable()
})
export type PullResult = z.infer<typeof pullResult>
