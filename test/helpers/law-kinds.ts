import * as z from 'zod'
import { field, formOf } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Kind, Provider } from '../../src/main/providers/contract.ts'

/** Its API takes only what changes. Its name is for ever, its address is equal but for a slash, grey is no colour. */
const lineSchema = z.object({
  name: field(z.string().min(1), { label: 'Name', immutable: true }),
  url: field(z.url(), { label: 'URL' }).optional(),
  note: field(z.string(), { label: 'Note' }).optional(),
  colour: field(z.string(), { label: 'Colour' }).optional(),
  region: field(z.string(), { label: 'Region' }).optional(),
  pin: field(z.string(), { label: 'PIN', secret: true, writeOnly: true }).optional(),
  revision: field(z.number(), { label: 'Revision', readOnly: true }).optional()
})

/** Its API takes the whole object, and what is not in it is gone there. It can be renamed; the order of tags is none. */
const pageSchema = z.object({
  name: field(z.string().min(1), { label: 'Name' }),
  note: field(z.string(), { label: 'Note' }).optional(),
  tags: field(z.array(z.string()), { label: 'Tags' }).optional(),
  region: field(z.string(), { label: 'Region' }).optional(),
  pin: field(z.string(), { label: 'PIN', secret: true, writeOnly: true }).optional(),
  revision: field(z.number(), { label: 'Revision', readOnly: true }).optional()
})

export type KindName = 'line' | 'page'
export const kindNames: KindName[] = ['line', 'page']

export const lawKinds: Record<KindName, Kind> = {
  line: kindOf('line', lineSchema, 'merge'),
  page: kindOf('page', pageSchema, 'replace')
}

export const lawProvider: Provider = {
  card: {
    id: 'law',
    name: 'Law',
    about: '',
    docsUrl: 'https://example.test',
    credentials: { fields: [] },
    endpoints: [{ id: 'only', label: 'Only', baseUrl: 'https://example.test' }],
    kinds: kindNames.map(name => lawKinds[name].card),
    views: [],
    capabilities: [],
    samples: [],
    rateLimit: { requests: 100, perMs: 1_000, source: 'invented' }
  },
  credentials: z.record(z.string(), z.string()),
  kinds: lawKinds,
  connect: () => {
    throw new Error('the laws hand in the connection')
  },
  callbacks: {
    decode: () => undefined,
    verify: () => ({ verdict: 'not-offered', text: '' }),
    answer: { status: 200, headers: [], body: '' },
    samples: []
  }
}

export function isKindName(name: string): name is KindName {
  return name === 'line' || name === 'page'
}

/** An object as it counts: normalised, without what only the provider writes. A secret is in it as it was sent. */
export function essenceOf(kind: KindName, settings: Settings): Settings {
  const { revision: _, ...own } = lawKinds[kind].normalise(settings)
  return Object.fromEntries(Object.entries(own).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function kindOf(id: KindName, schema: z.ZodType, update: Kind['update']): Kind {
  const can = (capability: string) => ({ id: capability, label: capability, state: 'can' as const })
  const able = { create: can('create'), update: can('update'), remove: can('remove') }
  const card = { id, label: id, labelPlural: `${id}s`, help: '', listing: 'all' as const, actions: [] }
  const nameOf = (settings: Settings) => (typeof settings['name'] === 'string' ? settings['name'] : '')
  return {
    card: { ...card, ...able, form: formOf(schema) },
    schema,
    normalise,
    naturalKey: nameOf,
    title: nameOf,
    update
  }
}

function normalise(settings: Settings): Settings {
  const out: [string, Settings[string]][] = []
  for (const [name, value] of Object.entries(settings)) {
    if (value === null || (name === 'colour' && value === 'grey')) continue
    if (name === 'url' && typeof value === 'string') out.push([name, value.replace(/\/+$/, '')])
    else out.push([name, Array.isArray(value) ? value.toSorted() : value])
  }
  return Object.fromEntries(out)
}
