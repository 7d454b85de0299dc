import * as z from 'zod'
import { commonSwitches } from '../kit/switches.ts'

/**
 * What the documentation leaves open, and how the simulator behaves towards it. Every default is simulated behaviour,
 * chosen in providers/exotel.md; none was seen at the live service.
 */
export const switchesSchema = commonSwitches.extend({
  /** GET or DELETE of a key that does not exist. 200: the status says so, the body says `Failed`. */
  unknownKey: z.literal([400, 404, 200]).default(400),
  failureData: z.enum(['null', 'empty', 'absent']).default('null'),
  /** `json`: Error is itself a JSON text, as outbound_call sends it. */
  failureError: z.enum(['text', 'json']).default('text'),
  /** Whether `Authorization: Bearer <token>` is taken as well. */
  bearer: z.boolean().default(false),
  /** false: POST of a key that exists is refused with 400. */
  upsert: z.boolean().default(true),
  /** `older`: call events as in the older samples: `incoming`, an empty state, durations as text. */
  callForm: z.enum(['newer', 'older']).default('newer'),
  /** `short`: the older push with three fields and `failed-dnd`; `json`: JSON with numbers, as newer pages show it. */
  smsForm: z.enum(['full', 'short', 'json']).default('full')
})

export type Switches = z.infer<typeof switchesSchema>
