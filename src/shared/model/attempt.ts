import * as z from 'zod'
import { faultReport } from '../faults.ts'
import { headerPair } from './callback.ts'

/** Where an endpoint's callbacks are sent on to. */
export const target = z.object({
  id: z.string(),
  endpointId: z.string(),
  url: z.string(),
  label: z.string().trim().min(1).max(80),
  enabled: z.boolean()
})
export type Target = z.infer<typeof target>

/**
 * One try to send a callback on (`forward`) or again (`replay`): durable before it goes out. `waiting`: until `dueMs`, because
 * the try before failed. `unknown`: Plugboard ended while it was under way; a forward is then tried again, a replay is not.
 */
export const attempt = z.object({
  id: z.string(),
  callbackId: z.number().int(),
  /** null: a replay, or the target was removed. */
  targetId: z.string().nullable(),
  kind: z.enum(['forward', 'replay']),
  url: z.string(),
  state: z.enum(['waiting', 'sending', 'done', 'failed', 'unknown']),
  /** 1 for the first try at this target. */
  number: z.number().int(),
  method: z.string(),
  /** null: as the callback came. */
  editedHeaders: z.array(headerPair).nullable(),
  status: z.number().int().nullable(),
  responseHeaders: z.array(headerPair),
  responseBodyBase64: z.string(),
  responseTruncated: z.boolean(),
  fault: faultReport.nullable(),
  dueMs: z.number().int(),
  startedMs: z.number().int().nullable(),
  finishedMs: z.number().int().nullable()
})
export type Attempt = z.infer<typeof attempt>
