// OpenTACT (Denovolab), REST API (`/rest`): the card.
// Source: the reference page "Messaging Profile" and what is summed up in providers/opentact.md, 2026-11.
// Not tested against the live service; what that leaves open is marked as untested in the capabilities.

import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import type { Kind, Provider } from '../contract.ts'
import { connectOpentact, profileKind } from './api.ts'
import { opentactCallbacks } from './callbacks.ts'
import { nameOf, normalise, profileSchema, titleOf, warningsOf } from './map.ts'
import { moveAction, numberViews } from './numbers.ts'
import { sampleCards } from './samples.ts'

const loginForm = z.strictObject({
  email: field(z.email('must be an e-mail address').max(200, 'must have at most 200 characters').optional(), {
    label: 'E-mail address',
    help: 'The address that you log in to OpenTACT with. Not needed with a long-lived key.',
    example: 'ops@crm.example.com'
  }),
  password: field(z.string().min(1, 'must not be empty').max(1000, 'must have at most 1000 characters').optional(), {
    label: 'Password',
    help: 'The password of that login. It is kept in the vault and never shown.',
    secret: true,
    writeOnly: true
  }),
  token: field(
    z
      .string()
      .regex(/^[\x21-\x7e]+$/, 'must have no spaces and no special letters')
      .max(1000, 'must have at most 1000 characters')
      .optional(),
    {
      label: 'Long-lived key',
      help: 'Instead of e-mail address and password: a key that was made at OpenTACT. Where there is one, it is used.',
      secret: true,
      writeOnly: true
    }
  )
})

/** What is missing for a login is said beside its field; without anything the key is asked for. */
const credentials: Provider['credentials'] = loginForm
  .superRefine(({ email, password, token }, context) => {
    if (token !== undefined) return
    const isEmpty = email === undefined && password === undefined
    if (isEmpty) return issue('token', 'give an e-mail address and a password, or a long-lived key')
    if (email === undefined) return issue('email', 'is needed with the password')
    if (password === undefined) return issue('password', 'is needed with the e-mail address')
    function issue(path: string, message: string): void {
      context.addIssue({ code: 'custom', path: [path], message })
    }
  })
  .transform(given => Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)))

const rateLimit = {
  requests: 10,
  perMs: 1_000,
  source: 'Assumed: OpenTACT documents no limit; ten requests a second are few for any service.'
}

const messagingProfile: Kind = {
  card: {
    id: profileKind,
    label: 'Messaging profile',
    labelPlural: 'Messaging profiles',
    help: 'The addresses that SMS events are posted to, and how the numbers of the profile are used.',
    form: formOf(profileSchema),
    listing: 'all',
    actions: [moveAction],
    create: { id: 'create', label: 'Add a profile', state: 'can' },
    update: {
      id: 'update',
      label: 'Change settings',
      state: 'untested',
      reason: 'Only the changed settings are sent. That the others stay is usual for PATCH, and not documented.'
    },
    remove: { id: 'remove', label: 'Delete a profile', state: 'can' }
  },
  schema: profileSchema,
  normalise,
  warnings: warningsOf,
  naturalKey: nameOf,
  title: titleOf,
  update: 'merge'
}

const capabilities: ProviderCard['capabilities'] = [
  { id: 'list', label: 'List all messaging profiles', state: 'can' },
  {
    id: 'clear-address',
    label: 'Clear an address',
    state: 'untested',
    reason: 'It is sent as null, because the default profile has null there; this is not documented.'
  },
  {
    id: 'clear-others',
    label: 'Bring a switch or a weight back to its default',
    state: 'cannot',
    reason: 'OpenTACT documents no defaults; set the value that is wanted.'
  },
  {
    id: 'conditional-write',
    label: 'Write only if nothing changed meanwhile',
    state: 'cannot',
    reason: 'OpenTACT has no such request; a change by someone else in the same moment shows when it is read back.'
  },
  {
    id: 'leases',
    label: 'Show the numbers of a profile',
    state: 'untested',
    reason: 'The documentation has lost the address of this list; the three that are likely are tried in turn.'
  },
  {
    id: 'move-number',
    label: 'Move a number to another profile',
    state: 'untested',
    reason: 'The lease is changed, as the older documentation says; newer pages have another way. It is read back.'
  },
  {
    id: 'people',
    label: 'Show whose a profile is and who changed it',
    state: 'cannot',
    reason: 'OpenTACT sends people’s personal data with it, even a password and a token; all of it is thrown away.'
  },
  {
    id: 'send-message',
    label: 'Send a message',
    state: 'cannot',
    reason: 'Plugboard sends none here: it costs, and numbers of the USA and Canada need a registered campaign.'
  },
  { id: 'callbacks', label: 'Read SMS callbacks in both known forms', state: 'can' },
  {
    id: 'signed-callbacks',
    label: 'Check who sent a callback',
    state: 'cannot',
    reason: 'OpenTACT documents no signature; keep the callback address secret.'
  }
]

const card: ProviderCard = {
  id: 'opentact',
  name: 'OpenTACT',
  about: 'Telephony and SMS of Denovolab with leased numbers. Plugboard manages its messaging profiles.',
  docsUrl: 'https://dantonia.gitbook.io/test/account/profile/messaging-profile',
  credentials: formOf(loginForm),
  endpoints: [
    { id: 'production', label: 'Production', baseUrl: 'https://api.opentact.org' },
    { id: 'stage', label: 'OpenTACT’s test system (stage)', baseUrl: 'https://api.stage.opentact.org' }
  ],
  kinds: [messagingProfile.card],
  views: numberViews,
  capabilities,
  samples: sampleCards,
  rateLimit
}

export const opentact: Provider = {
  card,
  credentials,
  kinds: { [profileKind]: messagingProfile },
  connect: session => connectOpentact(session, rateLimit),
  callbacks: opentactCallbacks
}
