// Ocamba Hood, integrations API v1: the card.
// Source: the reference page "Update integration" and what is summed up in providers/ocamba.md, 2026-11.
// Not tested against the live service; what that leaves open is marked as untested in the capabilities.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Kind, Provider } from '../contract.ts'
import { connectOcamba, integrationKind, providersView, testAction } from './api.ts'
import { ocambaCallbacks, sampleCards } from './callbacks.ts'
import { integrationSchema, isWhole, keyOf, normalise, titleOf, warningsOf } from './map.ts'

const credentials = z.strictObject({
  apiKey: field(
    z
      .string()
      .trim()
      .regex(/^[\x21-\x7e]*$/, 'must have no spaces and no special characters')
      .min(1, 'must not be empty')
      .max(1000, 'must have at most 1000 characters'),
    {
      label: 'API key',
      help: 'A personal API key of Ocamba. It is kept in the vault and never shown.',
      secret: true,
      writeOnly: true
    }
  )
})

const rateLimit = {
  requests: 150,
  perMs: 60_000,
  source: 'Shown on each page of Ocamba’s Hood reference: 150 a minute, and no more than 10 in a second.'
}

const testFields = formOf(
  z.object({
    recipient: field(z.string().trim().min(1, 'must not be empty'), {
      label: 'Recipient',
      help: 'The phone number (with its country code), e-mail address or chat that the test message goes to.',
      example: '+12025550123'
    })
  })
).fields

const integration: Kind = {
  card: {
    id: integrationKind,
    label: 'Integration',
    labelPlural: 'Integrations',
    help: 'An account that Ocamba sends through: Twilio, Mitto, SendGrid, Mandrill, Mailgun, a mail server or a Telegram bot.',
    form: formOf(integrationSchema),
    listing: 'all',
    actions: [
      {
        id: testAction,
        label: 'Send a test message',
        help: 'Ocamba sends one message with the settings as they are there and the secrets that are in the vault.',
        fields: testFields,
        confirm: 'A real message goes to this recipient, and the account behind the integration may be charged for it.'
      }
    ],
    create: { id: 'create', label: 'Add an integration', state: 'can' },
    update: { id: 'update', label: 'Change an integration', state: 'can' },
    remove: {
      id: 'remove',
      label: 'Delete an integration',
      state: 'untested',
      reason: 'No page of Ocamba’s documentation on deleting was found; a refusal is reported as it is.'
    }
  },
  schema: integrationSchema,
  normalise,
  naturalKey: keyOf,
  title: titleOf,
  warnings: warningsOf,
  update: 'replace',
  isWhole
}

const capabilities: ProviderCard['capabilities'] = [
  { id: 'list', label: 'List all integrations', state: 'can' },
  {
    id: 'change-provider',
    label: 'Change the provider of an integration',
    state: 'cannot',
    reason: 'Ocamba takes the provider only when an integration is created; create a new one and delete the old one.'
  },
  {
    id: 'choose-default',
    label: 'Choose the default integration',
    state: 'cannot',
    reason: 'Ocamba’s API shows which integration is the default and has no request to change it.'
  },
  {
    id: 'clear-setting',
    label: 'Clear an optional setting',
    state: 'untested',
    reason: 'It is sent as an empty text; what Ocamba makes of that is not documented. It is read back.'
  },
  {
    id: 'read-secrets',
    label: 'Take over secrets from Ocamba',
    state: 'cannot',
    reason: 'Whether Ocamba masks what it shows is not documented, so that only secrets entered here are ever sent.'
  },
  {
    id: 'conditional-write',
    label: 'Write only if nothing changed meanwhile',
    state: 'cannot',
    reason: 'Ocamba has no such request; a change by someone else in the same moment shows when it is read back.'
  },
  { id: 'test-message', label: 'Send a test message', state: 'can' },
  { id: 'callbacks', label: 'Read Twilio’s callbacks of the numbers behind it', state: 'can' },
  { id: 'signed-callbacks', label: 'Check who sent a Twilio callback', state: 'can' },
  {
    id: 'own-callbacks',
    label: 'Read callbacks of Ocamba',
    state: 'cannot',
    reason: 'Ocamba documents no callbacks of its own.'
  }
]

const card: ProviderCard = {
  id: 'ocamba',
  name: 'Ocamba',
  about: 'Customer engagement. Its product Hood sends SMS, e-mail and Telegram messages through accounts of yours.',
  docsUrl: 'https://docs.ocamba.com/api/hood/v1.0/reference/update-integrations-by_id',
  credentials: formOf(credentials),
  endpoints: [{ id: 'production', label: 'Production', baseUrl: 'https://api.ocamba.com' }],
  kinds: [integration.card],
  views: [
    {
      id: providersView,
      label: 'Providers',
      help: 'Whom Ocamba can send through for this account, as Ocamba lists them.',
      kind: null
    }
  ],
  capabilities,
  samples: sampleCards,
  rateLimit
}

export const ocamba: Provider = {
  card,
  credentials,
  kinds: { [integrationKind]: integration },
  connect: session => connectOcamba(session, rateLimit),
  callbacks: ocambaCallbacks
}
