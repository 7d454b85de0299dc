// Exotel, integrations service, classic API v2 (flat paths, PascalCase fields, raw token).
// Source: Exotel's developer pages "App setting", "Create authentication token" and its SMS status codes, as summed up in providers/exotel.md §3–5, 8, 2026-11.
// Not tested against the live service; a failure envelope, an empty list and an unknown key were never seen.

import * as z from 'zod'

export const tokenPath = '/v2/integrations/token'
export const settingPath = '/v2/integrations/app_setting'
export const appPath = '/v2/integrations/app'
export const usersPath = '/v2/integrations/usermapping'

/** `Status` decides, beside the HTTP status. `RequestId` and `Code` are for people and repeat what is known. */
function success<T extends z.ZodType>(data: T) {
  return z.object({ Status: z.literal('Success'), Data: data })
}

/** The token is opaque; it travels in a header, so that it must be printable. */
export const tokenAnswer = success(z.string().regex(/^[\x21-\x7e]{1,4096}$/))

/** `Value` is always documented as a string; a switch that came as a boolean or a number would still be understood. */
export const wireSetting = z.object({
  Key: z.string().min(1),
  Value: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .optional()
    .transform(value => (value === null || value === undefined ? '' : String(value)))
})
export type WireSetting = { Key: string; Value: string }

export const listAnswer = success(z.array(wireSetting))

/** Only what is shown is taken: the answers also hold the app's secret, API key and token, and the users' SIP secrets. */
export const appAnswer = success(
  z.object({
    AppName: z.string(),
    AppID: z.string(),
    CustomerID: z.string().optional(),
    ExotelAccountSid: z.string(),
    ExotelDomain: z.string().optional(),
    IsActive: z.boolean().optional()
  })
)

/** The name of the paging value in the answer is not known: a page that is not full is the last. */
export const usersAnswer = success(
  z.object({
    Users: z.array(
      z.object({
        AppUserId: z.string(),
        AppUsername: z.string().nullish(),
        Email: z.string().nullish(),
        AgentNumber: z.string().nullish(),
        VirtualNumber: z.string().nullish(),
        IsActive: z.boolean().optional()
      })
    )
  })
)

/** The documentation's own sample echoes another key than was sent: nothing is read from it. */
export const doneAnswer = z.object({ Status: z.literal('Success') })

/** `Error` is text, or a text that is JSON (seen at outbound_call); `Data` may be null, "" or absent. */
export const failureAnswer = z.object({
  Status: z.literal('Failed'),
  Error: z.unknown().optional()
})

/** The JSON inside `Error`. */
export const errorDocument = z.object({
  response: z.object({
    error_data: z.object({ message: z.string().optional(), description: z.string().nullable().optional() })
  })
})

export type SmsOutcome = 'pending' | 'delivered' | 'failed' | 'blocked-dnd'

/** DetailedStatusCode by number; Exotel's two lists differ in some names, never in what a number means. */
const smsCodes: Record<SmsOutcome, Record<string, string>> = {
  pending: { 21010: 'PENDING_TO_OPERATOR', 21015: 'SENDING_TO_OPERATOR', 21020: 'PENDING_ON_OPERATOR' },
  delivered: { 20005: 'DELIVERED_TO_HANDSET', 20006: 'DELIVERED_TO_OPERATOR' },
  failed: {
    23010: 'FAILED_INVALID_NUMBER',
    23015: 'FAILED_SPAM_DETECTED',
    23020: 'FAILED_BLACKLISTED',
    23030: 'FAILED_UNAVAILABLE_ROUTE',
    23035: 'FAILED_SUBSCRIBER_UNAVAILABLE',
    23060: 'FAILED_REJECTED',
    23072: 'FAILED_INVALID_SENDER',
    24010: 'FAILED_SYSTEM_ERROR',
    24105: 'FAILED_HANDSET_ERROR',
    24110: 'FAILED_OPERATOR_ERROR',
    24120: 'FAILED_SUBSCRIBER_ERROR',
    24990: 'FAILED_UNKNOWN_ERROR',
    23080: 'SENDER_BLOCKED_BY_DLT',
    23081: 'ENTITY_BLOCKED_BY_DLT',
    23281: 'DLT_ENTITY_NOT_FOUND',
    23082: 'TEMPLATE_BLOCKED_BY_DLT',
    23181: 'DLT_TEMPLATE_ID_INVALID',
    23182: 'DLT_TEMPLATE_NOT_FOUND',
    23183: 'DLT_TEMPLATE_ID_INACTIVE',
    23184: 'DLT_TEMPLATE_ID_BLACKLISTED',
    23185: 'DLT_TEMPLATE_DOES_NOT_MATCH',
    23186: 'DLT_LENGTH_EXCEEDED',
    23083: 'FAILED_DLT_SCRUBBING_ERROR',
    23084: 'FAILED_DLT_CONSENT_ERROR'
  },
  'blocked-dnd': { 23005: 'FAILED_DND' }
}

/** What a status code of an SMS means; undefined for one that is not in the list. */
export function meaningOfSmsCode(code: string): { outcome: SmsOutcome; name: string } | undefined {
  for (const outcome of ['pending', 'delivered', 'failed', 'blocked-dnd'] as const) {
    const name = Object.hasOwn(smsCodes[outcome], code) ? smsCodes[outcome][code] : undefined
    if (name !== undefined) return { outcome, name }
  }
  return undefined
}
