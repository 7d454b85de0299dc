// Ocamba Hood, integrations API v1: the seven forms that an integration's settings have, one for each provider it sends through.
// Source: the reference page "Update integration" and what is summed up in providers/ocamba.md §3 and §5, 2026-11.
// Not tested against the live service: which settings are required (assumed: all but the reply-to address), and the providers' names but Twilio's.

import * as z from 'zod'
import { field } from '#shared/fields.ts'
import { phoneNumber } from '../kit/phone.ts'

const text = z.string('is required').trim().min(1, 'must not be empty').max(255, 'must have at most 255 characters')

const email = z.email('must be an e-mail address').max(255, 'must have at most 255 characters')

const domain = text.regex(
  /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i,
  'must be a domain name, such as mail.example.com'
)

const port = z
  .string('is required')
  .regex(/^\d{1,5}$/, 'must be a port number from 1 to 65535')
  .refine(value => Number(value) >= 1 && Number(value) <= 65_535, 'must be a port number from 1 to 65535')

const secretText = z
  .string('is required')
  .min(1, 'must not be empty')
  .max(1000, 'must have at most 1000 characters')
  .refine(value => !looksMasked(value), 'must be the value itself, not the stars that stand for it')

function secret(label: string, help: string) {
  return field(secretText, { label, help, secret: true, writeOnly: true })
}

const replyTo = field(email.optional(), {
  label: 'Reply-to address',
  help: 'Where answers to the e-mails go. Without it they go to the sender.',
  example: 'support@example.com',
  input: 'email'
})

function senderEmail(help: string) {
  return field(email, { label: 'Sender address', help, example: 'news@example.com', input: 'email' })
}

const senderName = field(text, {
  label: 'Sender name',
  help: 'The name that the receiver sees.',
  example: 'Example Shop'
})

/**
 * A provider that Ocamba sends through. `names`: what it may be called in Ocamba's list of providers, with any case and
 * separators; Ocamba's ids are looked up there, never known.
 */
export const shapes = {
  twilio_sms: {
    label: 'Twilio (SMS)',
    help: 'SMS through a Twilio account of yours.',
    type: 'sms',
    names: ['twilio', 'twilio_sms'],
    fields: {
      account_sid: field(text, {
        label: 'Account SID',
        help: 'From the Twilio console: AC and 32 hexadecimal digits. Check it well: Ocamba takes any text.',
        example: `AC${'0'.repeat(32)}`
      }),
      auth_token: secret('Auth token', 'From the Twilio console, below the Account SID. It is kept in the vault.'),
      default_phone_number: field(phoneNumber, {
        label: 'Phone number',
        help: 'The Twilio number that messages are sent from, with its country code.',
        example: '+14155552671',
        input: 'phone'
      })
    }
  },
  custom_email_provider: {
    label: 'Your own mail server (e-mail)',
    help: 'E-mail through an SMTP server of yours.',
    type: 'email',
    names: ['custom_email_provider', 'custom_email', 'custom', 'custom_smtp', 'smtp'],
    fields: {
      sending_domain: field(domain, {
        label: 'Mail server',
        help: 'The e-mail domain that messages are sent through.',
        example: 'mail.example.com'
      }),
      port: field(port, { label: 'Port', help: 'The SMTP port of the mail server, usually 587.', example: '587' }),
      username: field(text, {
        label: 'User name',
        help: 'The user of the mail server that sends the messages.',
        example: 'news@example.com'
      }),
      password: secret('Password', 'Of this user at the mail server. It is kept in the vault.'),
      default_sender_email: senderEmail('The address that e-mails come from.'),
      default_sender_name: senderName
    }
  },
  mandrill_email: {
    label: 'Mandrill (e-mail)',
    help: 'E-mail through a Mandrill account of yours.',
    type: 'email',
    names: ['mandrill', 'mandrill_email', 'mailchimp_transactional'],
    fields: {
      api_key: secret('API key', 'Of the Mandrill account. It is kept in the vault.'),
      smtp_username: field(text, {
        label: 'SMTP user name',
        help: 'The name that Mandrill shows beside its SMTP host.',
        example: 'exampleName'
      }),
      default_sender_email: senderEmail('The address that e-mails come from.'),
      default_sender_name: senderName,
      default_reply_to_email: replyTo
    }
  },
  sendgrid_email: {
    label: 'SendGrid (e-mail)',
    help: 'E-mail through a SendGrid account of yours.',
    type: 'email',
    names: ['sendgrid', 'sendgrid_email', 'twilio_sendgrid'],
    fields: {
      api_key: secret('API key', 'Of the SendGrid account; it begins with SG. It is kept in the vault.'),
      default_sender_email: senderEmail('It has to be a sender that the SendGrid account knows.'),
      default_sender_name: senderName,
      default_reply_to_email: replyTo
    }
  },
  mitto_sms: {
    label: 'Mitto (SMS)',
    help: 'SMS through Mitto. Ocamba keeps no key for it, only the sender.',
    type: 'sms',
    names: ['mitto', 'mitto_sms'],
    fields: { sender_name: senderName }
  },
  mailgun_email: {
    label: 'Mailgun (e-mail)',
    help: 'E-mail through a Mailgun account of yours.',
    type: 'email',
    names: ['mailgun', 'mailgun_email'],
    fields: {
      api_key: secret('API key', 'Of the Mailgun account. It is kept in the vault.'),
      domain: field(domain, {
        label: 'Domain',
        help: 'The domain of the Mailgun account.',
        example: 'mg.example.com'
      }),
      sender_email: senderEmail('The address that e-mails come from.'),
      sender_name: senderName
    }
  },
  telegram: {
    label: 'Telegram',
    help: 'Messages of a Telegram bot of yours.',
    type: 'telegram',
    names: ['telegram', 'telegram_bot'],
    fields: {
      auth_token: secret('Bot token', 'From BotFather: digits, a colon and letters. It is kept in the vault.'),
      chat_id: field(text.regex(/^(-?\d+|@\w+)$/, 'must be a number, or a channel such as @example'), {
        label: 'Chat ID',
        help: 'The chat that the bot writes to.',
        example: '8171131924'
      })
    }
  }
} satisfies Record<
  string,
  { label: string; help: string; type: string; names: string[]; fields: Record<string, z.ZodType> }
>

export type ShapeId = keyof typeof shapes

export const shapeIds = Object.keys(shapes) as ShapeId[]

export function isShapeId(id: unknown): id is ShapeId {
  return typeof id === 'string' && Object.hasOwn(shapes, id)
}

/** The names of a shape's settings, those that must be there, and those that are secret. */
export function namesOfShape(id: ShapeId): { all: string[]; required: string[]; secret: string[] } {
  const fields: [string, z.ZodType][] = Object.entries(shapes[id].fields)
  const of = (holds: (schema: z.ZodType) => boolean) => fields.flatMap(([name, schema]) => (holds(schema) ? name : []))
  return {
    all: of(() => true),
    required: of(schema => !schema.safeParse(undefined).success),
    secret: of(schema => schema.meta()?.['secret'] === true)
  }
}

export function labelOfSetting(id: ShapeId, name: string): string {
  const fields: Record<string, z.ZodType> = shapes[id].fields
  const label = fields[name]?.meta()?.['label']
  return typeof label === 'string' ? label : name
}

/** Stars, dots or crosses where a value should be: it says nothing of the value. */
export function looksMasked(value: string): boolean {
  return /[*•●∙]{3,}|^[xX]{6,}|^\.{6,}/.test(value)
}

/** Which of the seven it is, by what Ocamba says of it; undefined for a provider that is not known here. */
export function shapeOf(provider: {
  name?: string | undefined
  type?: string | undefined
  settings?: { name: string }[] | null | undefined
}): ShapeId | undefined {
  const [name, type] = [wordOf(provider.name), wordOf(provider.type)]
  const byName = shapeIds.find(id => {
    const names: string[] = shapes[id].names
    return names.includes(name) && isType(id, type, name)
  })
  if (byName !== undefined) return byName
  const own = (provider.settings ?? []).map(setting => setting.name).sort()
  const alike = shapeIds.filter(id => isType(id, type, name) && namesOfShape(id).all.sort().join() === own.join())
  return alike.length === 1 ? alike[0] : undefined
}

/** How a provider is called that is none of the seven. */
export function strangerName(provider: { name?: string | undefined; type?: string | undefined }): string {
  return [wordOf(provider.name), wordOf(provider.type)].filter(Boolean).join('_') || 'unknown'
}

/** What type Telegram has was not seen: any but the two that are known. A name that holds the type is enough, too. */
function isType(id: ShapeId, type: string, name: string): boolean {
  if (id === 'telegram') return type !== 'sms' && type !== 'email'
  return type === shapes[id].type || (type === '' && name === id)
}

function wordOf(text: string | undefined): string {
  return (text ?? '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
}
