import { randomBytes } from 'node:crypto'
import type { Notice } from '../kit/deliveries.ts'
import type { Switches } from './switches.ts'

export type SmsOrder = {
  url: string
  to: string
  status: 'sent' | 'failed' | 'failed_dnd'
  detailedStatusCode?: number
  customField?: string
}

/** The code that stands for each end state. */
const usualCode = { sent: 20005, failed: 23035, failed_dnd: 23005 } as const

/** The 2xxxx set of providers/exotel.md §8; names of codes that the two lists name differently are of the older one. */
const detailNames: Record<number, string> = {
  20005: 'DELIVERED_TO_HANDSET',
  20006: 'DELIVERED_TO_OPERATOR',
  23005: 'FAILED_DND',
  23010: 'FAILED_INVALID_NUMBER',
  23015: 'FAILED_SPAM_DETECTED',
  23020: 'FAILED_BLACKLISTED',
  23030: 'FAILED_UNAVAILABLE_ROUTE',
  23035: 'FAILED_SUBSCRIBER_UNAVAILABLE',
  23060: 'FAILED_REJECTED',
  23072: 'FAILED_INVALID_SENDER',
  23080: 'SENDER_BLOCKED_BY_DLT',
  23081: 'ENTITY_BLOCKED_BY_DLT',
  23082: 'TEMPLATE_BLOCKED_BY_DLT',
  23083: 'FAILED_DLT_SCRUBBING_ERROR',
  23084: 'FAILED_DLT_CONSENT_ERROR',
  23181: 'DLT_TEMPLATE_ID_INVALID',
  23182: 'DLT_TEMPLATE_NOT_FOUND',
  23183: 'DLT_TEMPLATE_ID_INACTIVE',
  23184: 'DLT_TEMPLATE_ID_BLACKLISTED',
  23185: 'DLT_TEMPLATE_DOES_NOT_MATCH',
  23186: 'DLT_LENGTH_EXCEEDED',
  23281: 'DLT_ENTITY_NOT_FOUND',
  24010: 'FAILED_SYSTEM_ERROR',
  24105: 'FAILED_HANDSET_ERROR',
  24110: 'FAILED_OPERATOR_ERROR',
  24120: 'FAILED_SUBSCRIBER_ERROR',
  24990: 'FAILED_UNKNOWN_ERROR'
}

/** The form that tells about a message that reached its end. out: its id and what to post. */
export function smsNotice(order: SmsOrder, nowMs: number, { smsForm }: Switches): { smsSid: string; notice: Notice } {
  const smsSid = randomBytes(16).toString('hex')
  const code = order.detailedStatusCode ?? usualCode[order.status]
  const at = new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')
  const full = {
    SmsSid: smsSid,
    To: order.to,
    Status: order.status,
    SmsUnits: '1',
    DetailedStatus: detailNames[code] ?? 'UNKNOWN',
    DetailedStatusCode: String(code),
    DateSent: at,
    ...(order.customField !== undefined && { CustomField: order.customField })
  }
  const short = { SmsSid: smsSid, Status: order.status.replace('_', '-'), DateUpdated: at }
  const of = { event: 'sms-status', url: order.url }
  if (smsForm === 'json') {
    const body = JSON.stringify({ ...full, SmsUnits: 1, DetailedStatusCode: code })
    return { smsSid, notice: { ...of, contentType: 'application/json', body } }
  }
  const body = new URLSearchParams(smsForm === 'short' ? short : full).toString()
  return { smsSid, notice: { ...of, contentType: 'application/x-www-form-urlencoded', body } }
}
