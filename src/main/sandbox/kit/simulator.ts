import type * as z from 'zod'
import type { Clock } from '../../base/clock.ts'
import type { Answer, Handler, Reply, SandboxRequest } from '../server.ts'
import { answerControl, controlPrefix } from './control.ts'
import type { ControlParts } from './control.ts'
import { createFaultQueue, isAfterTheWork, spoil } from './faults.ts'
import type { SimulatedFault } from './faults.ts'
import { openState } from './state.ts'
import type { CommonState, KeptState, LogEntry } from './state.ts'
import { createRateLimiter } from './switches.ts'
import type { CommonSwitches } from './switches.ts'

/** A simulated provider as its own process serves it: what it answers, and how it ends. */
export type Simulator = { handle: Handler; close(): void }

export type ServiceContext<S extends CommonState, W extends CommonSwitches> = {
  kept: KeptState<S>
  switches: W
  clock: Clock
}

/** What a provider's folder says of its service; the rest is the same for all. */
export type Service<S extends CommonState, W extends CommonSwitches> = ControlParts<S, W> & {
  state: z.ZodType<S>
  seed(): S
  /** The simulated service's answer. What it changed is on disk before it returns. */
  answer(request: SandboxRequest, context: ServiceContext<S, W>): Reply | Promise<Reply>
  /** How a request is counted: `POST /path`, with ids left out; `other` for what the service does not have. */
  routeName(request: SandboxRequest): string
  /** The service's own form of an answer that refuses. */
  refuse(refusal: { status: number; message: string }, switches: W, headers: Record<string, string>): Reply
  /** What the request was about, for the log. Never a secret. */
  logKey?(request: SandboxRequest): string | null
}

const keptLogEntries = 200

/** Serves the service with its log, counters, rate limit, faults and control API. in: no stateFile: in memory alone. */
export function createSimulator<S extends CommonState, W extends CommonSwitches>(
  service: Service<S, W>,
  { stateFile, clock }: { stateFile?: string; clock: Clock }
): Simulator {
  const kept = openState(stateFile, { schema: service.state, seed: () => service.seed() })
  const faults = createFaultQueue()
  const limiter = createRateLimiter()
  let switches = service.switches.parse({})

  const refuse = (refusal: { status: number; message: string }, headers: Record<string, string> = {}) =>
    service.refuse(refusal, switches, headers)

  function refuseForRate(): Reply | undefined {
    const waitMs = limiter.refuse(switches.rateLimit, clock.now())
    if (waitMs === undefined) return undefined
    return refuse({ status: 429, message: 'Too many requests' }, { 'retry-after': String(Math.ceil(waitMs / 1000)) })
  }

  function note(request: SandboxRequest, answer: Answer, fault: string | undefined): void {
    const state = kept.current
    const name = service.routeName(request)
    state.requests[name] = (state.requests[name] ?? 0) + 1
    const key = service.logKey?.(request) ?? null
    const entry: LogEntry = {
      at: new Date(clock.now()).toISOString(),
      method: request.method,
      path: request.path.slice(0, 200),
      ...(key !== null && { key: key.slice(0, 200) }),
      status: 'reply' in answer ? answer.reply.status : null,
      ...(fault !== undefined && { fault })
    }
    state.log = [...state.log, entry].slice(-keptLogEntries)
    kept.saveSoon()
  }

  const carryOut = async (request: SandboxRequest) => service.answer(request, { kept, switches, clock })

  async function answerAsService(request: SandboxRequest): Promise<Answer> {
    if (switches.latencyMs > 0) await clock.sleep(switches.latencyMs)
    const tooMany = refuseForRate()
    const fault = tooMany ? undefined : faults.take(request, service.routeName(request))
    const answer: Answer = tooMany ? { kind: 'reply', reply: tooMany } : await answerUnder(fault, request)
    note(request, answer, fault?.type ?? (tooMany && 'rate-limit'))
    return answer
  }

  async function answerUnder(fault: SimulatedFault | undefined, request: SandboxRequest): Promise<Answer> {
    if (!fault) return { kind: 'reply', reply: await carryOut(request) }
    if (isAfterTheWork(fault)) return spoil(fault, await carryOut(request), refuse)
    return spoil(fault, { status: 200, body: '' }, refuse)
  }

  return {
    async handle(request) {
      if (!request.path.startsWith(controlPrefix)) return answerAsService(request)
      const setSwitches = (next: W) => void (switches = next)
      const context = { kept, faults, switches, setSwitches, clock }
      return { kind: 'reply', reply: await answerControl(request, context, service) }
    },
    close: () => kept.close()
  }
}
