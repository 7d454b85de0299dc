import { isDefinedError, ORPCError } from '@orpc/client'
import { faultList, faultReport, type FaultCode, type FaultReport } from '#shared/faults.ts'

/** Any failure of a call as a report that can be shown. What is not expected becomes a `bug`, never a stack. */
export function faultOf(error: unknown): FaultReport {
  if (error instanceof ORPCError) return ofCall(error)
  if (error instanceof Error && /abort|closed|not open/i.test(`${error.name} ${error.message}`)) return connectionFault
  return reportOf('bug', 'The page could not carry this out')
}

const connectionFault: FaultReport = {
  ...reportOf('unreachable', 'The connection to Plugboard was lost before the answer came'),
  advice: 'The page connects again by itself. Look at the current state, then repeat the step if it is still needed.'
}

function ofCall(error: ORPCError<string, unknown>): FaultReport {
  const report = faultReport.safeParse(error.data)
  if (isDefinedError(error) && report.success) return report.data
  if (error.code === 'BAD_REQUEST') return { ...reportOf('invalid-input'), ...issueOf(error.data) }
  return reportOf('bug')
}

/** The first thing that the contract's schema found wrong with the input. */
function issueOf(data: unknown): { message?: string; field?: string } {
  if (typeof data !== 'object' || data === null || !('issues' in data) || !Array.isArray(data.issues)) return {}
  const [issue] = data.issues as { message?: string; path?: unknown[] }[]
  const field = issue?.path?.findLast(step => typeof step === 'string')
  return { ...(issue?.message !== undefined && { message: issue.message }), ...(field !== undefined && { field }) }
}

function reportOf(code: FaultCode, message?: string): FaultReport {
  const [title, advice, retry] = faultList[code]
  return { code, message: message ?? title, advice, retry }
}
