import * as z from 'zod'
import { commonSwitches } from '../kit/switches.ts'

/**
 * What the documentation leaves open, and how the simulator behaves towards it. Every default is simulated behaviour,
 * chosen in providers/opentact.md; none was seen at the live service.
 */
export const switchesSchema = commonSwitches.extend({
  createStatus: z.literal([201, 200]).default(201),
  /** What a delete answers: the removed profile, success alone, or 204 without a body. */
  deleteAnswer: z.enum(['profile', 'bare', 'empty']).default('profile'),
  /** `pages`: `{total, data}` with `skip` and `take` (10 unless told). */
  lists: z.enum(['array', 'pages']).default('array'),
  /** Under which words the leases of a profile are found. */
  leaseWords: z.array(z.enum(['tnlease', 'leases', 'lease'])).default(['tnlease', 'leases', 'lease']),
  /** How the answers spell the weight of toll-free numbers. */
  weightSpelling: z.enum(['tollfree_weight', 'toll_free_weight']).default('tollfree_weight'),
  /** How an address that is not set is shown. */
  noUrl: z.enum(['null', 'absent', 'empty']).default('null'),
  /** `zero`: the samples' default, whatever the HTTP status. */
  bodyStatus: z.enum(['mirrored', 'zero']).default('mirrored'),
  /** The weights of a profile that was made without any. */
  defaultWeight: z.int().min(0).max(9).default(0),
  callbackShape: z.enum(['flat', 'telnyx']).default('flat'),
  /** Answers everything with a redirect to https, as the real service does over plain HTTP. */
  redirectPlainHttp: z.boolean().default(false)
})

export type Switches = z.infer<typeof switchesSchema>
