import type { FaultCode } from '#shared/faults.ts'

/** A fault for the simulator's queue. */
export type PlannedFault = {
  fault: Record<string, unknown>
  times?: number
  /** When to come back, as the report shall say. */
  retryAt?: number | 'later'
}

type Expected = PlannedFault & {
  name: string
  code: FaultCode
  /** Of a removal, where it differs: "it does not exist" is not believed of what is still listed. */
  removeCode?: FaultCode
  /** Of one profile that is asked for by its id it means that it is not there. */
  absence?: true
  /** For requests after the fault is planted. */
  timeoutMs?: number
  /** How often the write goes out. */
  sends?: number
  says?: string
}

/** A date that is certainly to come. */
export const lateMs = Date.UTC(2090, 0, 2, 3, 4, 5)

const date = new Date(lateMs).toUTCString()
const shortMs = 300

/** Enough for a read that is repeated, and for `get` after `list`. */
const always = 20

export const listFaults: Expected[] = [
  { name: '400', code: 'protocol', ...status(400), times: always },
  { name: '401', code: 'auth', ...status(401), times: always },
  { name: '403', code: 'forbidden', ...status(403), times: always },
  { name: '404', code: 'protocol', ...status(404), times: always, absence: true },
  { name: '409', code: 'protocol', ...status(409), times: always },
  { name: '429 with seconds', code: 'rate-limited', ...status(429, '60'), times: always, retryAt: 'later' },
  {
    name: '429 with a date',
    code: 'rate-limited',
    ...status(429, date),
    times: always,
    retryAt: lateMs
  },
  { name: '429 alone', code: 'rate-limited', ...status(429), times: always },
  { name: '503', code: 'rate-limited', ...status(503), times: always },
  { name: '500', code: 'provider-error', ...status(500), times: always },
  { name: '502 as a web page', code: 'provider-error', fault: { type: 'html', status: 502 }, times: always },
  { name: 'a web page', code: 'protocol', fault: { type: 'html' }, times: always },
  { name: 'a redirect', code: 'protocol', ...status(302), times: always },
  { name: 'half a document', code: 'protocol', fault: { type: 'truncated', how: 'json' }, times: always },
  { name: 'half an answer', code: 'protocol', fault: { type: 'truncated', how: 'connection' }, times: always },
  { name: 'silence', code: 'timeout', fault: { type: 'timeout' }, times: always, timeoutMs: shortMs },
  { name: 'a reset', code: 'unreachable', fault: { type: 'reset-before' }, times: always }
]

export const writeFaults: Expected[] = [
  {
    name: '400',
    code: 'refused',
    fault: { type: 'status', status: 400, message: 'because of x' },
    says: 'because of x'
  },
  { name: '401', code: 'auth', ...status(401), times: 2, sends: 2 },
  { name: '403', code: 'forbidden', ...status(403) },
  { name: '404', code: 'missing-there', removeCode: 'refused', ...status(404) },
  { name: '409', code: 'conflict-there', ...status(409) },
  { name: '422', code: 'refused', ...status(422) },
  { name: '429 with seconds', code: 'rate-limited', ...status(429, '1'), retryAt: 'later' },
  { name: '429 with a date', code: 'rate-limited', ...status(429, date), retryAt: lateMs },
  { name: '503', code: 'provider-error', ...status(503) },
  { name: '503 with seconds', code: 'provider-error', ...status(503, '1'), retryAt: 'later' },
  { name: '500 before it is done', code: 'provider-error', ...status(500) },
  { name: '500 after it is done', code: 'provider-error', fault: { type: 'status', status: 500, when: 'after' } },
  { name: 'a web page', code: 'outcome-unknown', fault: { type: 'html' } },
  { name: 'half a document', code: 'outcome-unknown', fault: { type: 'truncated', how: 'json' } },
  { name: 'half an answer', code: 'outcome-unknown', fault: { type: 'truncated', how: 'connection' } },
  { name: 'silence', code: 'timeout', fault: { type: 'timeout' }, timeoutMs: shortMs },
  { name: 'a reset before it is done', code: 'outcome-unknown', fault: { type: 'reset-before' } },
  { name: 'a reset after it is done', code: 'outcome-unknown', fault: { type: 'reset-after' } }
]

function status(code: number, retryAfter?: string): { fault: Record<string, unknown> } {
  return { fault: { type: 'status', status: code, ...(retryAfter !== undefined && { retryAfter }) } }
}
