// JFramework, protocol API v1: the card.
// Source: the reference page "Update an app integration SMS" and what is summed up in providers/jframework.md, 2026-11.
// Not tested against the live service; what that leaves open is marked as untested in the capabilities.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Kind, Provider } from '../contract.ts'
import { connectJframework, integrationKind, servicesView } from './api.ts'
import { jframeworkCallbacks, sampleCards } from './callbacks.ts'
import { integrationSchema, nameOf, normalise, warningsOf } from './map.ts'
import { testMessageCard } from './test-message.ts'

/** Both travel in headers: printable, and no line break. */
const headerText = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(1000, 'must have at most 1000 characters')
  .regex(/^[\x21-\x7e]*$/, 'must have no spaces and no special characters')

const credentials = z.strictObject({
  brandUrl: field(headerText, {
    label: 'Brand URL',
    help: 'The address of the brand: it tells JFramework whose integrations these are.',
    example: 'brand.example.com'
  }),
  authKey: field(headerText, {
    label: 'Auth key',
    help: 'The key that JFramework gave. It is kept in the vault and never shown.',
    secret: true,
    writeOnly: true
  }),
  loginName: field(z.string().trim().max(255, 'must have at most 255 characters').default(''), {
    label: 'Login name',
    help: 'Only to renew the key: with a login Plugboard gets another when the key is rejected.',
    example: 'admin@brand.example.com'
  }),
  loginPassword: field(z.string().max(1000, 'must have at most 1000 characters').default(''), {
    label: 'Login password',
    help: 'The password of that user. It is kept in the vault and never shown.',
    secret: true,
    writeOnly: true
  })
})

const rateLimit = {
  requests: 60,
  perMs: 60_000,
  source: 'JFramework’s page on rate limits shows a limit of 60; that it counts for one minute is assumed.'
}

const smsIntegration: Kind = {
  card: {
    id: integrationKind,
    label: 'SMS integration',
    labelPlural: 'SMS integrations',
    help: 'One account at an SMS service, such as Twilio, that the brand sends its messages through.',
    form: formOf(integrationSchema),
    listing: 'all',
    actions: [testMessageCard],
    create: { id: 'create', label: 'Add an integration', state: 'can' },
    update: { id: 'update', label: 'Change an integration', state: 'can' },
    remove: { id: 'remove', label: 'Delete an integration', state: 'can' }
  },
  schema: integrationSchema,
  normalise,
  warnings: warningsOf,
  naturalKey: nameOf,
  title: nameOf,
  update: 'replace'
}

const capabilities: ProviderCard['capabilities'] = [
  { id: 'list', label: 'List all SMS integrations', state: 'can' },
  {
    id: 'change-services',
    label: 'Change an SMS service',
    state: 'cannot',
    reason: 'Its name, type, description, web site, logo and status are JFramework’s; an integration only chooses one.'
  },
  { id: 'list-services', label: 'Show the SMS services and their IDs', state: 'can' },
  { id: 'test-message', label: 'Send a test message', state: 'can' },
  {
    id: 'partial-update',
    label: 'Change one setting alone',
    state: 'cannot',
    reason: 'JFramework replaces the whole integration: the password has to be in the vault and goes along each time.'
  },
  {
    id: 'exclusive-default',
    label: 'One default for the brand',
    state: 'untested',
    reason: 'That a new default ends the old one is assumed; the others show as changed there on the next pull.'
  },
  {
    id: 'read-password',
    label: 'Notice a password that was changed there',
    state: 'cannot',
    reason: 'What JFramework echoes may be masked; it is thrown away and never compared or stored.'
  },
  {
    id: 'conditional-write',
    label: 'Write only if nothing changed meanwhile',
    state: 'cannot',
    reason: 'JFramework has no such request; a change by someone else in the same moment can be overwritten.'
  },
  { id: 'service-callbacks', label: 'Read and check callbacks of the Twilio account behind it', state: 'can' },
  {
    id: 'callbacks',
    label: 'Read callbacks of JFramework itself',
    state: 'cannot',
    reason: 'JFramework is not known to send any; the service behind an integration sends its own.'
  }
]

const card: ProviderCard = {
  id: 'jframework',
  name: 'JFramework',
  about: 'Hosted backend for web and mobile apps. Plugboard manages the SMS integrations of one brand.',
  docsUrl:
    'https://developers.jframework.io/references/api-reference/endpoints/app-integrations/sms/update-an-app-integration-sms',
  credentials: formOf(credentials),
  endpoints: [
    { id: 'production', label: 'Production', baseUrl: 'https://protocol.jframework.io' },
    { id: 'development', label: 'JFramework’s development system', baseUrl: 'https://protocol.jframework.dev' }
  ],
  kinds: [smsIntegration.card],
  views: [
    {
      id: servicesView,
      label: 'SMS services',
      help: 'The services that an integration can use, with the ID that its setting “SMS service ID” takes.',
      kind: null
    }
  ],
  capabilities,
  samples: sampleCards,
  rateLimit
}

export const jframework: Provider = {
  card,
  credentials,
  kinds: { [integrationKind]: smsIntegration },
  connect: session => connectJframework(session, rateLimit),
  callbacks: jframeworkCallbacks
}
