import { verdict } from '#shared/model/callback.ts'
import type { CallbackSummary, HeaderPair } from '#shared/model/callback.ts'
import type { Condition } from '#shared/model/rule.ts'
import type { NewCallback } from '../../store/store.ts'
import { afterKey, headerValues } from '../address.ts'
import { parseJsonText } from '../json-text.ts'
import { compileExpression } from './expressions.ts'
import type { Patterns } from './patterns.ts'

/** What of a callback conditions and templates look at; what costs is worked out once, when it is first asked for. */
export type Parts = {
  method: string
  /** What follows the endpoint's key, as it stood. */
  path: string
  query: HeaderPair[]
  headers: HeaderPair[]
  text(): string
  /** undefined: the body is not JSON. null: it is too long to be read as such. */
  json(): { value: unknown } | undefined | null
}

/** What the look found; null: it did not come in time. */
export type Looked = Pick<CallbackSummary, 'verdict' | 'decoded'> | null

/** A condition that is ready to be asked. */
export type Check = {
  needsLook: boolean
  /** What cannot be worked out (no look in time, an expression that does not go with the body) holds for nothing. */
  holds(parts: Parts, looked: Looked): boolean | Promise<boolean>
}

/** Longer ones are not read as JSON: reading would hold up the others. */
const jsonLimitBytes = 1_048_576
const patternLimit = 500
const named: readonly Condition['of'][] = ['query', 'header', 'json', 'field']

export function partsOf(callback: Pick<NewCallback, 'method' | 'target' | 'headers' | 'body'>): Parts {
  const { path, query } = afterKey(callback.target)
  let text: string | undefined
  let json: { read: ReturnType<Parts['json']> } | undefined
  const bodyText = () => (text ??= Buffer.from(callback.body).toString('utf8'))
  return {
    method: callback.method,
    path,
    query: [...new URLSearchParams(query)],
    headers: callback.headers,
    text: bodyText,
    json() {
      json ??= { read: callback.body.byteLength > jsonLimitBytes ? null : parseJsonText(bodyText()) }
      return json.read
    }
  }
}

/** Makes a condition ready. Throws an Error that says which part of it is wrong: `name` or `value`. */
export function compileCondition(condition: Condition, patterns: Patterns): Check {
  const needsLook = condition.of === 'field' || condition.of === 'verdict'
  const values = compileValues(condition, patterns)
  const fits = compileTest(condition, patterns)
  const test = (found: string[] | null) => found !== null && fits(found)
  return {
    needsLook,
    holds(parts, looked) {
      if (needsLook && looked === null) return false
      const found = values(parts, looked)
      return found instanceof Promise ? found.then(test) : test(found)
    }
  }
}

/** What is wrong with a condition, and where. */
export class ConditionProblem extends Error {
  readonly part: 'name' | 'value'

  constructor(part: 'name' | 'value', message: string) {
    super(message)
    this.part = part
  }
}

/** null: it cannot be said. */
type Values = (parts: Parts, looked: Looked) => string[] | null | Promise<string[] | null>

function compileValues({ of, name }: Condition, patterns: Patterns): Values {
  if (named.includes(of) && name.trim() === '') throw new ConditionProblem('name', nameMissing(of))
  if (of === 'method') return parts => [parts.method]
  if (of === 'path') return parts => [parts.path]
  if (of === 'body') return parts => (parts.text() === '' ? [] : [parts.text()])
  if (of === 'query') return parts => valuesNamed(parts.query, name)
  if (of === 'header') return parts => headerValues(parts.headers, name.toLowerCase())
  if (of === 'verdict') return (_parts, looked) => (looked?.verdict ? [looked.verdict] : [])
  if (of === 'field')
    return (_parts, looked) =>
      (looked?.decoded?.fields ?? []).filter(field => field.name === name).map(field => field.value)
  return jsonValues(name, patterns)
}

/** A list counts as its members: one that fits is enough. */
function jsonValues(text: string, patterns: Patterns): Values {
  const expression = wrong('name', 'The JSONata expression cannot be read', () => compileExpression(text, patterns))
  return async parts => {
    const body = parts.json()
    if (!body) return body === null ? null : []
    const found = await expression(body.value)
    if (found === null || found.value === undefined) return found && []
    return (Array.isArray(found.value) ? found.value : [found.value]).map(textOfJson)
  }
}

/** `not-equals` holds where none of the values is it; all others, `absent` apart, where one of them fits. */
function compileTest({ of, is, value }: Condition, patterns: Patterns): (values: string[]) => boolean {
  if (of === 'verdict' && (is === 'equals' || is === 'not-equals') && !verdict.safeParse(value).success)
    throw new ConditionProblem('value', `A verdict is one of ${verdict.options.join(', ')}.`)
  if (is === 'present') return values => values.length > 0
  if (is === 'absent') return values => values.length === 0
  if (is === 'equals') return values => values.includes(value)
  if (is === 'not-equals') return values => !values.includes(value)
  if (is === 'contains') return values => values.some(each => each.includes(value))
  if (is === 'starts-with') return values => values.some(each => each.startsWith(value))
  if (value.length > patternLimit)
    throw new ConditionProblem('value', `A regular expression may have ${patternLimit} characters.`)
  const pattern = wrong('value', 'The regular expression cannot be read', () => patterns.compile(value))
  return values => values.some(pattern)
}

function wrong<T>(part: 'name' | 'value', what: string, compile: () => T): T {
  try {
    return compile()
  } catch (error) {
    throw new ConditionProblem(part, `${what}: ${error instanceof Error ? error.message : 'it is not one'}.`)
  }
}

function nameMissing(of: Condition['of']): string {
  return of === 'json' ? 'A JSONata expression is missing.' : `The name of the ${of} is missing.`
}

function valuesNamed(pairs: readonly HeaderPair[], name: string): string[] {
  return pairs.filter(pair => pair[0] === name).map(pair => pair[1])
}

function textOfJson(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
