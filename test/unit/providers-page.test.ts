import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { FieldCard } from '#shared/model/field.ts'
import type { ProviderCard } from '#shared/model/provider.ts'
import { providersPage } from '#shared/providers-page.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'
import documented from '../fixtures/documented-names.json' with { type: 'json' }

const file = join(import.meta.dirname, '../../docs/providers.md')
const cards = createRegistry()
  .list()
  .map(provider => provider.card)

/**
 * A name of a provider's reference page, and what it became here. `in`: `credentials`, or a kind for a setting; `identity`
 * for the id of a profile, `endpoint`, `view`, or a `capability` that says why it is left out.
 */
type Documented = { provider: string; reference: string; in: string; variant?: string; name: string }

function cardOf(id: string): ProviderCard {
  const found = cards.find(card => card.id === id)
  if (!found) throw new Error(`no provider ${id}`)
  return found
}

/** What stands under the first heading that begins so, up to the next heading of its level or above. */
function section(page: string, heading: string): string {
  const level = heading.indexOf(' ')
  const lines = page.split('\n')
  const from = lines.findIndex(line => line.startsWith(heading))
  if (from < 0) return ''
  const length = lines.slice(from + 1).findIndex(line => new RegExp(`^#{1,${level}} `).test(line))
  return lines.slice(from + 1, length < 0 ? undefined : from + 1 + length).join('\n')
}

/** Where the page has to name a setting: in the tables of its own variant, kind and provider, and nowhere else. */
function placeOf(page: string, one: Documented): string {
  const card = cardOf(one.provider)
  const provider = section(page, `## ${card.name}`)
  if (one.in === 'credentials') return section(provider, '### Credentials')
  const { labelPlural = '', form } = card.kinds.find(kind => kind.id === one.in) ?? {}
  const kind = section(provider, `#### ${labelPlural}`)
  if (one.variant === undefined) return kind.split('\n#####')[0] ?? ''
  const by = form?.variants?.by
  return section(kind, one.variant === '*' ? `##### any other \`${by}\`:` : `##### \`${by}\` = \`${one.variant}\`:`)
}

/** What is no setting of a form: where else the card names it. */
const elsewhere: Record<string, (card: ProviderCard, name: string) => boolean> = {
  identity: ({ kinds }, name) => kinds.some(one => one.id === name),
  endpoint: ({ endpoints }, name) => endpoints.some(one => one.id === name),
  view: ({ views }, name) => views.some(one => one.id === name),
  capability: ({ capabilities }, name) => capabilities.some(one => one.id === name && one.reason !== undefined)
}

function missingFrom(page: string, names: Documented[]): string[] {
  return names
    .filter(one => !elsewhere[one.in]?.(cardOf(one.provider), one.name))
    .filter(one => !placeOf(page, one).includes(`\n| \`${one.name}\` | `))
    .map(one => `${one.provider} ${one.in} ${one.variant ?? ''}: ${one.reference} → ${one.name}`)
}

test('docs/providers.md says what the cards say now', () => {
  const current = readFileSync(file, 'utf8') === providersPage(cards)
  expect(current, 'docs/providers.md is not what the cards say: run `npm run docs` and commit it').toBe(true)
})

test('every setting that a provider’s reference names has its row, in its own kind and variant', () => {
  const page = providersPage(cards)
  expect(new Set(documented.map(one => one.provider))).toEqual(new Set(cards.map(card => card.id)))
  expect(missingFrom(page, documented)).toEqual([])
})

test('the check finds a setting that is missing in one variant and there in another', () => {
  const ocamba = structuredClone(cardOf('ocamba'))
  for (const { form } of ocamba.kinds) {
    for (const one of form.variants?.options.filter(option => option.value === 'telegram') ?? []) {
      one.fields = one.fields.filter(card => card.name !== 'auth_token')
    }
  }
  const page = providersPage(cards.map(card => (card.id === 'ocamba' ? ocamba : card)))
  expect(missingFrom(page, documented)).toEqual(['ocamba integration telegram: auth_token → auth_token'])
})

describe('an invented card', () => {
  const plain: FieldCard = {
    name: 'note',
    label: 'Note',
    type: 'text',
    required: false,
    secret: false,
    writeOnly: false,
    readOnly: false,
    immutable: false
  }
  const marked = { required: true, secret: true, writeOnly: true, readOnly: true, immutable: true }
  const card: ProviderCard = {
    id: 'acme',
    name: 'Acme',
    about: 'Sends *anything*.',
    docsUrl: 'https://acme.example.com/docs',
    credentials: { fields: [{ ...plain, ...marked, name: 'key', label: 'Key', minLength: 8, example: 'a|b' }] },
    endpoints: [{ id: 'main', label: 'Main', baseUrl: 'https://api.acme.example.com' }],
    kinds: [
      {
        id: 'route',
        label: 'Route',
        labelPlural: 'Routes',
        help: 'Where a message goes.',
        listing: 'by-name',
        form: {
          fields: [{ ...plain, name: 'via', label: 'Via' }],
          variants: {
            by: 'via',
            options: [
              {
                value: 'sms',
                label: 'SMS',
                help: 'By SMS.',
                fields: [{ ...plain, maxLength: 20, help: String.raw`\s | two${'\n'}lines` }]
              }
            ],
            other: {
              label: 'Another way',
              fields: [
                { ...plain, type: 'integer', minimum: 0, maximum: 9 },
                { ...plain, name: 'mode', type: 'choice', choices: [{ value: 'o`n', label: 'Switched on' }] }
              ]
            }
          }
        },
        actions: [{ id: 'try', label: 'Try it', help: 'Sends one.', fields: [plain], confirm: 'It costs.' }],
        create: { id: 'create', label: 'Add', state: 'can' },
        update: { id: 'update', label: 'Change', state: 'untested', reason: 'Nobody tried.' },
        remove: { id: 'remove', label: 'Delete', state: 'cannot', reason: 'No such request.' }
      }
    ],
    capabilities: [{ id: 'list', label: 'List', state: 'cannot', reason: 'There is no list.' }],
    views: [{ id: 'users', label: 'Users', help: 'Who is there.', kind: 'route' }],
    samples: [{ id: 'ping', label: 'Ping', help: 'A first call.', fields: [plain] }],
    rateLimit: { requests: 5, perMs: 2500, source: 'Assumed.' }
  }
  const page = providersPage([card])

  test.each([
    ['the address of the documentation', '<https://acme.example.com/docs>'],
    ['an endpoint', '| Main | `main` | `https://api.acme.example.com` |'],
    [
      'all marks, a lower limit, and a pipe in the example',
      '| `key` | Key | text | required, secret, write-only, read-only, cannot change later | at least 8 characters | Example: `a\\|b` |'
    ],
    ['a help text of two lines with signs of Markdown', String.raw`at most 20 characters | \\s \| two lines |`],
    ['text that is not Markdown', String.raw`Sends \*anything\*.`],
    ['a variant', '##### `via` = `sms`: SMS\n\nBy SMS.\n\n| Name'],
    ['the variant of all other values', '##### any other `via`: Another way\n\n| Name'],
    ['numbers from and to', '| `note` | Note | integer |  | 0 to 9 |'],
    ['choices with their labels, a backtick in one', 'one of `` o`n `` (Switched on)'],
    ['how the kind is listed', 'Where a message goes. They cannot be listed: each is taken over by its name.'],
    [
      'an action and what is to be agreed to',
      '##### Action: Try it\n\n`try`: Sends one. To be agreed to first: It costs.'
    ],
    ['what can be done', '| Add | `create` | yes |  |'],
    ['what is untested', '| Change | `update` | untested | Nobody tried. |'],
    ['what cannot be done, of the kind', '| Delete | `remove` | no | No such request. |'],
    ['what cannot be done, of the provider', '| List | `list` | no | There is no list. |'],
    ['a view and what it is of', '| Users | `users` | each: Route | Who is there. |'],
    ['a sample and its values', '| Ping | `ping` | A first call. | `note` |'],
    ['the rate limit and its source', '5 requests in 2500 ms. Assumed.']
  ])('shows %s', (_, line) => {
    expect(page).toContain(line)
  })

  test('every row of a table has as many cells as its head', () => {
    const tables = providersPage([...cards, card]).matchAll(/(?:^\|.*\n?)+/gm)
    const ragged = [...tables].filter(([text]) => {
      const cells = text
        .trim()
        .split('\n')
        .map(row => row.split(/(?<!\\)\|/).length)
      return new Set(cells).size > 1
    })
    expect(ragged.map(([text]) => text)).toEqual([])
  })
})
