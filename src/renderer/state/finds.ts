import type { Screen } from './route.ts'

/** Somewhere that one can go by name. */
export type Find = { key: string; label: string; about: string; screen: Screen; id?: string }

const limit = 9

/** The finds whose label or description holds every word, those that begin with the text first. */
export function found(all: Find[], text: string): Find[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const hits = all.filter(find => words.every(word => `${find.label} ${find.about}`.toLowerCase().includes(word)))
  const isFirst = (find: Find) => Number(find.label.toLowerCase().startsWith(text.toLowerCase()))
  return hits.sort((one, other) => isFirst(other) - isFirst(one)).slice(0, limit)
}
