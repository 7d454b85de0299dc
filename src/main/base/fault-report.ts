import * as z from 'zod'
import { Fault, faultReport, type FaultReport } from '#shared/faults.ts'

/** The error that every client throws for a fault, whichever the transport. */
const clientError = z.object({ code: z.literal('FAULT'), data: faultReport })

/** The fault that an error carries: thrown in this process or by a client. out: undefined for a bug. */
export function reportOf(error: unknown): FaultReport | undefined {
  if (error instanceof Fault) return error.report()
  const parsed = clientError.safeParse(error)
  return parsed.success ? parsed.data.data : undefined
}

/** The fault in one line for a person: what happened and what to do, and where a bug is found in the log. */
export function sentenceOf({
  message,
  advice,
  incident
}: Pick<FaultReport, 'message' | 'advice' | 'incident'>): string {
  const where = incident === undefined || message.includes(incident) ? '' : ` (incident ${incident})`
  return `${message.replace(/\.$/, '')}${where}. ${advice}`
}
