import { ORPCError, ValidationError } from '@orpc/server'
import { Fault } from '#shared/faults.ts'
import { logIncident, type Log } from '../base/log.ts'

/** Brings whatever was thrown to a fault: a fault stays, refused input is `invalid-input`, anything else is a bug with an incident id. */
export function asFault(error: unknown, log: Log, where: string): Fault {
  if (error instanceof Fault) return error
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') return asInvalidInput(error)
  return new Fault('bug', { incident: logIncident(log, error, where) })
}

function asInvalidInput(error: Error): Fault {
  const issue = error.cause instanceof ValidationError ? error.cause.issues[0] : undefined
  const field = issue?.path?.map(part => String(typeof part === 'object' ? part.key : part)).join('.')
  return new Fault('invalid-input', {
    message: issue ? `${field ? `${field}: ` : ''}${issue.message}` : undefined,
    ...(field && { field })
  })
}
