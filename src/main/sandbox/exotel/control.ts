import * as z from 'zod'
import type { Clock } from '../../base/clock.ts'
import { json } from '../server.ts'
import type { Reply, SandboxRequest } from '../server.ts'
import { startCall, tellAbout } from './calls.ts'
import { post } from './deliveries.ts'
import { plannedFaultSchema } from './faults.ts'
import type { FaultQueue } from './faults.ts'
import { putSetting } from './settings.ts'
import { smsNotice } from './sms.ts'
import type { KeptState } from './state.ts'
import { switchesSchema } from './switches.ts'
import type { Switches } from './switches.ts'

/** What the control API moves. It is never part of the simulated service. */
export type ControlContext = {
  kept: KeptState
  faults: FaultQueue
  switches: Switches
  setSwitches(switches: Switches): void
  clock: Clock
}

type Control = (request: SandboxRequest, context: ControlContext) => unknown

export const controlPrefix = '/__sandbox/'

const phoneNumber = z.string().regex(/^\+?\d{3,15}$/, 'a phone number: digits, with + before them or not')

const settingSchema = z.strictObject({ Key: z.string().min(1), Value: z.string().nullable() })

const callSchema = z.strictObject({
  to: phoneNumber,
  from: phoneNumber.optional(),
  direction: z.enum(['outbound', 'inbound']).default('outbound'),
  outcome: z.enum(['completed', 'missed']).default('completed')
})

const smsSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  to: phoneNumber,
  status: z.enum(['sent', 'failed', 'failed_dnd']).default('sent'),
  detailedStatusCode: z.int().min(20000).max(24999).optional(),
  customField: z.string().optional()
})

const faultsSchema = z.union([plannedFaultSchema, z.array(plannedFaultSchema)])

const controls = new Map<string, Control>([
  ['GET state', (_request, context) => showState(context)],
  ['PUT settings', editSetting],
  ['POST calls', placeCall],
  ['POST sms-status', sendSmsStatus],
  ['GET faults', (_request, { faults }) => ({ faults: faults.left() })],
  ['POST faults', addFaults],
  ['DELETE faults', (_request, { faults }) => (faults.clear(), { faults: [] })],
  ['GET switches', (_request, { switches }) => switches],
  ['PUT switches', changeSwitches],
  ['DELETE switches', (_request, context) => setSwitches(context, {})],
  ['POST tokens/expire', expireTokens],
  ['POST reset', resetAll]
])

/** The control API: JSON in, JSON out, 400 for what it does not understand. For programs of this computer, not for pages. */
export async function answerControl(request: SandboxRequest, context: ControlContext): Promise<Reply> {
  if (request.headers.origin !== undefined) return json(403, { error: 'not for web pages' })
  const control = controls.get(`${request.method} ${request.path.slice(controlPrefix.length)}`)
  if (!control) return json(404, { error: 'the sandbox has no such control' })
  try {
    return json(200, await control(request, context))
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) })
    throw error
  }
}

function showState({ kept, faults, switches }: ControlContext): unknown {
  const { settings, log, requests, changes, tokens } = kept.current
  const values = Object.fromEntries(settings.map(({ Key, Value }) => [Key, Value]))
  return {
    settings,
    values,
    log,
    counters: { requests, changes, tokens: tokens.length },
    switches,
    faults: faults.left()
  }
}

/** Somebody else edits at the provider: such a change is not counted as the client's. */
function editSetting(request: SandboxRequest, { kept }: ControlContext): unknown {
  const { Key, Value } = read(settingSchema, request)
  if (Value === null) kept.current.settings = kept.current.settings.filter(one => one.Key !== Key)
  else putSetting(kept.current, { Key, Value })
  kept.save()
  return { settings: kept.current.settings }
}

async function placeCall(request: SandboxRequest, { kept, switches, clock }: ControlContext): Promise<unknown> {
  const call = startCall(read(callSchema, request), clock.now())
  const { settings } = kept.current
  return { callSid: call.sid, deliveries: await tellAbout(call, { settings, switches, clock }) }
}

async function sendSmsStatus(request: SandboxRequest, { switches, clock }: ControlContext): Promise<unknown> {
  const { smsSid, notice } = smsNotice(read(smsSchema, request), clock.now())
  return { smsSid, deliveries: await post(notice, switches, clock) }
}

function addFaults(request: SandboxRequest, { faults }: ControlContext): unknown {
  const planned = read(faultsSchema, request)
  for (const fault of Array.isArray(planned) ? planned : [planned]) faults.add(fault)
  return { faults: faults.left() }
}

function changeSwitches(request: SandboxRequest, context: ControlContext): unknown {
  return setSwitches(context, { ...context.switches, ...read(z.record(z.string(), z.unknown()), request) })
}

function setSwitches(context: ControlContext, switches: Record<string, unknown>): Switches {
  const next = switchesSchema.parse(switches)
  context.setSwitches(next)
  return next
}

function expireTokens(_request: SandboxRequest, { kept }: ControlContext): unknown {
  const expired = kept.current.tokens.length
  kept.current.tokens = []
  kept.save()
  return { expired }
}

function resetAll(_request: SandboxRequest, context: ControlContext): unknown {
  context.faults.clear()
  setSwitches(context, {})
  context.kept.reset()
  return showState({ ...context, switches: switchesSchema.parse({}) })
}

function read<T>(schema: z.ZodType<T>, { body }: SandboxRequest): T {
  return schema.parse(parseJson(body.toString('utf8')))
}

/** out: undefined for what is not JSON, which no schema takes. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
