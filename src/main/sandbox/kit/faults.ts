import * as z from 'zod'
import type { Answer, Reply, SandboxRequest } from '../server.ts'

const when = z.enum(['before', 'after']).default('before')

const faultSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('status'),
    status: z.int().min(200).max(599),
    /** Seconds or an HTTP date, sent as it is. */
    retryAfter: z
      .string()
      .regex(/^[\x20-\x7e]+$/)
      .optional(),
    message: z.string().optional(),
    when
  }),
  z.strictObject({ type: z.literal('html'), status: z.int().min(200).max(599).default(200), when }),
  /** `json`: a whole HTTP answer with half a document; `connection`: the connection ends in the middle of the body. */
  z.strictObject({ type: z.literal('truncated'), how: z.enum(['json', 'connection']).default('json') }),
  z.strictObject({ type: z.literal('timeout'), when }),
  z.strictObject({ type: z.literal('reset-before') }),
  z.strictObject({ type: z.literal('reset-after') })
])

/** A fault for coming requests: those that match, after `skip` of them, `times` times. */
export const plannedFaultSchema = z.strictObject({
  /** `route`: the name under which the simulator counts it, for example `PATCH /things/{id}`. */
  match: z
    .strictObject({ method: z.string().optional(), path: z.string().optional(), route: z.string().optional() })
    .default({}),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
  fault: faultSchema
})

/** The provider's own form of an answer that refuses. */
export type Refuse = (refusal: { status: number; message: string }, headers: Record<string, string>) => Reply

export type SimulatedFault = z.infer<typeof faultSchema>
type PlannedFault = z.infer<typeof plannedFaultSchema>

export type FaultQueue = {
  add(fault: PlannedFault): void
  clear(): void
  left(): PlannedFault[]
  /** The first fault that is due for this request, used up by one. */
  take(request: SandboxRequest, route: string): SimulatedFault | undefined
}

export function createFaultQueue(): FaultQueue {
  let queue: PlannedFault[] = []
  return {
    add: fault => void queue.push({ ...fault }),
    clear: () => void (queue = []),
    left: () => queue.map(fault => ({ ...fault })),
    take(request, route) {
      const matching = queue.find(fault => matches(fault, request, route))
      if (matching === undefined) return undefined
      if (matching.skip > 0) {
        matching.skip -= 1
        return undefined
      }
      matching.times -= 1
      queue = queue.filter(fault => fault.times > 0)
      return matching.fault
    }
  }
}

/** Whether the request is carried out before the fault strikes. */
export function isAfterTheWork(fault: SimulatedFault): boolean {
  if (fault.type === 'reset-after' || fault.type === 'truncated') return true
  return 'when' in fault && fault.when === 'after'
}

/**
 * What the client gets instead of `reply`, the answer of a request that was carried out. in: refuse: the provider's own
 * form of a refusal.
 */
export function spoil(fault: SimulatedFault, reply: Reply, refuse: Refuse): Answer {
  switch (fault.type) {
    case 'status':
      return { kind: 'reply', reply: refusal(fault, refuse) }
    case 'html':
      return { kind: 'reply', reply: loginPage(fault.status) }
    case 'truncated':
      if (fault.how === 'connection') return { kind: 'cut', reply }
      return { kind: 'reply', reply: { ...reply, body: reply.body.slice(0, Math.floor(reply.body.length / 2)) } }
    case 'timeout':
      return { kind: 'hang' }
    case 'reset-before':
    case 'reset-after':
      return { kind: 'reset' }
  }
}

function matches({ match }: PlannedFault, request: SandboxRequest, route: string): boolean {
  if (match.route !== undefined && match.route !== route) return false
  if (match.method !== undefined && match.method.toUpperCase() !== request.method) return false
  return match.path === undefined || match.path === request.path
}

function refusal({ status, message, retryAfter }: Extract<SimulatedFault, { type: 'status' }>, refuse: Refuse): Reply {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return refuse({ status, message: message ?? `simulated failure ${status}` }, headers)
}

function loginPage(status: number): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to the network</h1></body></html>'
  }
}
