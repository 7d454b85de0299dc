import type { AppInfo, HostAbility } from '#shared/model/app.ts'

export type Host = { can: (ability: HostAbility) => boolean }

/** What the page's host can do. The page asks this and never which host it is in. */
export function hostOf(info: AppInfo | undefined): Host {
  const abilities = new Set(info?.hostAbilities)
  return { can: ability => abilities.has(ability) }
}
