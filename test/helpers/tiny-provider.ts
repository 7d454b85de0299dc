import * as z from 'zod'
import { Fault } from '#shared/faults.ts'
import { field, formOf } from '#shared/fields.ts'
import type { Settings } from '#shared/model/field.ts'
import type { Kind, Provider, ProviderApi, RemoteProfile } from '../../src/main/providers/contract.ts'

/** A kind with one field of every sort that sync treats differently. */
export const hookSchema = z.object({
  name: field(z.string().trim().min(1), { label: 'Name', immutable: true }),
  url: field(z.url(), { label: 'Call URL' }).optional(),
  note: field(z.string(), { label: 'Note' }).optional(),
  colour: field(z.string(), { label: 'Colour' }).optional(),
  pin: field(z.string().min(4), { label: 'PIN', secret: true, writeOnly: true }).optional(),
  revision: field(z.number(), { label: 'Revision', readOnly: true }).optional()
})

const can = (id: string) => ({ id, label: id, state: 'can' as const })

export const hookKind: Kind = {
  card: {
    id: 'hook',
    label: 'Hook',
    labelPlural: 'Hooks',
    help: '',
    form: formOf(hookSchema),
    listing: 'all',
    actions: [],
    create: can('create'),
    update: can('update'),
    remove: can('remove')
  },
  schema: hookSchema,
  // URLs are equal but for a slash at the end, grey is what no colour means.
  normalise(settings) {
    const kept: [string, Settings[string]][] = []
    for (const name of Object.keys(settings)) {
      const value = settings[name] ?? null
      if (value === null || (name === 'colour' && value === 'grey')) continue
      kept.push([name, name === 'url' && typeof value === 'string' ? value.replace(/\/+$/, '') : value])
    }
    return Object.fromEntries(kept)
  },
  naturalKey: settings => (typeof settings.name === 'string' ? settings.name : ''),
  title: settings => (typeof settings.name === 'string' ? settings.name : ''),
  update: 'merge'
}

export const tinyProvider: Provider = {
  card: {
    id: 'tiny',
    name: 'Tiny',
    about: '',
    docsUrl: 'https://example.test',
    credentials: { fields: [] },
    endpoints: [{ id: 'only', label: 'Only', baseUrl: 'https://example.test' }],
    kinds: [hookKind.card],
    views: [],
    capabilities: [],
    samples: [],
    rateLimit: { requests: 100, perMs: 1_000, source: 'invented' }
  },
  credentials: z.record(z.string(), z.string()),
  kinds: { hook: hookKind },
  connect: () => {
    throw new Error('the tests hand in the connection')
  },
  callbacks: {
    decode: () => undefined,
    verify: () => ({ verdict: 'not-offered', text: '' }),
    answer: { status: 200, headers: [], body: '' },
    samples: []
  }
}

export type Call = { call: 'list' | 'get' | 'create' | 'update' | 'remove'; id?: string; settings?: Settings }

/** What happens to one call: nothing special, a fault before it is carried out, or after it. */
export type Script = (
  call: Call,
  index: number
) => { before?: Fault; after?: Fault; meanwhile?: () => void } | undefined

/** The provider's side in memory: what is there, which calls came, and what shall go wrong. */
export class TinyRemote {
  readonly there = new Map<string, Settings>()
  readonly calls: Call[] = []
  script: Script = () => undefined
  private next = 1

  put(settings: Settings, id = `r${this.next++}`): string {
    this.there.set(id, settings)
    return id
  }

  edit(id: string, settings: Settings): void {
    this.there.set(id, { ...this.there.get(id), ...settings })
  }

  byName(name: string): Settings | undefined {
    return [...this.there.values()].find(settings => settings.name === name)
  }

  /** All that is there, by name. */
  sorted(): Settings[] {
    return [...this.there.values()].toSorted((one, other) => (hookKind.title(one) < hookKind.title(other) ? -1 : 1))
  }

  get writes(): Call[] {
    return this.calls.filter(({ call }) => call !== 'list' && call !== 'get')
  }

  readonly api: ProviderApi = {
    test: async () => 'fine',
    list: async () => this.handle({ call: 'list' }, () => this.all()),
    get: async (_, id) => this.handle({ call: 'get', id }, () => this.all().find(({ remoteId }) => remoteId === id)),
    create: async (_, settings) => this.handle({ call: 'create', settings }, () => this.put(clean(settings))),
    update: async (_, id, settings) =>
      this.handle({ call: 'update', id, settings }, () => {
        if (!this.there.has(id)) throw new Fault('missing-there')
        this.there.set(id, clean({ ...this.there.get(id), ...settings }))
      }),
    remove: async (_, id) =>
      this.handle({ call: 'remove', id }, () => {
        if (!this.there.delete(id)) throw new Fault('missing-there')
      })
  }

  /** What the provider shows: never the PIN. */
  private all(): RemoteProfile[] {
    return [...this.there].map(([remoteId, settings]) => ({ kind: 'hook', remoteId, settings: withoutPin(settings) }))
  }

  private async handle<T>(call: Call, carryOut: () => T): Promise<T> {
    const said = this.script(call, this.calls.length)
    this.calls.push(call)
    await Promise.resolve()
    said?.meanwhile?.()
    if (said?.before) throw said.before
    const out = carryOut()
    if (said?.after) throw said.after
    return out
  }
}

function withoutPin(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => name !== 'pin'))
}

function clean(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}
