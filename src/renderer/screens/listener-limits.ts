import type { ListenerSettings } from '#shared/model/lab.ts'

export type Limit = {
  name: 'keepDays' | 'keepCount' | 'keepBytes'
  label: string
  unit: string
  /** One of the unit, in what is stored. */
  factor: number
  least: number
  most?: number
  /** What stands there when the limit is turned on. */
  usual: number
}

const megabyte = 1_000_000

export const limits: readonly Limit[] = [
  { name: 'keepDays', label: 'At most this old', unit: 'days', factor: 1, least: 1, most: 3_650, usual: 30 },
  { name: 'keepCount', label: 'At most this many', unit: 'callbacks', factor: 1, least: 100, usual: 100_000 },
  {
    name: 'keepBytes',
    label: 'At most this large',
    unit: 'MB',
    factor: megabyte,
    least: megabyte,
    usual: 2_000 * megabyte
  }
]

/** Only what differs. */
export function changedSettings(before: ListenerSettings, now: ListenerSettings): Partial<ListenerSettings> {
  const names = Object.keys(now) as (keyof ListenerSettings)[]
  const changed = names.filter(name => JSON.stringify(now[name]) !== JSON.stringify(before[name]))
  return Object.fromEntries(changed.map(name => [name, now[name]]))
}

/** A name as it stands in a Host header, out of what people paste. */
export function hostOfText(text: string): string {
  const bare = text.trim().toLowerCase()
  return bare
    .replace(/^[a-z]+:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/:\d+$/, '')
}
