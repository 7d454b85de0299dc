import * as z from 'zod'
import { commonSwitches } from '../kit/switches.ts'

/**
 * What the documentation leaves open, and how the simulator behaves towards it. Every default is simulated behaviour,
 * chosen in providers/ocamba.md; none was seen at the live service.
 */
export const switchesSchema = commonSwitches.extend({
  createAnswer: z.enum(['object', 'items', 'list', 'empty']).default('object'),
  getAnswer: z.enum(['object', 'items']).default('object'),
  /** Of a PATCH. */
  settingsUpdate: z.enum(['merge', 'replace']).default('merge'),
  total: z.enum(['number', 'string']).default('number'),
  /** The largest page, whatever is asked for; without a size in the question it is the page. */
  pageSize: z.int().min(1).max(1000).default(100),
  remove: z.enum(['offered', 'not-offered']).default('offered'),
  /** `echo`: secrets are shown as they are. */
  secrets: z.enum(['echo', 'mask', 'omit']).default('echo'),
  /** Whether an integration shows its provider, or its provider_id alone. */
  showProvider: z.boolean().default(true),
  idType: z.enum(['string', 'number']).default('string'),
  /** false: phone numbers are kept without their `+`. */
  keepsPlus: z.boolean().default(true),
  /** false: an error says its title alone. */
  errorMessage: z.boolean().default(true),
  /** false: a 429 comes without Retry-After. */
  retryAfter: z.boolean().default(true),
  /** Refuses more than 10 requests in a second and 150 in a minute, as documented. */
  paced: z.boolean().default(false),
  /** Further 2xx statuses: what answers 204 else answers 200 with an empty object. */
  noContent: z.boolean().default(true),
  /** Whether a test message arrives. */
  testResult: z.enum(['delivered', 'failed']).default('delivered'),
  /** Providers of the list under other names. */
  providerNames: z.enum(['plain', 'with-type', 'title']).default('plain')
})

export type Switches = z.infer<typeof switchesSchema>
