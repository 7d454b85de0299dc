import { createHash, createHmac, randomBytes } from 'node:crypto'
import * as z from 'zod'
import type { Notice } from './deliveries.ts'

/** What the simulated Twilio can be told to post, and how it may go wrong. */
export const twilioEventSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  event: z.enum(['inbound', 'delivered', 'undelivered', 'json']).default('inbound'),
  from: z.string().default('+14155550100'),
  to: z.string().default('+14155550199'),
  body: z.string().default('Hello from the sandbox'),
  errorCode: z.string().optional(),
  /** The address that is signed, where it shall be another one than the one that is called. */
  signedUrl: z.string().optional(),
  signature: z.enum(['right', 'none', 'other-key', 'flipped']).default('right'),
  /** A parameter that is sent and not signed. */
  extra: z.string().optional()
})

export type TwilioEvent = z.infer<typeof twilioEventSchema>

/** The request that Twilio would post, signed with the Auth Token. `json` goes with the hash of its body in the URL. */
export function twilioNotice(event: TwilioEvent, authToken: string): Notice {
  const sid = `SM${randomBytes(16).toString('hex')}`
  if (event.event === 'json') return jsonNotice(event, { sid, authToken })
  const params: Record<string, string> = event.event === 'inbound' ? inbound(event, sid) : status(event, sid)
  const signed = event.signedUrl ?? event.url
  const text = Object.keys(params)
    .sort()
    .map(name => name + params[name])
    .join('')
  if (event.extra !== undefined) params['Extra'] = event.extra
  return {
    event: `twilio-${event.event}`,
    url: event.url,
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
    body: new URLSearchParams(params).toString(),
    headers: signatureHeader(event, hmac(authToken, signed + text, event))
  }
}

function jsonNotice(event: TwilioEvent, { sid, authToken }: { sid: string; authToken: string }): Notice {
  const body = JSON.stringify({ MessageSid: sid, From: event.from, To: event.to, Body: event.body })
  const withHash = (text: string) => {
    const url = new URL(text)
    url.searchParams.set('bodySHA256', createHash('sha256').update(body).digest('hex'))
    return url.href
  }
  const signed = withHash(event.signedUrl ?? event.url)
  return {
    event: 'twilio-json',
    url: withHash(event.url),
    contentType: 'application/json',
    body: event.extra === undefined ? body : `${body} `,
    headers: signatureHeader(event, hmac(authToken, signed, event))
  }
}

function hmac(authToken: string, text: string, { signature }: TwilioEvent): string {
  const key = signature === 'other-key' ? `${authToken}x` : authToken
  const digest = createHmac('sha1', key).update(text).digest()
  if (signature === 'flipped') digest[0] = (digest[0] ?? 0) ^ 1
  return digest.toString('base64')
}

function signatureHeader({ signature }: TwilioEvent, value: string): Record<string, string> {
  return signature === 'none' ? {} : { 'x-twilio-signature': value }
}

const accountSid = `AC${'5'.repeat(32)}`

function inbound({ from, to, body }: TwilioEvent, sid: string): Record<string, string> {
  return {
    MessageSid: sid,
    SmsSid: sid,
    SmsMessageSid: sid,
    AccountSid: accountSid,
    From: from,
    To: to,
    Body: body,
    NumMedia: '0',
    NumSegments: '1',
    SmsStatus: 'received',
    ApiVersion: '2010-04-01',
    FromCity: '',
    FromState: 'CA',
    FromZip: '',
    FromCountry: 'US',
    ToCity: 'SAN FRANCISCO',
    ToState: 'CA',
    ToZip: '94105',
    ToCountry: 'US',
    ReferralNumMedia: '0'
  }
}

function status({ event, from, to, errorCode }: TwilioEvent, sid: string): Record<string, string> {
  const code = errorCode ?? (event === 'undelivered' ? '30003' : undefined)
  return {
    MessageSid: sid,
    SmsSid: sid,
    MessageStatus: event,
    SmsStatus: event,
    To: to,
    From: from,
    AccountSid: accountSid,
    ApiVersion: '2010-04-01',
    ...(code !== undefined && { ErrorCode: code })
  }
}
