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

export function success(data: unknown): Reply {
  return json(200, { RequestId: randomUUID(), Status: 'Success', Code: 200, Error: '', Data: data })
}

export function failure({ status, message }: Refusal, switches: Switches, headers: Record<string, string> = {}): Reply {
  const text = switches.failureError === 'text' ? message : errorDocument(status, message)
  const envelope = { RequestId: randomUUID(), Status: 'Failed', Code: status, Error: text }
  if (switches.failureData === 'absent') return json(status, envelope, headers)
  return json(status, { ...envelope, Data: switches.failureData === 'null' ? null : '' }, headers)
}

function errorDocument(status: number, message: string): string {
  const detail = { code: status === 401 ? 1010 : 1002, message, description: message }
  return JSON.stringify({ http_code: status, response: { error_data: detail } })
}
