import { text as readAll } from 'node:stream/consumers'
import * as z from 'zod'
import type { Client } from '#shared/contract/index.ts'
import { Fault } from '#shared/faults.ts'
import {
  condition,
  conditionOf,
  plainAnswer,
  rule,
  ruleAnswer,
  type Condition,
  type PlainAnswer,
  type Rule,
  type RuleAnswer
} from '#shared/model/rule.ts'
import { findEndpoint } from './addressing.ts'

export type RuleOptions = {
  jsonStdin?: boolean
  label?: string
  endpoint?: string
  anyEndpoint?: boolean
  when: string[]
  always?: boolean
  every?: string
  percent?: string
  status?: number
  header: string[]
  body?: string
  template?: boolean
  fault?: string
  default?: boolean
  delay?: number
  forwards?: string
  enabled?: boolean
}

type RuleChange = Partial<Omit<Rule, 'id' | 'position'>>

/** What the command says of a rule, standard input first. in: known: the rule that is changed. faults: bad-usage, invalid-input, not-found. */
export async function readRule(client: Client, options: RuleOptions, known?: Rule): Promise<RuleChange> {
  return { ...(await fromStdin(options)), ...(await changeOf(client, options, known)) }
}

const ruleChange = rule.omit({ id: true, position: true }).partial().strict()

/** A rule's fields as the contract names them; options in the command go before them. */
async function fromStdin({ jsonStdin }: RuleOptions): Promise<RuleChange> {
  if (!jsonStdin) return {}
  const parsed = ruleChange.safeParse(parseJson(await readAll(process.stdin)))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Fault('invalid-input', {
    message: `Standard input is not a rule: ${issue?.message ?? 'it is no JSON'}`,
    field: issue?.path.join('.')
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Fault('invalid-input', { message: 'Standard input is not JSON', cause: error })
  }
}

async function changeOf(client: Client, options: RuleOptions, known?: Rule): Promise<RuleChange> {
  const { endpoint, label, always, when, enabled } = options
  const answer = answerOf(options, known?.answer)
  return {
    ...(label !== undefined && { label }),
    ...(endpoint !== undefined && { endpointId: (await findEndpoint(client, endpoint)).id }),
    ...(options.anyEndpoint && { endpointId: null }),
    ...((always || when.length > 0) && { conditions: when.map(readCondition) }),
    ...shareOf(options),
    ...(answer && { answer }),
    ...(options.forwards !== undefined && { forwards: read(rule.shape.forwards, options.forwards, 'forwards') }),
    ...(enabled !== undefined && { enabled })
  }
}

/** One of both takes the other's place. */
function shareOf({ every, percent }: RuleOptions): RuleChange {
  if (every !== undefined && percent !== undefined) {
    throw new Fault('bad-usage', { message: 'A rule takes --every or --percent, not both', field: 'percent' })
  }
  if (every !== undefined) return { everyNth: every === 'all' ? null : numberOf(every, 'every'), percent: null }
  if (percent !== undefined) return { percent: percent === 'all' ? null : numberOf(percent, 'percent'), everyNth: null }
  return {}
}

const conditionForm = new RegExp(
  `^(${conditionOf.options.join('|')})(?::(.*?))? (${condition.shape.is.options.join('|')})(?: ([^]*))?$`
)

/** `method equals POST`, `header:X-Kind present`, `json:items[0].id matches ^\d+$`. faults: bad-usage. */
function readCondition(text: string): Condition {
  const [, of, name = '', is, value = ''] = conditionForm.exec(text) ?? []
  const parsed = condition.safeParse({ of, name, is, value })
  if (parsed.success) return parsed.data
  throw new Fault('bad-usage', {
    message: `"${text}" is not a condition`,
    advice: `Write ${conditionOf.options.join('|')}, after it :NAME where it has one, then ${condition.shape.is.options.join('|')} and the value: "header:X-Kind equals test".`,
    field: 'when'
  })
}

/** undefined: nothing of the answer was given. What is not given stays as it was. */
function answerOf(options: RuleOptions, known: RuleAnswer | undefined): RuleAnswer | undefined {
  const { status, body, template, fault, delay } = options
  const given = { ...(status !== undefined && { status }), ...(body !== undefined && { body }) }
  const late = delay === undefined ? { delayMs: known?.delayMs ?? 0 } : { delayMs: delay }
  if (options.default) return read(ruleAnswer, { type: 'provider', ...late }, 'answer')
  const type = typeOf(options, known)
  if (type === undefined) return undefined
  const before = known?.type === type ? known : {}
  if (type === 'provider') return read(ruleAnswer, { type, ...late }, 'answer')
  if (type === 'fault')
    return read(ruleAnswer, { ...before, type, ...given, ...(fault && { fault }), ...late }, 'answer')
  const headers = options.header.length > 0 ? { headers: options.header.map(readHeader) } : {}
  const filled = template === undefined ? {} : { template }
  return read(ruleAnswer, { status: 200, ...before, type, ...given, ...headers, ...filled, ...late }, 'answer')
}

function typeOf(options: RuleOptions, known: RuleAnswer | undefined): RuleAnswer['type'] | undefined {
  if (options.fault !== undefined) return 'fault'
  const { status, body, template, header, delay } = options
  if (status !== undefined || body !== undefined) return known?.type === 'fault' ? 'fault' : 'respond'
  if (template !== undefined || header.length > 0) return 'respond'
  return delay === undefined ? undefined : (known?.type ?? 'provider')
}

/** in: `Name: value`. faults: bad-usage. */
export function readHeader(text: string): [string, string] {
  const [, name, value] = /^([^:]+):\s*([^]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) {
    throw new Fault('bad-usage', { message: `"${text}" is not of the form Name: value`, field: 'header' })
  }
  return [name, value]
}

function numberOf(text: string, field: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw new Fault('bad-usage', { message: `"${text}" is not a number (or "all")`, field })
}

function read<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Fault('bad-usage', {
    message: issue?.message ?? 'That is not understood',
    field: [field, ...(issue?.path ?? [])].join('.')
  })
}

/** `503` or `503:the body`. faults: bad-usage. */
export function readPlainAnswer(text: string): PlainAnswer {
  const [, status, body = ''] = /^(\d{3})(?::([^]*))?$/.exec(text) ?? []
  const parsed = plainAnswer.safeParse({ status: Number(status), body })
  if (parsed.success) return parsed.data
  throw new Fault('bad-usage', {
    message: `"${text}" is not an answer`,
    advice: 'Write a status from 200 to 599, and after a colon the body: 503, or "200:thank you".',
    field: 'respond'
  })
}
