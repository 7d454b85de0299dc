// JFramework, protocol API v1: SMS app integrations.
// Source: the reference page "Update an app integration SMS", JFramework's developer pages and its own SDK jfw-js 6.9.3, as summed up in providers/jframework.md, 2026-11.
// Not tested against the live service; the answer to invalid fields and the not-found code of SMS integrations were never seen.

import * as z from 'zod'

export const smsPath = '/api/v1/app-integrations/sms'
export const servicesPath = '/api/v1/app-integrations'
export const loginPath = '/api/v1/users/auth'

/** A 2xx that is a failure: a feature of the brand's plan with JFramework is used up. */
export const limitStatus = 209

export function testMessagePath(serviceId: string): string {
  return `${servicesPath}/${encodeURIComponent(serviceId)}/sms/test`
}

/** `success` decides, beside the HTTP status. */
function success<T extends z.ZodType>(data: T) {
  return z.object({ success: z.literal(true), data })
}

const text = z.string().nullish()

/** Of the embedded service only the id and the name are read: the documentation's own sample holds a payment service. */
const wireService = z.object({ id: z.string().min(1), name: text })

/**
 * One integration as it is read. `password` comes in clear (or masked) and is dropped; `status` is documented as a name,
 * as a number and as both ("0 - Inactive"); absent properties may be null or left out.
 */
export const wireIntegration = z.object({
  id: z.string().min(1),
  appIntegration: wireService.nullish(),
  appIntegrationId: text,
  name: text,
  username: text,
  password: text,
  phoneNumber: text,
  description: text,
  status: z.union([z.string(), z.number()]).nullish(),
  isDefault: z.boolean().nullish(),
  createdDate: text
})
export type WireIntegration = z.infer<typeof wireIntegration>

/** The body of a create and of an update: always all of it. */
export type WireBody = {
  appIntegrationId: string
  name: string
  username: string
  password: string
  phoneNumber: string
  description: string | null
  status: string
  isDefault: boolean
}

export const listAnswer = success(z.array(wireIntegration))
export const oneAnswer = success(wireIntegration)

/** Deleting answers `true`; the documentation names 204 in general, which has no body. Sync reads it back either way. */
export const removedAnswer = z.union([success(z.literal(true)), z.undefined()])

export const testAnswer = success(z.literal(true))

export const servicesAnswer = success(
  z.array(wireService.extend({ type: text, description: text, domain: text, status: text }))
)

/** The key travels in a header, so that it must be printable. `expiresIn` is a date and not needed: a 401 says it too. */
export const loginAnswer = success(z.object({ authKey: z.string().regex(/^[\x21-\x7e]{1,4096}$/) }))

/** Entries of `errors` have `message` by the field table, `details` by another page. */
export const failureAnswer = z.object({
  success: z.literal(false),
  message: text,
  errors: z.array(z.object({ message: text, details: text })).nullish()
})

/** The other form that a .NET server may answer with: `application/problem+json`. */
export const problemAnswer = z.object({
  title: z.string(),
  status: z.number().optional(),
  detail: text,
  errors: z.record(z.string(), z.array(z.string())).nullish()
})
