import * as z from 'zod'
import { readControl, type Control } from '../kit/control.ts'
import { post } from '../kit/deliveries.ts'
import { startCall, tellAbout } from './calls.ts'
import { putSetting } from './settings.ts'
import { smsNotice } from './sms.ts'
import type { ExotelState } from './state.ts'
import type { Switches } from './switches.ts'

type ExotelControl = Control<ExotelState, Switches>

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

/** What can be done to the simulated Exotel beside what every simulator has. */
export const exotelControls: Record<string, ExotelControl> = {
  'PUT settings': editSetting,
  'POST calls': placeCall,
  'POST sms-status': sendSmsStatus,
  'POST tokens/expire': expireTokens
}

/** `values`: the settings by key, for whoever does not speak Exotel's names. */
export function showExotel({ settings, tokens }: ExotelState): Record<string, unknown> {
  const values = Object.fromEntries(settings.map(({ Key, Value }) => [Key, Value]))
  return { settings, values, counters: { tokens: tokens.length } }
}

/** Somebody else edits at the provider: such a change is not counted as the client's. */
function editSetting(request: Parameters<ExotelControl>[0], { kept }: Parameters<ExotelControl>[1]) {
  const { Key, Value } = readControl(settingSchema, request)
  if (Value === null) kept.current.settings = kept.current.settings.filter(one => one.Key !== Key)
  else putSetting(kept.current, { Key, Value })
  kept.save()
  return { settings: kept.current.settings }
}

async function placeCall(
  request: Parameters<ExotelControl>[0],
  { kept, switches, clock }: Parameters<ExotelControl>[1]
) {
  const call = startCall(readControl(callSchema, request), clock.now())
  const { settings } = kept.current
  return { callSid: call.sid, deliveries: await tellAbout(call, { settings, switches, clock }) }
}

async function sendSmsStatus(request: Parameters<ExotelControl>[0], { switches, clock }: Parameters<ExotelControl>[1]) {
  const { smsSid, notice } = smsNotice(readControl(smsSchema, request), clock.now(), switches)
  return { smsSid, deliveries: await post(notice, switches, clock) }
}

function expireTokens(_request: Parameters<ExotelControl>[0], { kept }: Parameters<ExotelControl>[1]) {
  const expired = kept.current.tokens.length
  kept.current.tokens = []
  kept.save()
  return { expired }
}
