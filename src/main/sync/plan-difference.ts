import type { PlanDifference } from '#shared/faults.ts'
import type { Change } from '#shared/model/plan.ts'
import { canonicalOf } from './plan-hash.ts'
import { namesOf, sameValue, valueAt } from './trees.ts'

/** How a plan differs from the reviewed one. */
export type Comparison = {
  /** Of the reviewed plan: what is not in the new one any more. */
  gone: Change[]
  added: Change[]
  /** Of both: the same profile, and something else is to be done or relied on. */
  unlike: { before: Change; after: Change }[]
}

/** Compares by what the hash is made of: titles, labels and the order do not count. */
export function compareChanges(before: Change[], after: Change[]): Comparison {
  const known = new Map(before.map(one => [one.profileId, one]))
  const left = new Set(after.map(({ profileId }) => profileId))
  return {
    gone: before.filter(({ profileId }) => !left.has(profileId)),
    added: after.filter(({ profileId }) => !known.has(profileId)),
    unlike: after.flatMap(one => {
      const was = known.get(one.profileId)
      return was && canonicalOf(was) !== canonicalOf(one) ? { before: was, after: one } : []
    })
  }
}

/** The comparison for people: titles and settings by their labels, never a value. in: the label of a setting by its name. */
export function differenceOf(
  { gone, added, unlike }: Comparison,
  labelOf: (change: Change, setting: string) => string
): PlanDifference[] {
  const shown = (what: PlanDifference['what'], change: Change, settings: string[]) => ({
    what,
    profileId: change.profileId,
    title: change.title,
    action: change.action,
    settings: [...new Set(settings.map(name => labelOf(change, name)))]
  })
  const sent = (change: Change) => change.settings.map(({ setting }) => setting)
  return [
    ...added.map(change => shown('added', change, sent(change))),
    ...unlike.map(({ before, after }) => shown('differs', after, unlikeSettings(before, after))),
    ...gone.map(change => shown('gone', change, sent(change)))
  ]
}

function unlikeSettings(before: Change, after: Change): string[] {
  const [was, is] = [before, after].map(({ settings }) => new Map(settings.map(({ setting, to }) => [setting, to])))
  const planned = [...(was?.keys() ?? []), ...(is?.keys() ?? [])].filter(
    name => was?.has(name) !== is?.has(name) || !sameValue(was?.get(name), is?.get(name))
  )
  const relied = namesOf(before.reliesOn, after.reliesOn).filter(
    name => !sameValue(valueAt(before.reliesOn, name), valueAt(after.reliesOn, name))
  )
  return [...new Set([...planned, ...relied])].sort()
}
