import { json, type Reply } from '../server.ts'
import type { Switches } from './switches.ts'

export type FieldProblems = Record<string, { message: string; value: unknown }>

/** A request that the simulated service refuses with this HTTP status. */
export class Refusal extends Error {
  readonly status: number
  readonly fields: FieldProblems | undefined
  constructor(status: number, message: string, fields?: FieldProblems) {
    super(message)
    this.status = status
    this.fields = fields
  }
}

/** A refusal of one field, as the service names them: `params.name`. */
export function invalid(name: string, message: string, value: unknown): Refusal {
  return new Refusal(400, 'Validation Failed', { [`params.${name}`]: { message, value } })
}

/** A planned fault in the service's form. A message that begins with a field's name is about it: `params.name is taken`. */
export function plannedRefusal(status: number, message: string): Refusal {
  const [, name, rest = ''] = /^params\.(\w+) (.+)$/.exec(message) ?? []
  return name === undefined
    ? new Refusal(status, message)
    : new Refusal(status, 'Validation Failed', { [`params.${name}`]: { message: rest, value: null } })
}

export function success(payload: unknown, status = 200): Reply {
  return json(status, { success: true, payload })
}

export function failure(refusal: Refusal, switches: Switches, headers: Record<string, string> = {}): Reply {
  const { message, status, fields } = refusal
  const body = {
    success: false,
    message,
    status: switches.bodyStatus === 'zero' ? 0 : status,
    ...(fields && { meta: 'ValidateError', fields })
  }
  return json(status, body, headers)
}
