import * as z from 'zod'
import type { Clock } from '../../base/clock.ts'
import { json } from '../server.ts'
import type { Reply, SandboxRequest } from '../server.ts'
import { plannedFaultSchema } from './faults.ts'
import type { FaultQueue } from './faults.ts'
import type { CommonState, KeptState } from './state.ts'
import type { CommonSwitches } from './switches.ts'

/** What the control API moves. It is never part of the simulated service. */
export type ControlContext<S extends CommonState, W extends CommonSwitches> = {
  kept: KeptState<S>
  faults: FaultQueue
  switches: W
  setSwitches(switches: W): void
  clock: Clock
}

export type Control<S extends CommonState, W extends CommonSwitches> = (
  request: SandboxRequest,
  context: ControlContext<S, W>
) => unknown

/** What a simulator adds to the controls that all have. */
export type ControlParts<S extends CommonState, W extends CommonSwitches> = {
  switches: z.ZodType<W>
  /** What `GET state` shows beside log, counters, switches and faults. */
  show(state: S): Record<string, unknown>
  /** By method and path below the prefix: `PUT settings`. */
  controls: Record<string, Control<S, W>>
}

export const controlPrefix = '/__sandbox/'

const faultsSchema = z.union([plannedFaultSchema, z.array(plannedFaultSchema)])

/** The control API: JSON in, JSON out, 400 for what it does not understand. For programs of this computer, not for pages. */
export async function answerControl<S extends CommonState, W extends CommonSwitches>(
  request: SandboxRequest,
  context: ControlContext<S, W>,
  parts: ControlParts<S, W>
): Promise<Reply> {
  if (request.headers.origin !== undefined) return json(403, { error: 'not for web pages' })
  const all: Record<string, Control<S, W>> = { ...commonControls(parts), ...parts.controls }
  const name = `${request.method} ${request.path.slice(controlPrefix.length)}`
  const control = Object.hasOwn(all, name) ? all[name] : undefined
  if (!control) return json(404, { error: 'the sandbox has no such control' })
  try {
    return json(200, await control(request, context))
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) })
    throw error
  }
}

/** Reads the body of a control request. faults: ZodError, which is answered with 400. */
export function readControl<T>(schema: z.ZodType<T>, { body }: SandboxRequest): T {
  return schema.parse(parseJson(body.toString('utf8')))
}

function commonControls<S extends CommonState, W extends CommonSwitches>(
  parts: ControlParts<S, W>
): Record<string, Control<S, W>> {
  const setSwitches = (context: ControlContext<S, W>, switches: Record<string, unknown>): W => {
    const next = parts.switches.parse(switches)
    context.setSwitches(next)
    return next
  }
  const showState = ({ kept, faults, switches }: ControlContext<S, W>) => {
    const { log, requests, changes } = kept.current
    const { counters, ...shown } = parts.show(kept.current)
    const counted = { requests, changes, ...(typeof counters === 'object' ? counters : {}) }
    return { ...shown, log, counters: counted, switches, faults: faults.left() }
  }
  return {
    'GET state': (_request, context) => showState(context),
    'GET faults': (_request, { faults }) => ({ faults: faults.left() }),
    'POST faults': (request, { faults }) => {
      const planned = readControl(faultsSchema, request)
      for (const fault of Array.isArray(planned) ? planned : [planned]) faults.add(fault)
      return { faults: faults.left() }
    },
    'DELETE faults': (_request, { faults }) => {
      faults.clear()
      return { faults: [] }
    },
    'GET switches': (_request, { switches }) => switches,
    'PUT switches': (request, context) =>
      setSwitches(context, { ...context.switches, ...readControl(z.record(z.string(), z.unknown()), request) }),
    'DELETE switches': (_request, context) => setSwitches(context, {}),
    'POST reset': (_request, context) => {
      context.faults.clear()
      const switches = setSwitches(context, {})
      context.kept.reset()
      return showState({ ...context, switches })
    }
  }
}

/** out: undefined for what is not JSON, which no schema takes. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
