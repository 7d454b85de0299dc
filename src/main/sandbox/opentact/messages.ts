import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { post, type Delivery, type Notice } from '../kit/deliveries.ts'
import { plantedPerson, shownAccount } from './account.ts'
import type { OpentactState, Profile } from './state.ts'
import type { Switches } from './switches.ts'

export type Sms = {
  uuid: string
  direction: 'inbound' | 'outbound'
  state: string
  from: string
  to: string
  message: string
  customUrl: string | null
  profile: Profile | undefined
  atMs: number
}

/** Makes an SMS of one of the account's numbers. Nothing is sent to anybody. */
export function makeSms(
  state: OpentactState,
  order: Pick<Sms, 'direction' | 'from' | 'to' | 'message'> & { state: string; customUrl?: string | null },
  nowMs: number
): Sms {
  const own = order.direction === 'outbound' ? order.from : order.to
  const lease = state.leases.find(one => String(one.tn) === own.replaceAll(/\D/g, ''))
  const profile = state.profiles.find(one => one.uuid === lease?.profile)
  return { customUrl: null, ...order, uuid: randomUUID(), profile, atMs: nowMs }
}

/**
 * Posts the SMS to the address given with it, else to that of the profile of its number; if that does not answer 2xx, once
 * to the profile's second address. out: every try.
 */
export async function tellAbout(sms: Sms, switches: Switches, clock: Clock): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  const first = sms.customUrl ?? sms.profile?.callback_url
  for (const url of [first, sms.profile?.callback_url2]) {
    if (!url) continue
    const tries = await post(noticeOf(sms, url, switches), { ...switches, callbackRetryDelaysMs: [] }, clock)
    deliveries.push(...tries)
    if (tries.some(({ status }) => status !== null && status >= 200 && status < 300)) break
  }
  return deliveries
}

function noticeOf(sms: Sms, url: string, { callbackShape }: Switches): Notice {
  const body = callbackShape === 'flat' ? shownSms(sms) : telnyxEvent(sms, url)
  return { event: `sms ${sms.state}`, url, contentType: 'application/json', body: JSON.stringify(body) }
}

/** The entity of providers/opentact.md §7, with the people that come along. */
export function shownSms(sms: Sms): Record<string, unknown> {
  const at = new Date(sms.atMs).toISOString()
  const own = sms.direction === 'outbound' ? sms.from : sms.to
  return {
    uuid: sms.uuid,
    type: sms.direction === 'outbound' ? 'smso' : 'smsi',
    state: sms.state,
    from: sms.from,
    to: sms.to,
    message: sms.message,
    thread: createHash('md5')
      .update([sms.from, sms.to].sort((one, other) => one.localeCompare(other)).join())
      .digest('hex'),
    reference_id: null,
    delivered: sms.state === 'sent',
    automated: false,
    custom_callback_url: sms.customUrl,
    tn: { tn: Number(own.replaceAll(/\D/g, '')) },
    account: shownAccount,
    created_by: plantedPerson,
    created_on: at,
    modified_on: at
  }
}

/** The event of the official page, which is that of another service under a new name. */
function telnyxEvent(sms: Sms, url: string): Record<string, unknown> {
  const at = new Date(sms.atMs).toISOString()
  const isInbound = sms.direction === 'inbound'
  const sides = { sent: 'delivered', failed: 'delivery_failed' } as const
  const status = isInbound ? 'webhook_delivered' : sms.state === 'failed' ? sides.failed : sides.sent
  const person = { carrier: 'Sandbox Mobile', line_type: 'Wireless' }
  return {
    data: {
      record_type: 'event',
      id: randomUUID(),
      event_type: isInbound ? 'message.received' : 'message.finalized',
      occurred_at: at,
      payload: {
        record_type: 'message',
        direction: sms.direction,
        id: sms.uuid,
        type: 'SMS',
        messaging_profile_id: sms.profile?.uuid ?? null,
        from: { phone_number: sms.from, ...person },
        to: [{ phone_number: sms.to, ...person, status }],
        text: sms.message,
        webhook_url: url,
        encoding: 'GSM-7',
        parts: 1,
        errors: [],
        [isInbound ? 'received_at' : 'completed_at']: at
      }
    },
    meta: { attempt: 1, delivered_to: url }
  }
}
