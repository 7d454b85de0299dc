const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** How long ago, in a few words: the page shows it beside the exact time. */
export function agoText(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs
  if (ageMs < 5_000) return 'just now'
  if (ageMs < minuteMs) return `${Math.floor(ageMs / 1000)} s ago`
  if (ageMs < hourMs) return `${Math.floor(ageMs / minuteMs)} min ago`
  if (ageMs < dayMs) return `${Math.floor(ageMs / hourMs)} h ago`
  if (ageMs < 14 * dayMs) return `${Math.floor(ageMs / dayMs)} d ago`
  return new Date(atMs).toLocaleDateString(undefined, { dateStyle: 'medium' })
}

export function fullTime(atMs: number): string {
  return new Date(atMs).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })
}

export function clockTime(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, { timeStyle: 'medium', hourCycle: 'h23' })
}

/** Whole seconds that are left, never below 0. */
export function secondsLeft(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000))
}

export function sizeText(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes} B`
  if (sizeBytes < 1024 * 1024) return `${(sizeBytes / 1024).toFixed(1)} KB`
  if (sizeBytes < 1024 * 1024 * 1024) return `${(sizeBytes / 1024 / 1024).toFixed(1)} MB`
  return `${(sizeBytes / 1024 / 1024 / 1024).toFixed(1)} GB`
}

/** `1 change`, `3 changes`, `12,000 changes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString()} ${count === 1 ? one : many}`
}
