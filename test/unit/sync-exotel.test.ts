import { expect, test } from 'vitest'
import { Fault } from '#shared/faults.ts'
import type { Settings } from '#shared/model/field.ts'
import { exotel } from '../../src/main/providers/exotel/index.ts'
import { checkEdit, checkNew } from '../../src/main/sync/validate.ts'

const kind = Object.values(exotel.kinds)[0]

function refusal(settings: Settings, edited?: string[]): unknown {
  if (!kind) throw new Error('Exotel has no kind')
  try {
    if (edited) checkEdit(kind, settings, { edited, existsThere: true })
    else checkNew(kind, settings)
    return undefined
  } catch (error) {
    if (error instanceof Fault) return [error.code, error.detail.field, error.message]
    throw error
  }
}

test.each<[Settings, unknown]>([
  [{ key: 'callback', value: 'https://a.test/in' }, undefined],
  [{ key: 'crmTheme', value: 'blue' }, undefined],
  [
    { key: 'callback', value: 'nowhere' },
    ['invalid-input', 'value', 'Web address must be a web address that starts with http:// or https://.']
  ],
  [
    { key: 'streaming', value: 'https://a.test' },
    ['invalid-input', 'value', 'WebSocket address must be an address that starts with wss://.']
  ],
  [{ key: 'record', value: 'maybe' }, ['invalid-input', 'value', 'Recording must be true or false.']],
  [{ key: 'crmTheme', value: '' }, ['invalid-input', 'value', 'Value must not be empty.']],
  [{ key: 'crmTheme' }, ['invalid-input', 'value', 'Value is required.']],
  [{ value: 'blue' }, ['invalid-input', 'key', 'Key is required.']],
  [{ key: 'crmTheme', value: 'blue', more: 'x' }, ['invalid-input', 'more', '“more” is not a setting of App setting.']]
])('a new app setting %j', (settings, expected) => {
  expect(refusal(settings)).toEqual(expected)
})

test('the variant of the form decides what an edit may be', () => {
  expect(refusal({ key: 'record', value: 'yes' }, ['value'])).toEqual([
    'invalid-input',
    'value',
    'Recording must be true or false.'
  ])
  expect(refusal({ key: 'other', value: 'yes' }, ['value'])).toBeUndefined()
  expect(refusal({ key: 'other', value: 'yes' }, ['key'])).toMatchObject([
    'invalid-input',
    'key',
    expect.stringMatching(/cannot change/)
  ])
})
