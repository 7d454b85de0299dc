import * as z from 'zod'
import { commonSwitches } from '../kit/switches.ts'

const unofficial = (code: number) => z.int().min(2000).max(2999).default(code)

/**
 * What the documentation leaves open, and how the simulator behaves towards it. Every default is simulated behaviour,
 * chosen in providers/textmarks.md; none was seen at the live service. The codes are not official.
 */
export const switchesSchema = commonSwitches.extend({
  wrongCredentialsCode: unofficial(2901),
  wrongKeyCode: unofficial(2902),
  missingArgumentCode: unofficial(2903),
  unknownMethodCode: unofficial(2904),
  notOwnerCode: unofficial(2905),
  wrongArgumentCode: unofficial(2906),
  unknownKeywordCode: unofficial(2011),
  rescodeAs: z.enum(['number', 'text']).default('number'),
  /** What an answer says of a success, and as what it is sent. */
  successText: z.string().default('Success'),
  answerType: z.enum(['application/json', 'text/html', 'text/javascript']).default('application/json'),
  setterBody: z.enum(['empty', 'null', 'absent']).default('empty'),
  handlerTypeName: z
    .enum(['type', 'handler_type', 'request_handler_type', 'handler', 'request_handler'])
    .default('type'),
  /** `others`: the integration config is read back under names that nobody knows. */
  integrationNames: z.enum(['as-set', 'others']).default('as-set'),
  /** Which of several URLs gives the reply. */
  replyFrom: z.enum(['first', 'last']).default('first'),
  /** How a URL that is not set is read back. */
  unsetUrl: z.enum(['absent', 'none', 'empty', 'null']).default('absent'),
  flagsAs: z.enum(['number', 'text', 'boolean']).default('number'),
  /** Whether private_token is given back. */
  showToken: z.boolean().default(false),
  /** Further fields in what the reads give back. */
  moreFields: z.boolean().default(false),
  emptyText: z.enum(['clears', 'ignored']).default('clears'),
  /** What becomes of the arguments of a request handler that are not given. */
  ungivenHandler: z.enum(['reset', 'kept']).default('reset'),
  /** Whether there is a method group_config. */
  groupConfigMethod: z.boolean().default(true),
  keywordCase: z.enum(['any', 'upper']).default('any'),
  /** Of two callbacks for one text. */
  callbackOrder: z.enum(['request-first', 'group-first']).default('request-first'),
  /** Whether the answer to SUB and UNSUB is sent to the phone. */
  groupAnswer: z.enum(['ignored', 'sent']).default('ignored'),
  /** How the values of tokens are encoded. */
  tokenEncoding: z.enum(['percent', 'plus', 'raw']).default('percent'),
  callbackTimeoutMs: z.int().min(1).max(60_000).default(10_000),
  callbackRetryDelaysMs: z.array(z.int().min(0).max(1_800_000)).max(5).default([])
})

export type Switches = z.infer<typeof switchesSchema>
