// OpenTACT, REST API (`/rest`): messaging profiles and the numbers leased for them.
// Source: the reference page "Messaging Profile" and OpenTACT's documentation of 2020 and 2022–24, as summed up in providers/opentact.md §1–6, 2026-11.
// Not tested against the live service; the form of a list, the sub-path of leases and what a delete answers were never seen: all known forms are taken.

import * as z from 'zod'

export const loginPath = '/rest/auth'
export const profilesPath = '/rest/profile/messaging'
export const leasesPath = '/rest/lease/tn'

/** What comes below a profile for its leases: `tnlease` at its sibling resources; the reference page has lost the word. */
export const leaseWords = ['tnlease', 'leases', 'lease'] as const

export function profilePath(uuid: string): string {
  return `${profilesPath}/${encodeURIComponent(uuid)}`
}

export function leasePath(uuid: string): string {
  return `${leasesPath}/${encodeURIComponent(uuid)}`
}

/** `success` decides, beside the HTTP status; `status` in the body may be 0 for anything. */
function success<T extends z.ZodType>(payload: T) {
  return z.object({ success: z.literal(true), payload })
}

/** A JWT; it travels in a header, so that it must be printable. Nothing else of the person is read. */
export const loginAnswer = success(z.object({ token: z.string().regex(/^[\x21-\x7e]{1,4096}$/) }))

const url = z.string().nullish()
const weight = z.number().nullish()
const flag = z.boolean().nullish()
const time = z.string().nullish()

/**
 * One profile. The reference page spells `tollfree_weight` in its answer and `toll_free_weight` in its request, and has put
 * the words for `callback_url2` beside `number_pool_enable`, which is a boolean in its answer.
 */
export const wireProfile = z.object({
  uuid: z.string().min(1),
  name: z.string().nullish(),
  callback_url: url,
  callback_url2: url,
  number_pool_enable: flag,
  long_code_weight: weight,
  tollfree_weight: weight,
  toll_free_weight: weight,
  skip_unhealthy_tns: flag,
  sticky_sender: flag,
  created_on: time,
  modified_on: time
})
export type WireProfile = z.infer<typeof wireProfile>

export const profileAnswer = success(wireProfile)

/** Done, whatever it tells about it. */
export const doneAnswer = z.object({ success: z.literal(true) })

/** The removed profile comes along, or nothing at all (204). */
export const removedAnswer = doneAnswer.optional()

/** A bare array, as of numbers, or a page with `skip` and `take`, as of searches. */
function listOf<T extends z.ZodType>(item: T) {
  return success(z.union([z.array(item), z.object({ total: z.int().min(0), data: z.array(item) })]))
}

export const profilesAnswer = listOf(wireProfile)

/** A number is an integer without a plus, in an object of its own or plain. */
const wireNumber = z.union([z.number(), z.string()])

export const wireLease = z.object({
  uuid: z.string().min(1),
  tn: z.union([wireNumber, z.object({ tn: wireNumber })]),
  messaging_profile: z.object({ uuid: z.string().nullish(), name: z.string().nullish() }).nullish(),
  autorenew: flag,
  expired_on: time
})
export type WireLease = z.infer<typeof wireLease>

export const leasesAnswer = listOf(wireLease)

/** `fields` has its keys as `params.<field>`; the values in it are what was sent. */
export const failureAnswer = z.object({
  success: z.literal(false),
  message: z.unknown().optional(),
  fields: z
    .record(z.string(), z.object({ message: z.unknown().optional() }))
    .nullish()
    .catch(null)
})

/**
 * The answer without the people in it: who owns, made and changed a profile comes along with e-mail, telephone, date of
 * birth, password and token. None of that is of use here. Other text stays as it is.
 */
export function withoutPeople(text: string): string {
  if (!/"(?:account|created_by|modified_by)"/.test(text)) return text
  try {
    return JSON.stringify(JSON.parse(text, (name, value: unknown) => (isPerson(name) ? undefined : value)))
  } catch {
    // Half a document: it is never quoted.
    return text
  }
}

export function isPerson(name: string): boolean {
  return name === 'account' || name === 'created_by' || name === 'modified_by'
}
