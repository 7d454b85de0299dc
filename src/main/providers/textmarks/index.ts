// TextMarks API V2: the card, the credentials and the four kinds.
// Source: TextMarks' help pages (builds 4.07a to 4.47b), as summed up in providers/textmarks.md, 2026-11.
// Not tested against the live service; what that leaves open is marked as untested in the capabilities.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { KindCard, ProviderCard } from '#shared/model/provider.ts'
import type { Kind, Provider } from '../contract.ts'
import { connectTextMarks, noCreation, noListing, noRemoval } from './api.ts'
import { sampleCards, textMarksCallbacks } from './callbacks.ts'
import { keywordOf, normaliseConfig, normaliseHandler, warningsOf } from './map.ts'
import { groupSchema, handlerSchema, integrationSchema, keywordText, publicSchema } from './settings.ts'

const secretText = z.string().max(1000, 'must have at most 1000 characters')

const credentials = z.strictObject({
  user: field(z.string().trim().min(1, 'must not be empty').max(200, 'must have at most 200 characters'), {
    label: 'User',
    help: 'The name of your TextMarks account, or the phone number that you log in with.',
    example: 'joespizza'
  }),
  password: field(secretText.min(1, 'must not be empty'), {
    label: 'Password',
    help: 'The password or PIN of that user. It is kept in the vault and never shown.',
    secret: true,
    writeOnly: true
  }),
  keyword: field(keywordText, {
    label: 'Keyword to sign in with',
    help: 'Any keyword of yours: the credentials are proven by reading its settings, because TextMarks has no other way.',
    example: 'JOESPIZZA'
  }),
  apiKey: field(secretText.default(''), {
    label: 'API key',
    help: 'TextMarks does not require it; leave it out if you have none. It is kept in the vault.',
    secret: true,
    writeOnly: true
  })
})

const rateLimit = {
  requests: 60,
  perMs: 60_000,
  source: 'Assumed: TextMarks documents no limit; only a code for being asked to slow down (1503) was seen.'
}

type Words = Pick<KindCard, 'id' | 'label' | 'labelPlural' | 'help'>

function kind(
  words: Words,
  schema: z.ZodType,
  rules: Pick<Kind, 'normalise' | 'update'>,
  update: KindCard['update']
): Kind {
  return {
    card: {
      ...words,
      form: formOf(schema),
      listing: 'by-name',
      actions: [],
      create: { id: 'create', label: 'Create it', state: 'cannot', reason: noCreation },
      update,
      remove: { id: 'remove', label: 'Delete it', state: 'cannot', reason: noRemoval }
    },
    schema,
    naturalKey: keywordOf,
    warnings: warningsOf,
    title: settings => `${keywordOf(settings)} ${words.label.toLowerCase()}`,
    ...rules
  }
}

const config = { normalise: normaliseConfig, update: 'merge' } as const
const can: KindCard['update'] = { id: 'update', label: 'Change it', state: 'can' }

const integration = kind(
  {
    id: 'integration-config',
    label: 'Integration config',
    labelPlural: 'Integration configs',
    help: 'The address that is called when people join or leave a keyword’s group, and the shared secret.'
  },
  integrationSchema,
  config,
  can
)

const handler = kind(
  {
    id: 'request-handler',
    label: 'Request handler',
    labelPlural: 'Request handlers',
    help: 'What happens when somebody texts the keyword: a reply, a call to your address, a piece of a web page, or nothing.'
  },
  handlerSchema,
  { normalise: normaliseHandler, update: 'replace' },
  {
    id: 'update',
    label: 'Change it',
    state: 'untested',
    reason:
      'Sent whole, with all its settings; how the fixed reply and no reply are sent is not fully documented. It is read back.'
  }
)

const group = kind(
  {
    id: 'group-config',
    label: 'Group config',
    labelPlural: 'Group configs',
    help: 'Who may join a keyword’s group, and who gets the messages.'
  },
  groupSchema,
  config,
  {
    id: 'update',
    label: 'Change it',
    state: 'untested',
    reason: 'How TextMarks reads these settings back is not documented; it is assumed to be as for the others.'
  }
)

const publicConfig = kind(
  {
    id: 'public-config',
    label: 'Public config',
    labelPlural: 'Public configs',
    help: 'What everybody can see of a keyword in the directory.'
  },
  publicSchema,
  config,
  can
)

const capabilities: ProviderCard['capabilities'] = [
  { id: 'list', label: 'List all keywords', state: 'cannot', reason: noListing },
  { id: 'adopt', label: 'Take over a keyword by its name', state: 'can' },
  {
    id: 'clear-token',
    label: 'Take the private token away',
    state: 'cannot',
    reason: 'TextMarks documents no way to clear it; it can be replaced.'
  },
  {
    id: 'transfer',
    label: 'Give a keyword to another owner',
    state: 'cannot',
    reason: 'It cannot be undone from here; do it at TextMarks.'
  },
  {
    id: 'json-p',
    label: 'Name a function for the answers (jsonp)',
    state: 'cannot',
    reason: 'The answers would be code for a web page; Plugboard reads plain JSON.'
  },
  {
    id: 'other-settings',
    label: 'Change advertising, routes and co-managers',
    state: 'cannot',
    reason: 'They belong to the contract and the account, not to what a keyword does; change them at TextMarks.'
  },
  {
    id: 'clear-text',
    label: 'Clear a text of the group or public config',
    state: 'untested',
    reason: 'Sent as an empty text, which TextMarks may ignore. It is read back.'
  },
  { id: 'callbacks', label: 'Read requests, joins and leaves', state: 'can' },
  {
    id: 'signed-callbacks',
    label: 'Check who sent a callback',
    state: 'cannot',
    reason: String.raw`How TextMarks makes \s is not known. The sandbox signs by a convention of Plugboard’s own, which is checked.`
  }
]

const kinds = [integration, handler, group, publicConfig]

const card: ProviderCard = {
  id: 'textmarks',
  name: 'TextMarks',
  about:
    'Text messages by keyword in the United States. Plugboard manages the settings of the keywords that you take over.',
  docsUrl: 'https://api2ssl.textmarks.com/help/TextMarkManager/set_integration_config/',
  credentials: formOf(credentials),
  endpoints: [{ id: 'production', label: 'TextMarks', baseUrl: 'https://api2ssl.textmarks.com' }],
  kinds: kinds.map(one => one.card),
  views: [
    {
      id: 'route',
      label: 'Numbers',
      help: 'The numbers that the keyword can be texted to. TextMarks sets them.',
      kind: integration.card.id
    }
  ],
  capabilities,
  samples: sampleCards,
  rateLimit
}

export const textmarks: Provider = {
  card,
  credentials,
  kinds: Object.fromEntries(kinds.map(one => [one.card.id, one])),
  connect: session => connectTextMarks(session, rateLimit),
  callbacks: textMarksCallbacks
}
