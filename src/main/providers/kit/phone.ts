import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import type { PhoneNumber } from 'libphonenumber-js/max'
import * as z from 'zod'

const e164 = /^\+[1-9]\d{6,14}$/

/**
 * A telephone number with its country code, in E.164 form or with the spaces, dots, dashes and brackets that people put
 * into it. It has to be possible: a country that exists and as many digits as its numbers have. That it is in use, or
 * could be, is not asked here: see `phoneWarning`.
 */
export const phoneNumber = z
  .string('is required')
  .refine(text => isPossible(bareOf(text)), 'must be a number with its country code, such as +12025550123')

/**
 * The number in E.164 form, where only separators stand between its digits; other text is only trimmed. Digits are never
 * added or left out: `+44 (0)20 …` is not made equal to `+44 20 …`.
 */
export function normalisePhone(text: string): string {
  const bare = bareOf(text)
  // In E.164 form already there are no separators to take out, whatever the number is.
  return e164.test(text) || isPossible(bare) ? bare : text.trim()
}

/** What is odd about a number that is possible; undefined where nothing is, or where it is no number at all. */
export function phoneWarning(text: string): string | undefined {
  const number = parsed(bareOf(text))
  if (!number?.isPossible() || number.isValid()) return undefined
  return `${number.number} has the right length, but no number of its country begins like that. Check its digits.`
}

function isPossible(bare: string): boolean {
  // A trunk prefix that the library would take out of the number is refused: what is sent is what stands here.
  const number = parsed(bare)
  return number?.number === bare && number.isPossible()
}

function parsed(bare: string): PhoneNumber | undefined {
  return e164.test(bare) ? parsePhoneNumberFromString(bare, { extract: false }) : undefined
}

function bareOf(text: string): string {
  return text.replaceAll(/[\s().-]/g, '')
}
