const hour = 60
const day = 24 * hour
const usual = [15, hour, 6 * hour, day, 7 * day]

/** The intervals to choose from, in minutes, with the one that is set. */
export function intervals(set: number | null): number[] {
  return [...new Set([...usual, ...(set === null ? [] : [set])])].sort((one, other) => one - other)
}

/** `Every hour`, `Every 45 minutes`. in: minutes. */
export function everyText(minutes: number): string {
  if (minutes % day === 0) return every(minutes / day, 'day')
  return minutes % hour === 0 ? every(minutes / hour, 'hour') : every(minutes, 'minute')
}

function every(count: number, unit: string): string {
  return count === 1 ? `Every ${unit}` : `Every ${count} ${unit}s`
}

/** How long it is until then, in a few words. */
export function untilText(atMs: number, nowMs: number): string {
  const minutes = Math.round((atMs - nowMs) / 60_000)
  if (minutes < 1) return 'in a moment'
  if (minutes < hour) return `in ${minutes} min`
  return minutes < 2 * day ? `in ${Math.round(minutes / hour)} h` : `in ${Math.round(minutes / day)} d`
}
