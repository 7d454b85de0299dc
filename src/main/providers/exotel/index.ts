// Exotel, integrations service, classic API v2: the card.
// Source: the reference page "App setting" and what is summed up in providers/exotel.md, 2026-11.
// Not tested against the live service; what that leaves open is marked as untested in the capabilities.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Kind, Provider } from '../contract.ts'
import { connectExotel, settingKind } from './api.ts'
import { exotelCallbacks, sampleCards } from './callbacks.ts'
import { keyOf, normalise, settingSchema, titleOf, warningsOf } from './map.ts'
import { viewCards } from './views.ts'

const credentials = z.strictObject({
  appId: field(z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters'), {
    label: 'App ID',
    help: 'The AppID that Exotel gave when the app was registered.',
    example: '2e6440ed-ff62-49d7-bb00-5494b313a863'
  }),
  appSecret: field(z.string().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters'), {
    label: 'App secret',
    help: 'The AppSecret that came with the App ID. It is kept in the vault and never shown.',
    secret: true,
    writeOnly: true
  })
})

const rateLimit = {
  requests: 200,
  perMs: 60_000,
  source: 'Assumed: no limit of the integrations service is documented; 200 a minute is that of Exotel’s SMS API.'
}

const appSetting: Kind = {
  card: {
    id: settingKind,
    label: 'App setting',
    labelPlural: 'App settings',
    help: 'One setting of the app, such as the address that call events are posted to.',
    form: formOf(settingSchema),
    listing: 'all',
    actions: [],
    create: { id: 'create', label: 'Add a setting', state: 'can' },
    update: {
      id: 'update',
      label: 'Change a value',
      state: 'untested',
      reason: 'Sent as the same request as adding; that Exotel then replaces the value is assumed. It is read back.'
    },
    remove: { id: 'remove', label: 'Delete a setting', state: 'can' }
  },
  schema: settingSchema,
  normalise,
  warnings: warningsOf,
  naturalKey: keyOf,
  title: titleOf,
  update: 'replace'
}

const capabilities: ProviderCard['capabilities'] = [
  { id: 'list', label: 'List all settings', state: 'can' },
  {
    id: 'rename',
    label: 'Rename a setting',
    state: 'cannot',
    reason: 'A key cannot be renamed; create a new setting and delete the old one.'
  },
  {
    id: 'conditional-write',
    label: 'Write only if nothing changed meanwhile',
    state: 'cannot',
    reason: 'Exotel has no such request; a change by someone else in the same moment shows when the value is read back.'
  },
  {
    id: 'upsert',
    label: 'Replace a value in one request',
    state: 'untested',
    reason: 'What Exotel does with a key that exists already is not documented.'
  },
  {
    id: 'revoke-token',
    label: 'Revoke the token',
    state: 'cannot',
    reason: 'Exotel documents no request for it; a token is valid for 90 days.'
  },
  { id: 'callbacks', label: 'Read call events and SMS status callbacks', state: 'can' },
  {
    id: 'signed-callbacks',
    label: 'Check who sent a callback',
    state: 'cannot',
    reason: 'Exotel does not sign its callbacks; keep the callback address secret.'
  },
  { id: 'views', label: 'Show the app and its users', state: 'can' },
  {
    id: 'change-users',
    label: 'Change users and devices',
    state: 'cannot',
    reason: 'They are not configuration of the app; change them in Exotel’s own console.'
  }
]

const card: ProviderCard = {
  id: 'exotel',
  name: 'Exotel',
  about: 'Cloud telephony and SMS, with accounts in Mumbai and Singapore. Plugboard manages the settings of one app.',
  docsUrl: 'https://developer.exotel.com/api/add-new-setting',
  credentials: formOf(credentials),
  endpoints: [
    {
      id: 'production',
      label: 'Production (Mumbai; Singapore too, unless Exotel gave you a host of your own)',
      baseUrl: 'https://integrationscore.mum1.exotel.com'
    },
    { id: 'qa', label: 'Exotel’s test system (QA)', baseUrl: 'https://integrationscore.us3.qaexotel.com' }
  ],
  kinds: [appSetting.card],
  views: viewCards,
  capabilities,
  samples: sampleCards,
  rateLimit
}

export const exotel: Provider = {
  card,
  credentials,
  kinds: { [settingKind]: appSetting },
  connect: session => connectExotel(session, rateLimit),
  callbacks: exotelCallbacks
}
