import type { FieldCard, Settings, SettingValue } from '#shared/model/field.ts'
import type { SettingChange } from '#shared/model/plan.ts'
import type { Tree } from '#shared/model/profile.ts'
import { fieldsFor } from '#shared/fields.ts'
import type { Kind } from '../providers/contract.ts'

/** What the pure parts of sync need of a kind. */
export type KindRules = Pick<Kind, 'card' | 'normalise'>

/** The value of a setting in a tree. out: undefined where it is absent; null means the same, as it does in a planned update. */
export function valueAt(tree: Tree, name: string): SettingValue | undefined {
  if (tree === null || !Object.hasOwn(tree, name)) return undefined
  return tree[name] ?? undefined
}

/** Whether two values are equal as they stand (null ≡ absent, secrets by version). Normalise both first. */
export function sameValue(one: SettingValue | undefined, other: SettingValue | undefined): boolean {
  const left = one ?? null
  const right = other ?? null
  if (left === right) return true
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, index) => item === right[index])
  }
  return !Array.isArray(right) && left.$secret === right.$secret
}

export function isSecretMark(value: SettingValue | undefined): value is { $secret: number } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The names that occur in the trees, each once, sorted. */
export function namesOf(...trees: Tree[]): string[] {
  const names = new Set<string>()
  for (const tree of new Set(trees)) for (const name in tree) if (Object.hasOwn(tree, name)) names.add(name)
  return [...names].sort()
}

/** A tree in which equal means equal. Secret marks pass by the kind's normaliser untouched. */
export function normalised(kind: KindRules, tree: Tree): Settings {
  if (tree === null) return {}
  // The usual tree, without either, is not taken apart.
  if (isPlain(tree)) return kind.normalise(tree)
  const entries = Object.entries(tree).filter(([, value]) => value !== null)
  const marks = entries.filter(([, value]) => isSecretMark(value))
  const plain = entries.filter(([, value]) => !isSecretMark(value))
  return { ...kind.normalise(Object.fromEntries(plain)), ...Object.fromEntries(marks) }
}

/** Without a list of the values: it is asked of every tree of a plan. */
function isPlain(tree: Settings): boolean {
  for (const name in tree) {
    const value = tree[name]
    if (value === null || isSecretMark(value)) return false
  }
  return true
}

/** Whether two trees hold the same names and values without any normalising: the cheap answer for the usual case. */
export function identical(one: Tree, other: Tree): boolean {
  if (one === other) return true
  if (one === null || other === null) return false
  let count = 0
  for (const name in one) {
    if (!Object.hasOwn(other, name) || !sameValue(one[name], other[name])) return false
    count += 1
  }
  return count === Object.keys(other).length
}

/** The tree with some settings replaced; a value that is undefined takes the setting out. */
export function withValues(tree: Tree, values: Iterable<[string, SettingValue | undefined]>): Settings {
  const next = new Map<string, SettingValue>(Object.entries(tree ?? {}))
  for (const [name, value] of values) {
    if (value === undefined) next.delete(name)
    else next.set(name, value)
  }
  return Object.fromEntries(next)
}

export type Cards = { get(name: string): FieldCard | undefined }

/** The field cards by name: those of the first tree that exists, then what only the variants of the others have. */
export function cardsFor(kind: KindRules, ...trees: Tree[]): Cards {
  const { form } = kind.card
  // Looked through, not indexed: of most profiles few cards are asked for.
  if (!form.variants) return { get: name => form.fields.find(card => card.name === name) }
  const there = trees.filter(tree => tree !== null)
  const cards = (there.length > 0 ? there : [{}]).toReversed().flatMap(tree => fieldsFor(form, tree))
  return new Map(cards.map(card => [card.name, card]))
}

export type RemoteRules = { isReadOnly: (name: string) => boolean; isHidden: (name: string) => boolean }

/** Which settings only the provider writes, and which it never shows (secrets, write-only ones). */
export function remoteRules(kind: KindRules, ...trees: Tree[]): RemoteRules {
  const cards = cardsFor(kind, ...trees)
  return {
    isReadOnly: name => cards.get(name)?.readOnly ?? false,
    isHidden: name => (cards.get(name)?.secret ?? false) || (cards.get(name)?.writeOnly ?? false)
  }
}

/**
 * What was read at the provider as a tree: settings that it never shows (and any secret it should not have shown) are
 * taken from `known`, the tree that says what was last sent.
 */
export function asSeen(kind: KindRules, seen: Settings, known: Tree): Settings {
  const { isHidden } = remoteRules(kind, seen)
  const shown = Object.entries(seen).filter(([name]) => !isHidden(name))
  const hidden = Object.entries(known ?? {}).filter(([name, value]) => isHidden(name) || isSecretMark(value))
  return Object.fromEntries([...shown, ...hidden])
}

/**
 * The part of a remote tree that a change relies on: normalised, without what only the provider writes. in: `seen`: the
 * tree normalised, where it is at hand.
 */
export function reliedOn(kind: KindRules, remote: Tree, seen = normalised(kind, remote)): Tree {
  if (remote === null) return null
  const readOnly = new Set(fieldsFor(kind.card.form, remote).flatMap(card => (card.readOnly ? [card.name] : [])))
  if (readOnly.size === 0) return seen
  return Object.fromEntries(Object.entries(seen).filter(([name]) => !readOnly.has(name)))
}

/** The settings that differ after normalising, sorted by name; read-only ones are left out. */
export function differences(kind: KindRules, from: Tree, to: Tree): SettingChange[] {
  if (identical(from, to)) return []
  const cards = cardsFor(kind, to, from)
  const before = normalised(kind, from)
  const after = normalised(kind, to)
  return namesOf(from, to)
    .filter(name => !cards.get(name)?.readOnly && !sameValue(valueAt(before, name), valueAt(after, name)))
    .map(name => changeOfSetting(name, cards.get(name), valueAt(from, name), valueAt(to, name)))
}

export function changeOfSetting(
  setting: string,
  card: FieldCard | undefined,
  from: SettingValue | undefined,
  to: SettingValue | undefined
): SettingChange {
  return {
    setting,
    label: card?.label ?? setting,
    secret: (card?.secret ?? false) || isSecretMark(from) || isSecretMark(to),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to })
  }
}
