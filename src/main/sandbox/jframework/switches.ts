import * as z from 'zod'
import { commonSwitches } from '../kit/switches.ts'

/**
 * What the documentation leaves open, and how the simulator behaves towards it. Every default is simulated behaviour,
 * chosen in providers/jframework.md; none was seen at the live service.
 */
export const switchesSchema = commonSwitches.extend({
  /** `unknown`: the date of a login's answer is 0001-01-01T00:00:00, as in one documented sample. */
  expiresIn: z.enum(['date', 'unknown']).default('date'),
  deleteAnswer: z.literal([200, 204]).default(200),
  /** What PUT does with an optional property that is left out. */
  omitted: z.enum(['reset', 'keep']).default('reset'),
  /** Whether 0, 1, "0 - Inactive" and "1 - Active" are taken as well. */
  statusNumbers: z.boolean().default(false),
  /** How a password comes back on reads. */
  password: z.enum(['clear', 'masked']).default('clear'),
  /** Whether a new default ends the old one. */
  exclusiveDefault: z.boolean().default(true),
  errorForm: z.enum(['envelope', 'problem']).default('envelope'),
  /** What the text of an error is called. */
  errorText: z.enum(['message', 'details']).default('message'),
  nullProperties: z.enum(['kept', 'omitted']).default('kept'),
  /** null: no limit. Beside the rate limit that every simulator has, with the headers of the documented sample. */
  requestsPerMinute: z.int().min(0).nullable().default(60)
})

export type Switches = z.infer<typeof switchesSchema>
