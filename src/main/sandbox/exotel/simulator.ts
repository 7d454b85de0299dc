import type { Clock } from '../../base/clock.ts'
import type { Answer, Handler, Reply, SandboxRequest } from '../server.ts'
import { answerApi, routeName } from './api.ts'
import { callEvent, startCall, tellAbout } from './calls.ts'
import type { CallOrder } from './calls.ts'
import { answerControl, controlPrefix } from './control.ts'
import { failure, Refusal } from './envelope.ts'
import { createFaultQueue, isAfterTheWork, spoil } from './faults.ts'
import { openState } from './state.ts'
import type { LogEntry } from './state.ts'
import { createRateLimiter, switchesSchema } from './switches.ts'

/** A simulated provider: what it answers, and how it ends. */
export type Simulator = { handle: Handler; close(): void }

const keptLogEntries = 200

/** Exotel's classic integrations API with one customer and one app. in: no stateFile: in memory alone. */
export function createExotelSimulator({ stateFile, clock }: { stateFile?: string; clock: Clock }): Simulator {
  const kept = openState(stateFile)
  const faults = createFaultQueue()
  const limiter = createRateLimiter()
  let switches = switchesSchema.parse({})

  function startCallInBackground(order: CallOrder): unknown {
    const call = startCall(order, clock.now())
    // The settings of this moment count: a call in progress does not notice a later change.
    void tellAbout(call, { settings: structuredClone(kept.current.settings), switches, clock })
    return callEvent(call, 'active')
  }

  function carryOut(request: SandboxRequest): Reply {
    return answerApi(request, { kept, switches, nowMs: clock.now(), startCall: startCallInBackground })
  }

  function refuseForRate(): Reply | undefined {
    const waitMs = limiter.refuse(switches.rateLimit, clock.now())
    if (waitMs === undefined) return undefined
    const seconds = String(Math.ceil(waitMs / 1000))
    return failure(new Refusal(429, 'Too many requests'), switches, { 'retry-after': seconds })
  }

  function note(request: SandboxRequest, answer: Answer, fault: string | undefined): void {
    const state = kept.current
    const name = routeName(request)
    state.requests[name] = (state.requests[name] ?? 0) + 1
    const key = request.query.get('key') ?? request.query.get('Key')
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

  async function answerAsService(request: SandboxRequest): Promise<Answer> {
    if (switches.latencyMs > 0) await clock.sleep(switches.latencyMs)
    const tooMany = refuseForRate()
    const fault = tooMany ? undefined : faults.take(request)
    const answer = answerWith(request, tooMany, fault)
    note(request, answer, fault?.type ?? (tooMany && 'rate-limit'))
    return answer
  }

  function answerWith(
    request: SandboxRequest,
    tooMany: Reply | undefined,
    fault: ReturnType<typeof faults.take>
  ): Answer {
    if (tooMany) return { kind: 'reply', reply: tooMany }
    if (!fault) return { kind: 'reply', reply: carryOut(request) }
    if (isAfterTheWork(fault)) return spoil(fault, carryOut(request))
    return spoil(fault, { status: 200, body: '' })
  }

  return {
    async handle(request) {
      if (!request.path.startsWith(controlPrefix)) return answerAsService(request)
      const setSwitches = (next: typeof switches) => void (switches = next)
      return { kind: 'reply', reply: await answerControl(request, { kept, faults, switches, setSwitches, clock }) }
    },
    close: () => kept.close()
  }
}
