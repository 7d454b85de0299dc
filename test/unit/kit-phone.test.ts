import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { normalisePhone, phoneNumber, phoneWarning } from '../../src/main/providers/kit/phone.ts'

test.each([
  ['+12025550123', 'reserved for stories, in the United States'],
  ['+14155550199', 'of the simulators'],
  ['+919812345678', 'a mobile number in India'],
  ['+442079460173', 'reserved for stories, in London'],
  ['+390612345678', 'in Rome, where the zero belongs to the number'],
  ['+15005550006', 'a test number of Twilio’s'],
  ['+1 (202) 555-0123', 'as people write it'],
  ['+49 30 123456', 'short, in Berlin']
])('%s is taken: %s', number => {
  expect(phoneNumber.safeParse(number).success).toBe(true)
  expect(phoneWarning(number)).toBeUndefined()
})

test.each([
  ['+1555', 'too short'],
  ['+120255501234', 'one digit too many'],
  ['+999123456789', 'no such country'],
  ['2025550123', 'without its country code'],
  ['0012025550123', 'with zeros for the plus'],
  ['+44 (0)20 7183 8750', 'with a zero that is not part of it'],
  ['+1 800 FLOWERS', 'letters'],
  ['+12025550123 ext. 5', 'an extension'],
  ['', 'nothing']
])('%s is refused: %s', number => {
  const parsed = phoneNumber.safeParse(number)
  expect(parsed.error?.issues[0]?.message).toBe('must be a number with its country code, such as +12025550123')
})

test('a number that is possible and cannot be in use is taken, with a warning that names it', () => {
  expect(phoneNumber.safeParse('+1 555 555 5555').success).toBe(true)
  expect(phoneWarning('+1 555 555 5555')).toContain('+15555555555')
  expect(phoneWarning('not a number')).toBeUndefined()
})

test('separators make no difference; digits, extensions and words do', () => {
  expect(normalisePhone(' +1 (202) 555-0123 ')).toBe('+12025550123')
  expect(normalisePhone('+1.202.555.0123')).toBe('+12025550123')
  expect(normalisePhone(' +44 (0)20 7183 8750 ')).toBe('+44 (0)20 7183 8750')
  expect(normalisePhone('+1 202 555 0123 ext. 5')).toBe('+1 202 555 0123 ext. 5')
  expect(normalisePhone(' a sender ')).toBe('a sender')
})

const numbers = fc.constantFrom('+12025550123', '+919812345678', '+442079460173', '+15555555555', '+1555', '+99912')
const separated = fc
  .tuple(numbers, fc.array(fc.constantFrom('', ' ', '-', '.', '(', ')', '  '), { minLength: 14, maxLength: 14 }))
  .map(([number, between]) => Array.from(number, (char, index) => char + (between[index] ?? '')).join(''))
const texts = fc.oneof(
  separated,
  fc.string(),
  fc.string({ unit: 'grapheme' }),
  fc.stringMatching(/^[+()\d .x-]{0,20}$/)
)

/** Checks the law on many texts. */
function holds(check: (text: string) => void): void {
  fc.assert(
    fc.property(texts, text => {
      check(text)
    })
  )
}

test('law: normalising twice is normalising once', () => {
  holds(text => expect(normalisePhone(normalisePhone(text))).toBe(normalisePhone(text)))
})

test('law: what becomes equal differs in separators alone', () => {
  const withoutSeparators = (text: string) => text.replaceAll(/[\s().-]/g, '')
  holds(text => expect(withoutSeparators(normalisePhone(text))).toBe(withoutSeparators(text)))
})

test('law: what is taken is sent in E.164 form', () => {
  holds(text => {
    fc.pre(phoneNumber.safeParse(text).success)
    expect(normalisePhone(text)).toMatch(/^\+[1-9]\d{6,14}$/)
  })
})
