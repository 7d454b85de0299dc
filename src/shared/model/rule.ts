import * as z from 'zod'
import { headerPair } from './callback.ts'

/** What of a callback a condition looks at. `json`: a JSONata expression over the JSON body. `field`: a decoded field. */
export const conditionOf = z.enum(['method', 'path', 'query', 'header', 'json', 'body', 'field', 'verdict'])

/**
 * One condition. `name`: of the query parameter, header or field, or the JSONata expression; empty where there is nothing to
 * name. `path` is what follows the endpoint's key. Texts are compared as they stand, header names without case.
 */
export const condition = z.object({
  of: conditionOf,
  name: z.string().max(500).default(''),
  is: z.enum(['equals', 'not-equals', 'contains', 'starts-with', 'matches', 'present', 'absent']),
  value: z.string().max(2_000).default('')
})
export type Condition = z.infer<typeof condition>

/**
 * What the sender gets. `body` is a Liquid template over the callback where `template` is on. `provider`: the provider's own
 * default. Of the faults: `reset` closes with a reset before any answer, `hang` never answers, `cut` ends in the middle of
 * the body, `drip` sends the body byte by byte.
 */
export const ruleAnswer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('provider'), delayMs: z.number().int().min(0).max(120_000).default(0) }),
  z.object({
    type: z.literal('respond'),
    status: z.number().int().min(200).max(599),
    headers: z.array(headerPair).default([]),
    body: z.string().max(1_000_000).default(''),
    template: z.boolean().default(false),
    delayMs: z.number().int().min(0).max(120_000).default(0)
  }),
  z.object({
    type: z.literal('fault'),
    fault: z.enum(['reset', 'hang', 'cut', 'drip']),
    status: z.number().int().min(200).max(599).default(200),
    body: z.string().max(1_000_000).default('Plugboard breaks off here on purpose.'),
    delayMs: z.number().int().min(0).max(120_000).default(0)
  })
])
export type RuleAnswer = z.infer<typeof ruleAnswer>

/** One answer of a sequence that goes before all rules while the listener runs. */
export const plainAnswer = z.object({
  status: z.number().int().min(200).max(599),
  body: z.string().max(1_000_000).default('')
})
export type PlainAnswer = z.infer<typeof plainAnswer>

/**
 * How the listener is started. `respond`: answers that go before all rules until it stops; the first callback gets the first,
 * and so on, and the last one stays.
 */
export const listenerStart = z.object({
  port: z.number().int().min(0).max(65535).optional(),
  respond: z.array(plainAnswer).max(1_000).optional()
})

/** The first enabled rule of an endpoint all of whose conditions hold decides. */
export const rule = z.object({
  id: z.string(),
  /** null: of every endpoint, after the endpoint's own. */
  endpointId: z.string().nullable(),
  position: z.number().int(),
  label: z.string().trim().min(1).max(80),
  enabled: z.boolean(),
  conditions: z.array(condition).max(20),
  /** Of those that match: every n-th only, or this share of them at random; null: all. */
  everyNth: z.number().int().min(2).max(10_000).nullable(),
  percent: z.number().min(0.01).max(100).nullable(),
  answer: ruleAnswer,
  /**
   * Whether it is also sent on to the endpoint's targets. `usual`: where its verdict is `valid` or `not-offered`; `invalid`,
   * `missing` and what could not be checked are held back.
   */
  forwards: z.enum(['usual', 'always', 'never'])
})
export type Rule = z.infer<typeof rule>
