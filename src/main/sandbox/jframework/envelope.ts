import { randomUUID } from 'node:crypto'
import { json } from '../server.ts'
import type { Reply } from '../server.ts'
import type { Switches } from './switches.ts'

export type ErrorEntry = { code: string; message: string; field?: string }

/** A request that the simulated service refuses with this HTTP status. */
export class Refusal extends Error {
  readonly status: number
  readonly entries: ErrorEntry[]
  constructor(status: number, entries: ErrorEntry[]) {
    super(entries.map(one => one.message).join(' '))
    this.status = status
    this.entries = entries
  }
}

export function success(status: number, data: unknown, switches: Switches): Reply {
  const envelope = { success: true, statusCode: status, message: 'The request was successful.', data, errors: [] }
  return json(status, shown(envelope, switches))
}

export function failure({ status, entries }: Refusal, switches: Switches, headers: Record<string, string> = {}): Reply {
  if (switches.errorForm === 'problem' && status === 400) return problem(entries, headers)
  const errors = entries.map(({ code, message }) => ({
    code,
    [switches.errorText]: message,
    correlationId: randomUUID()
  }))
  const envelope = { success: false, statusCode: status, message: 'The request failed.', data: null, errors }
  return json(status, shown(envelope, switches), headers)
}

/** What ASP.NET answers by itself. */
function problem(entries: ErrorEntry[], headers: Record<string, string>): Reply {
  const byField = Map.groupBy(entries, ({ field = '' }) => field.slice(0, 1).toUpperCase() + field.slice(1))
  const errors = Object.fromEntries([...byField].map(([field, own]) => [field, own.map(one => one.message)]))
  const title = 'One or more validation errors occurred.'
  const body = { type: 'https://tools.ietf.org/html/rfc9110#section-15.5.1', title, status: 400, errors }
  return json(400, body, { ...headers, 'content-type': 'application/problem+json; charset=utf-8' })
}

function shown(value: unknown, { nullProperties }: Switches): unknown {
  return nullProperties === 'kept' ? value : withoutNulls(value)
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([, inner]) => inner !== null)
  return Object.fromEntries(kept.map(([name, inner]) => [name, withoutNulls(inner)]))
}
