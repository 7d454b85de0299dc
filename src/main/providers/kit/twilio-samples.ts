import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Sample } from '../contract.ts'
import { fillSample } from './sample.ts'
import { signTwilio } from './twilio-signature.ts'

/** Left empty, a field takes its example. */
const phone = z
  .string()
  .regex(/^\+?\d{3,15}$/)
  .optional()
const text = z.string().optional()

const toField = field(phone, { label: 'To', help: 'The receiver’s number.', example: '+14155550199', input: 'phone' })
const fromField = field(phone, { label: 'From', help: 'The sender’s number.', example: '+14155550100', input: 'phone' })

const inboundFields = z.object({
  from: fromField,
  to: toField,
  body: field(text, { label: 'Text', help: 'What the message says.', example: 'Hello, wörld' })
})
const statusFields = z.object({ from: fromField, to: toField })
const failedFields = z.object({
  ...statusFields.shape,
  errorCode: field(text, { label: 'Error code', help: 'Twilio’s number for what went wrong.', example: '30003' })
})

type Values = Record<string, string>

const kinds = [
  {
    id: 'inbound-sms',
    label: 'SMS came in',
    help: 'Posted to the webhook of a Twilio number when somebody texts it.',
    schema: inboundFields,
    params: inboundParams
  },
  {
    id: 'status-delivered',
    label: 'SMS delivered',
    help: 'Posted to the status callback of a message that arrived.',
    schema: statusFields,
    params: (values: Values) => statusParams('delivered', values)
  },
  {
    id: 'status-failed',
    label: 'SMS not delivered',
    help: 'Posted to the status callback of a message that did not arrive.',
    schema: failedFields,
    params: (values: Values) => ({
      ...statusParams('undelivered', values),
      ErrorCode: values['errorCode'] || '30003'
    })
  }
]

/** The cards of the samples that every Twilio dialect has. */
export const twilioSampleCards: ProviderCard['samples'] = kinds.map(({ id, label, help, schema }) => ({
  id,
  label,
  help,
  fields: formOf(schema).fields
}))

/** in: tokenOf: the Auth Token among the secrets, with which a sample is signed; without one it goes out unsigned. */
export function twilioSamples(tokenOf: (secrets: Record<string, string>) => string | undefined): Sample[] {
  return kinds.map(({ id, schema, params }) => {
    const { fields } = formOf(schema)
    return {
      id,
      build(values, _now, known) {
        const pairs = Object.entries(params(fillSample(fields, values)))
        const token = known && tokenOf(known.secrets)
        return {
          method: 'POST',
          headers: [
            ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'],
            ['User-Agent', 'TwilioProxy/1.1'],
            ...(known && token !== undefined ? [signatureHeader(signTwilio(token, known.url, pairs))] : [])
          ],
          body: new URLSearchParams(pairs).toString()
        }
      }
    }
  })
}

function signatureHeader(signature: string): [string, string] {
  return ['X-Twilio-Signature', signature]
}

function inboundParams(values: Values): Record<string, string> {
  const sid = newSid()
  return {
    ToCountry: 'US',
    ToState: 'CA',
    SmsMessageSid: sid,
    NumMedia: '0',
    ToCity: '',
    FromZip: '',
    SmsSid: sid,
    FromState: 'CA',
    SmsStatus: 'received',
    FromCity: '',
    Body: values['body'] ?? '',
    FromCountry: 'US',
    To: values['to'] ?? '',
    ToZip: '',
    NumSegments: '1',
    ReferralNumMedia: '0',
    MessageSid: sid,
    AccountSid: sampleAccount,
    From: values['from'] ?? '',
    ApiVersion: '2010-04-01'
  }
}

function statusParams(status: string, values: Values): Record<string, string> {
  const sid = newSid()
  return {
    SmsSid: sid,
    SmsStatus: status,
    MessageStatus: status,
    To: values['to'] ?? '',
    MessageSid: sid,
    AccountSid: sampleAccount,
    From: values['from'] ?? '',
    ApiVersion: '2010-04-01'
  }
}

const sampleAccount = `AC${'0'.repeat(32)}`

/** SM and 32 hexadecimal digits, as Twilio's message ids are. */
function newSid(): string {
  return `SM${crypto.randomUUID().replaceAll('-', '')}`
}
