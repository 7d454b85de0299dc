import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { sandboxAccount, sandboxApp, sandboxUsers } from './account.ts'
import { post } from '../kit/deliveries.ts'
import type { Delivery, Notice } from '../kit/deliveries.ts'
import type { ExotelState } from './state.ts'
import type { Switches } from './switches.ts'

export type CallOrder = {
  to: string
  from?: string
  userId?: string
  direction: 'outbound' | 'inbound'
  outcome: 'completed' | 'missed'
}

export type Call = CallOrder & { sid: string; ticketId: string; userId: string; startedAtMs: number }

type Stage = 'active' | 'terminal'

const talkMs = 42_000

export function startCall(order: CallOrder, nowMs: number): Call {
  const [user] = sandboxUsers
  return {
    ...order,
    sid: randomBytes(16).toString('hex'),
    ticketId: randomUUID(),
    userId: order.userId ?? user?.AppUserId ?? '',
    startedAtMs: nowMs
  }
}

/**
 * Tells the app's URLs about the call: an outbound one at `callback`, active then terminal; an inbound one at `popup`,
 * then at `incomingCallHangup` or `missedCall`. A URL that is not set is left out.
 */
export async function tellAbout(
  call: Call,
  { settings, switches, clock }: { settings: ExotelState['settings']; switches: Switches; clock: Clock }
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  for (const [key, stage] of eventsOf(call)) {
    const url = settings.find(one => one.Key === key)?.Value
    if (url === undefined) continue
    const event = callEvent(call, stage)
    const body = JSON.stringify(switches.callForm === 'older' ? asOlder(event) : event)
    const notice: Notice = { event: `${key} ${stage}`, url, contentType: 'application/json', body }
    deliveries.push(...(await post(notice, switches, clock)))
  }
  return deliveries
}

function eventsOf({ direction, outcome }: Call): [key: string, stage: Stage][] {
  if (direction === 'outbound') {
    return [
      ['callback', 'active'],
      ['callback', 'terminal']
    ]
  }
  return [
    ['popup', 'active'],
    [outcome === 'missed' ? 'missedCall' : 'incomingCallHangup', 'terminal']
  ]
}

/** The payload of providers/exotel.md §7 with all its fields. A call takes no time here; its times say that it did. */
export function callEvent(call: Call, stage: Stage): Record<string, unknown> {
  const user = sandboxUsers.find(one => one.AppUserId === call.userId)
  const virtualNumber = user?.VirtualNumber ?? ''
  const agentNumber = user?.AgentNumber ?? ''
  const isOutbound = call.direction === 'outbound'
  const isOver = stage === 'terminal'
  const wasTalk = isOver && call.outcome === 'completed'
  const endedAtMs = call.startedAtMs + (call.outcome === 'completed' ? talkMs : 0)
  const updatedAtMs = isOver ? endedAtMs : call.startedAtMs
  return {
    CustomerId: sandboxAccount.customerId,
    AppId: sandboxAccount.appId,
    CallSid: call.sid,
    ExotelAccountSid: sandboxAccount.accountSid,
    DialWhomNumber: isOutbound ? call.to : agentNumber,
    AppUserID: call.userId,
    VirtualNumber: virtualNumber,
    Direction: call.direction,
    CallStatus: isOver ? 'free' : 'busy',
    CallState: stage,
    ToNumber: call.to,
    FromNumber: call.from ?? (isOutbound ? agentNumber : '+12025550123'),
    TotalDuration: wasTalk ? talkMs / 1000 : 0,
    CallRecordings: null,
    AccountDomain: sandboxApp.ExotelDomain,
    TicketId: call.ticketId,
    CallDetail: null,
    StartTime: timeOf(call.startedAtMs),
    ...(isOutbound && { EndTime: isOver ? timeOf(endedAtMs) : '0001-01-01T00:00:00Z' }),
    CreatedAt: timeOf(call.startedAtMs),
    UpdatedAt: timeOf(updatedAtMs)
  }
}

/** As in the older samples of the documentation. */
function asOlder(event: Record<string, unknown>): Record<string, unknown> {
  return {
    ...event,
    Direction: event['Direction'] === 'inbound' ? 'incoming' : event['Direction'],
    CallState: event['CallState'] === 'active' ? '' : event['CallState'],
    TotalDuration: event['TotalDuration'] === 0 ? '' : String(event['TotalDuration']),
    AccountDomain: 'Mumbai'
  }
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}
