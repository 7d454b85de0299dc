// JFramework, protocol API v1: the test message, sent with the user name, password and number of one integration.
// Source: JFramework's page "Send SMS test message" and the vendor's SDK jfw-js 6.9.3, as summed up in providers/jframework.md §2, 2026-11.
// Not tested against the live service.

import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { field, formOf } from '#shared/fields.ts'
import type { ActionCard } from '#shared/model/provider.ts'
import { normalisePhone, phoneNumber } from '../kit/phone.ts'
import type { ReadRetry } from '../kit/read-retry.ts'
import type { Redaction } from '../kit/redaction.ts'
import type { Keyed, Keys } from './keys.ts'
import { toSettings } from './map.ts'
import { oneAnswer, testAnswer, testMessagePath } from './wire.ts'

const usualText = 'This is a test message from Plugboard.'

const values = z.object({
  to: field(z.string('is required').transform(normalisePhone).pipe(phoneNumber), {
    label: 'To',
    help: 'The number that gets the message, with its country code.',
    example: '+12025550123',
    input: 'phone'
  }),
  message: field(z.string().max(1600, 'must have at most 1600 characters'), {
    label: 'Text',
    help: `What it says; without it: “${usualText}”`
  }).optional()
})

export const testMessageCard: ActionCard = {
  id: 'test-message',
  label: 'Send a test message',
  help: 'JFramework sends one SMS through the service, with the user name, the number and the password of this integration.',
  fields: formOf(values).fields,
  confirm: 'This sends a real SMS, which may cost.'
}

/**
 * Sends one test message. The integration is read first, which also proves the key: the message itself goes out once,
 * whatever the answer. in: the password from the vault; what JFramework echoes may be masked.
 */
export function createTestMessage(of: { keys: Keys; keyed: Keyed; redaction: Redaction; retryRead: ReadRetry }) {
  return async (path: string, given: Record<string, string>, password: string | undefined): Promise<string> => {
    const { to, message } = parse(given)
    if (password === undefined || password === '') throw noPassword()
    of.redaction.hide(password)
    const read = { intent: 'read', method: 'GET', path, answer: oneAnswer } as const
    const { key, wire } = await of.retryRead(() =>
      of.keys.run(async key => ({ key, wire: (await of.keyed(read, key)).data }))
    )
    const { appIntegrationId, username, phoneNumber: from } = toSettings(wire)
    if (typeof appIntegrationId !== 'string') {
      throw new Fault('unsupported', { message: 'JFramework does not say which service this integration is of' })
    }
    await of.keyed(
      {
        intent: 'write',
        method: 'POST',
        path: testMessagePath(appIntegrationId),
        json: { username, password, phoneNumberFrom: from, phoneNumberTo: to, message: message || usualText },
        answer: testAnswer
      },
      key
    )
    return `JFramework took the test message to ${to}`
  }
}

function parse(given: Record<string, string>) {
  const parsed = values.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const name = String(issue?.path[0] ?? '')
  const label = testMessageCard.fields.find(card => card.name === name)?.label ?? name
  throw new Fault('invalid-input', { message: `${label} ${issue?.message ?? 'is not valid'}`, field: name })
}

function noPassword(): Fault {
  return new Fault('secret-missing', {
    message: 'The password of this integration is not in the vault',
    advice: 'Enter it in the integration and apply that; then send the test message.',
    field: 'password'
  })
}
