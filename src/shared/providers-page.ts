import type { FieldCard, FormCard } from './model/field.ts'
import type { KindCard, ProviderCard } from './model/provider.ts'

type Capability = ProviderCard['capabilities'][number]

const head = `# Providers

This page is made from the providers' cards by \`npm run docs\`. Do not edit it: change the card.`

/**
 * The page that documents every provider, from nothing but their cards. out: Markdown, a level-2 heading for each
 * provider in the order given, level 3 for its parts, level 4 for its kinds, level 5 for their variants and actions.
 */
export function providersPage(cards: ProviderCard[]): string {
  return `${[head, ...cards.flatMap(providerBlocks)].join('\n\n')}\n`
}

function providerBlocks(card: ProviderCard): string[] {
  return [
    `## ${plain(card.name)}`,
    plain(card.about),
    `Documentation of the provider: <${card.docsUrl}>`,
    '### Endpoints',
    table(
      ['Name', 'Id', 'Address'],
      card.endpoints.map(one => [plain(one.label), code(one.id), code(one.baseUrl)])
    ),
    '### Credentials',
    ...formBlocks(card.credentials, '####'),
    '### What can be managed',
    ...card.kinds.flatMap(kindBlocks),
    '### What can be done',
    abilityTable(card.capabilities),
    ...viewBlocks(card),
    ...sampleBlocks(card),
    '### Rate limit',
    `${card.rateLimit.requests} requests in ${duration(card.rateLimit.perMs)}. ${plain(card.rateLimit.source)}`
  ]
}

function kindBlocks(kind: KindCard): string[] {
  const listing =
    kind.listing === 'all' ? 'A pull lists all of them.' : 'They cannot be listed: each is taken over by its name.'
  return [
    `#### ${plain(kind.labelPlural)}`,
    `${code(kind.id)}: ${plain(kind.help)} ${listing}`,
    ...formBlocks(kind.form, '#####'),
    abilityTable([kind.create, kind.update, kind.remove]),
    ...kind.actions.flatMap(action => [
      `##### Action: ${plain(action.label)}`,
      `${code(action.id)}: ${plain(action.help)}${action.confirm === null ? '' : ` To be agreed to first: ${plain(action.confirm)}`}`,
      ...fieldTable(action.fields)
    ])
  ]
}

function formBlocks({ fields, variants }: FormCard, heading: string): string[] {
  if (!variants) return fieldTable(fields)
  const { by, options, other } = variants
  return [
    ...fieldTable(fields),
    `The value of ${code(by)} decides which settings there are:`,
    ...options.flatMap(one => variantBlocks(`${heading} ${code(by)} = ${code(one.value)}: ${plain(one.label)}`, one)),
    ...(other ? variantBlocks(`${heading} any other ${code(by)}: ${plain(other.label)}`, other) : [])
  ]
}

function variantBlocks(title: string, { help, fields }: { help?: string; fields: FieldCard[] }): string[] {
  return [title, ...(help === undefined ? [] : [plain(help)]), ...fieldTable(fields)]
}

function viewBlocks({ views, kinds }: ProviderCard): string[] {
  if (views.length === 0) return []
  const rows = views.map(view => {
    const kind = kinds.find(one => one.id === view.kind)
    return [plain(view.label), code(view.id), kind ? `each: ${plain(kind.label)}` : 'the account', plain(view.help)]
  })
  return ['### Views', table(['Name', 'Id', 'Of', 'What it shows'], rows)]
}

function sampleBlocks({ samples }: ProviderCard): string[] {
  if (samples.length === 0) return []
  const rows = samples.map(one => [
    plain(one.label),
    code(one.id),
    plain(one.help),
    one.fields.map(card => code(card.name)).join(', ')
  ])
  return ['### Sample callbacks', table(['Name', 'Id', 'What it is', 'Values to give'], rows)]
}

function abilityTable(all: Capability[]): string {
  const states = { can: 'yes', cannot: 'no', untested: 'untested' }
  const rows = all.map(one => [plain(one.label), code(one.id), states[one.state], plain(one.reason ?? '')])
  return table(['What', 'Id', 'Possible', 'Why not, or what is not known'], rows)
}

/** No table where there are no fields. */
function fieldTable(fields: FieldCard[]): string[] {
  if (fields.length === 0) return []
  const rows = fields.map(card => [
    code(card.name),
    plain(card.label),
    card.type,
    marksOf(card).join(', '),
    limitsOf(card).join('; '),
    [plain(card.help ?? ''), ...(card.example === undefined ? [] : [`Example: ${code(card.example)}`])].join(' ').trim()
  ])
  return [table(['Name', 'Label', 'Type', 'Marks', 'Limits', 'What it is'], rows)]
}

function marksOf(card: FieldCard): string[] {
  return [
    card.required ? 'required' : '',
    card.secret ? 'secret' : '',
    card.writeOnly ? 'write-only' : '',
    card.readOnly ? 'read-only' : '',
    card.immutable ? 'cannot change later' : ''
  ].filter(mark => mark !== '')
}

function limitsOf(card: FieldCard): string[] {
  const choices = card.choices?.map(({ value, label }) =>
    value === label ? code(value) : `${code(value)} (${plain(label)})`
  )
  return [
    range(card.minLength, card.maxLength, ' characters'),
    range(card.minimum, card.maximum, ''),
    choices ? `one of ${choices.join(', ')}` : ''
  ].filter(limit => limit !== '')
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  if (least === undefined && most === undefined) return ''
  if (least === undefined) return `at most ${most}${unit}`
  if (most === undefined) return `at least ${least}${unit}`
  return `${least} to ${most}${unit}`
}

function duration(ms: number): string {
  if (ms === 60_000) return 'a minute'
  return ms === 1000 ? 'a second' : `${ms} ms`
}

function table(names: string[], rows: string[][]): string {
  return [names, names.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')
}

/** Text that Markdown shows as it is, on one line. */
function plain(text: string): string {
  return oneLine(text).replaceAll(/[\\`*_<>|[\]]/g, String.raw`\$&`)
}

/** A code span. A table takes even a pipe inside of one for the end of the cell. */
function code(text: string): string {
  const [open, close] = text.includes('`') ? ['`` ', ' ``'] : ['`', '`']
  return `${open}${oneLine(text).replaceAll('|', String.raw`\|`)}${close}`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ')
}
