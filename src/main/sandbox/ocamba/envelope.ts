import { randomUUID } from 'node:crypto'
import { json } from '../server.ts'
import type { Reply } from '../server.ts'
import type { Switches } from './switches.ts'

/** A request that the simulated service refuses with this HTTP status. */
export class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

const titles: Record<number, string> = {
  400: 'Bad request.',
  401: 'Unauthorized.',
  403: 'Forbidden.',
  404: 'Not found.',
  405: 'Method not allowed.',
  409: 'Conflict.',
  422: 'Unprocessable.',
  429: 'Too many requests.',
  500: 'Internal server error.',
  503: 'Service unavailable.'
}

export function failure({ status, message }: Refusal, switches: Switches, headers: Record<string, string> = {}): Reply {
  const { 'retry-after': retryAfter, ...others } = headers
  const sent = switches.retryAfter && retryAfter !== undefined ? { ...others, 'retry-after': retryAfter } : others
  const title = titles[status] ?? 'Error.'
  const said = switches.errorMessage ? { message } : {}
  return json(status, { code: status, title, ...said, trace_id: status === 401 ? '{}' : randomUUID() }, sent)
}

/** Done, with nothing to say. */
export function done({ noContent }: Switches): Reply {
  return noContent ? { status: 204, body: '' } : json(200, {})
}
