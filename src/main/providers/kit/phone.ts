import * as z from 'zod'

const e164 = /^\+[1-9]\d{6,14}$/

/** A telephone number in E.164 form: `+`, the country code, the number, without spaces. */
export const phoneNumber = z
  .string('is required')
  .regex(e164, 'must be a number with its country code, such as +12025550123')

/** The number without the spaces, dots, dashes and brackets that people put into it; other text is only trimmed. */
export function normalisePhone(text: string): string {
  const bare = text.replaceAll(/[\s().-]/g, '')
  return e164.test(bare) ? bare : text.trim()
}
