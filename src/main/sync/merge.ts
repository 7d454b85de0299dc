import type { Policy, ProfileRecord, ProfileState, SettingDecision, Tree } from '#shared/model/profile.ts'
import type { FieldCard, Settings, SettingValue } from '#shared/model/field.ts'
import { cardsFor, differences, identical, isSecretMark, namesOf, normalised, sameValue, valueAt } from './trees.ts'
import type { KindRules } from './trees.ts'

export type Trees = Pick<ProfileRecord, 'base' | 'local' | 'remote' | 'policies'>

/**
 * Merges the three trees, setting by setting, after normalising. A tree that is null counts as empty. out: by name.
 * What only the provider writes is never asked about: it is taken as it is there.
 */
export function mergeSettings(trees: Trees, kind: KindRules): SettingDecision[] {
  return merged(trees, kind).decisionsOf(namesOf(trees.base, trees.local, trees.remote))
}

/** The decisions of `mergeSettings` that are not `equal`, and the remote tree, normalised for them. */
export function mergeUnlike(trees: Trees, kind: KindRules): { decisions: SettingDecision[]; there: Settings } {
  const { base, local, remote } = trees
  const { there, ...side } = merged(trees, kind)
  const names: string[] = []
  // Few settings of a profile are edited: only those are sorted, labelled and shown.
  const take = (tree: Tree, isNew: (name: string) => boolean) => {
    for (const name in tree) if (Object.hasOwn(tree, name) && isNew(name) && !side.isEqual(name)) names.push(name)
  }
  take(base, () => true)
  if (local !== base) take(local, name => base === null || !Object.hasOwn(base, name))
  if (remote !== base) {
    take(remote, name => [base, local].every(tree => tree === null || !Object.hasOwn(tree, name)))
  }
  return { decisions: side.decisionsOf(names.sort()), there }
}

function merged(trees: Trees, kind: KindRules) {
  const { base, local, remote } = trees
  const agreed = normalised(kind, base)
  const here = normalised(kind, local)
  const there = identical(base, remote) ? agreed : normalised(kind, remote)

  function isEqual(name: string): boolean {
    const value = valueAt(agreed, name)
    return sameValue(value, valueAt(here, name)) && (agreed === there || sameValue(value, valueAt(there, name)))
  }

  function decisionOf(setting: string, card: FieldCard | undefined): SettingDecision {
    const raw = { base: valueAt(base, setting), local: valueAt(local, setting), remote: valueAt(remote, setting) }
    return {
      setting,
      label: card?.label ?? setting,
      secret: (card?.secret ?? false) || Object.values(raw).some(isSecretMark),
      decision: decide(
        { base: valueAt(agreed, setting), local: valueAt(here, setting), remote: valueAt(there, setting) },
        policyOf(trees, setting),
        card?.readOnly ?? false
      ),
      ...present(raw)
    }
  }

  return {
    there,
    isEqual,
    decisionsOf(names: string[]): SettingDecision[] {
      const cards = cardsFor(kind, local, remote, base)
      return names.map(name => decisionOf(name, cards.get(name)))
    }
  }
}

/** A record whose three trees are alike as they stand needs no merge at all. */
export function isSettled({ base, local, remote }: Trees): boolean {
  return identical(base, local) && identical(base, remote)
}

/** What the decisions amount to for the profile. Never `unknown`: that is no matter of the trees. */
export function stateOf(trees: Trees, kind: KindRules, decisions: SettingDecision[]): ProfileState {
  const { base, local, remote } = trees
  if (local === null && remote === null) return 'in-sync'
  if (base === null && remote === null) return 'created'
  if (base === null && local === null) return 'in-sync'
  if (remote === null) return differences(kind, base, local).length > 0 ? 'conflict' : 'removed-there'
  if (local === null) return changedThere(trees, kind) ? 'conflict' : 'deleted'
  if (decisions.some(({ decision }) => decision === 'edited-both-then-ask')) return 'conflict'
  if (decisions.some(({ decision }) => decision === 'edited-there-then-ask')) return 'drifted'
  if (decisions.some(({ decision }) => decision === 'edited-here-then-push')) return 'edited'
  return 'in-sync'
}

function decide(
  { base, local, remote }: { base: Value; local: Value; remote: Value },
  policy: Policy,
  readOnly: boolean
): SettingDecision['decision'] {
  const here = !sameValue(local, base)
  const there = !sameValue(remote, base)
  if (!here && !there) return 'equal'
  if (readOnly) return 'edited-there-then-pull'
  if (here && there) return sameValue(local, remote) ? 'edited-alike-then-settle' : 'edited-both-then-ask'
  if (here) return 'edited-here-then-push'
  if (policy === 'follow') return 'edited-there-then-pull'
  return policy === 'ignore' ? 'edited-there-then-ignore' : 'edited-there-then-ask'
}

type Value = SettingValue | undefined

function changedThere(trees: Trees, kind: KindRules): boolean {
  return differences(kind, trees.base, trees.remote).some(({ setting }) => policyOf(trees, setting) === 'managed')
}

/** `managed` where nothing else was chosen. */
export function policyOf(trees: Pick<Trees, 'policies'>, setting: string): Policy {
  return Object.hasOwn(trees.policies, setting) ? (trees.policies[setting] ?? 'managed') : 'managed'
}

function present(raw: {
  base: Value
  local: Value
  remote: Value
}): Pick<SettingDecision, 'base' | 'local' | 'remote'> {
  // Assigned, not spread: this runs for every setting of every profile of a plan.
  const out: Pick<SettingDecision, 'base' | 'local' | 'remote'> = {}
  if (raw.base !== undefined) out.base = raw.base
  if (raw.local !== undefined) out.local = raw.local
  if (raw.remote !== undefined) out.remote = raw.remote
  return out
}
