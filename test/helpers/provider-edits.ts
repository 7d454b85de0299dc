import { fieldsFor } from '#shared/fields.ts'
import type { FieldCard, Settings, SettingValue } from '#shared/model/field.ts'
import type { Profile } from '#shared/model/profile.ts'
import type { Core } from '../../src/main/core.ts'
import type { Kind, Provider } from '../../src/main/providers/contract.ts'
import { createRegistry } from '../../src/main/providers/registry.ts'

/** All that are registered: what is generated from their cards covers one that is added later. */
export const providers: Provider[] = createRegistry().list()

/** What `editAll` did: the actions of its plan in order of name, and the values of the secret settings that it gave. */
export type Edited = { actions: string[]; secrets: string[] }

/**
 * One edit of every sort that the provider's cards offer, for each kind: a copy of what is there is created, another is
 * changed, a third is deleted. in: account: pulled, with at least three of each kind that can be created.
 */
export async function editAll(core: Core, provider: Provider, accountId: string): Promise<Edited> {
  const edited: Edited = { actions: [], secrets: [] }
  for (const kind of Object.values(provider.kinds)) {
    const { card } = kind
    const there = await profilesOf(core, accountId, kind)
    const [first, second = first, ...others] = there
    if (!first || !second) throw new Error(`the simulator of ${provider.card.id} has no ${card.id}`)
    if (card.create.state !== 'cannot') {
      const settings = needed(copyOf(kind, first.remote ?? {}))
      await core.client.profiles.create({ accountId, kind: card.id, settings })
      noteAction(edited, 'create', secretsIn(kind, settings))
    }
    if (card.update.state !== 'cannot') {
      const settings = needed(changeOf(kind, second.remote ?? {}))
      await core.client.profiles.set({ id: second.id, settings })
      noteAction(edited, 'update', secretsIn(kind, { ...second.remote, ...settings }))
    }
    const third = others.at(-1)
    if (third && card.remove.state !== 'cannot') {
      await core.client.profiles.delete({ id: third.id })
      noteAction(edited, 'delete', [])
    }
  }
  edited.actions.sort()
  return edited
}

export async function profilesOf(core: Core, accountId: string, kind: Kind): Promise<Profile[]> {
  const all = await core.client.profiles.list({ accountId })
  return all.filter(one => one.kind === kind.card.id).toSorted((a, b) => a.title.localeCompare(b.title))
}

function noteAction({ actions, secrets }: Edited, action: string, more: string[]): void {
  actions.push(action)
  secrets.push(...more)
}

/** What a simulator has to offer, or the test says so. */
export function needed(settings: Settings | undefined): Settings {
  if (!settings) throw new Error('the simulator has nothing that can be edited so')
  return settings
}

/** The same settings under another natural key, with secrets of their own, where there can be such. in: tag: tells copies apart. */
export function copyOf(kind: Kind, settings: Settings, tag = 'Copy'): Settings | undefined {
  const cards = fieldsFor(kind.card.form, settings).filter(card => !card.readOnly)
  const own = { ...pick(settings, cards), ...newSecrets(kind, settings, tag) }
  const naming = cards.filter(card => card.type === 'text' && !card.secret)
  for (const { name } of naming.toSorted((a, b) => Number(a.immutable) - Number(b.immutable))) {
    const copy = { ...own, [name]: `${beginning(own[name])}${tag}` }
    if (kind.naturalKey(copy) !== kind.naturalKey(own) && kind.schema.safeParse(copy).success) return copy
  }
  return undefined
}

const easiestFirst = ['text', 'url', 'integer', 'boolean', 'choice']

/** Other values for up to two open settings and for every secret one, where it can be changed. in: tag: tells changes apart. */
export function changeOf(kind: Kind, settings: Settings, tag = 'changed'): Settings | undefined {
  const secrets = newSecrets(kind, settings, tag)
  const changed: Settings = {}
  const passes = (tried: Settings) => {
    const whole = { ...writable(kind, settings), ...secrets, ...tried }
    return kind.schema.safeParse(whole).success && kind.naturalKey(whole) === kind.naturalKey(settings)
  }
  for (const card of changeable(kind, settings)) {
    if (Object.keys(changed).length === 2) break
    const tried = { ...changed, [card.name]: otherValue(card, settings[card.name], tag) }
    if (passes(tried)) Object.assign(changed, tried)
  }
  return Object.keys(changed).length === 0 ? undefined : { ...changed, ...secrets }
}

export function secretNames(kind: Kind, settings: Settings): string[] {
  return fieldsFor(kind.card.form, settings).flatMap(card => (card.secret ? card.name : []))
}

function secretsIn(kind: Kind, settings: Settings): string[] {
  return secretNames(kind, settings).flatMap(name => (typeof settings[name] === 'string' ? settings[name] : []))
}

function changeable(kind: Kind, settings: Settings): FieldCard[] {
  const by = kind.card.form.variants?.by
  const cards = fieldsFor(kind.card.form, settings).filter(
    card => !card.readOnly && !card.immutable && !card.secret && card.name !== by && easiestFirst.includes(card.type)
  )
  // What is required may have to name something that is there.
  const rank = ({ type, required }: FieldCard) => easiestFirst.indexOf(type) + (required ? easiestFirst.length : 0)
  return cards.toSorted((a, b) => rank(a) - rank(b))
}

function writable(kind: Kind, settings: Settings): Settings {
  return pick(
    settings,
    fieldsFor(kind.card.form, settings).filter(card => !card.readOnly && !card.secret)
  )
}

function pick(settings: Settings, cards: FieldCard[]): Settings {
  return Object.fromEntries(
    cards.flatMap(({ name }) => (settings[name] === undefined ? [] : [[name, settings[name]]]))
  ) as Settings
}

function newSecrets(kind: Kind, settings: Settings, tag: string): Settings {
  const names = secretNames(kind, settings)
  return Object.fromEntries(names.map(name => [name, `canary-${kind.card.id}-${name}-${tag}`]))
}

function otherValue(card: FieldCard, value: SettingValue | undefined, tag: string): SettingValue {
  if (card.type === 'boolean') return value !== true
  if (card.type === 'integer') return value === 3 ? 4 : 3
  if (card.type === 'url') return `https://${tag}.example.com/one?x=1`
  if (card.type === 'choice') return card.choices?.find(choice => choice.value !== value)?.value ?? null
  return `${beginning(value)} ${tag}`.trim()
}

/** So much of a text that it can be added to again and again. */
function beginning(value: SettingValue | undefined): string {
  return typeof value === 'string' ? value.slice(0, 20).trim() : ''
}
